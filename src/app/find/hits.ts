/** What a query finds on the page itself: everything but the events of the recording. */

import { SENTENCES } from '../../machine/rules/sentences.ts';
import { wordsOf } from '../../report/find.ts';
import type { StageView } from '../../report/view.ts';
import { STORY_LIST } from '../../stories/list.ts';
import { COMMANDS } from '../commands/table.ts';
import type { Opened } from '../opening/contract.ts';
import { NAMES } from '../program/procedures.ts';
import type { Session } from '../session/session.ts';
import { count } from '../stage/text.ts';

export type Group =
  | 'Go to'
  | 'Connections'
  | 'Connection IDs'
  | 'Datagrams'
  | 'Events'
  | 'Trace'
  | 'Functions'
  | 'Rules'
  | 'Commands'
  | 'Stories';

export interface Hit {
  id: string;
  group: Group;
  text: string;
  note: string;
  right: string;
  /** Set in the font of code. */
  code?: boolean;
  run(session: Session): void;
}

/** Hits of one group that are kept at most: more are not gone through one by one. */
const MOST = 50;

export function pageHits(query: string, stage: StageView | null, opened: Opened | null, end: number): Hit[] {
  const words = wordsOf(query);
  if (words.length === 0) return [];
  const low = words.map((w) => w.toLowerCase());
  const has = (text: string): boolean => {
    const t = text.toLowerCase();
    return low.every((w) => t.includes(w));
  };
  const out: Hit[] = [...goTo(words, end)];
  if (stage) {
    out.push(...connections(words, stage), ...cids(low, stage));
    for (const r of stage.rules)
      if (has(`${r.id} ${SENTENCES[r.id]}`))
        out.push({
          id: `rule ${r.id}`,
          group: 'Rules',
          text: r.id,
          note: SENTENCES[r.id]!,
          right: r.state,
          run: (s) => s.set({ tab: 'program', procedure: '', drawer: true }),
        });
  }
  if (opened) out.push(...datagrams(words, stage, opened));
  for (const { name, key } of NAMES)
    if (low.length === 1 && name.toLowerCase().includes(low[0]!) && low[0]!.length > 2)
      out.push({
        id: `fn ${key} ${name}`,
        group: 'Functions',
        text: name,
        note: '',
        right: 'Program',
        code: true,
        run: (s) => s.set({ tab: 'program', procedure: key, drawer: true }),
      });
  for (const c of COMMANDS)
    if (has(c.title) && c.code !== 'Digit')
      out.push({
        id: `do ${c.id}`,
        group: 'Commands',
        text: c.title,
        note: '',
        right: c.keys,
        run: (s) => c.run(s, -1),
      });
  for (const t of STORY_LIST)
    if (has(`${t.title} ${t.look}`))
      out.push({
        id: `story ${t.name}`,
        group: 'Stories',
        text: t.title,
        note: t.look,
        right: `${t.beats} beats`,
        run: (s) => void s.open({ kind: 'story', name: t.name, beat: 0 }, null),
      });
  return out;
}

function goTo(words: readonly string[], end: number): Hit[] {
  const [word = ''] = words;
  if (words.length > 1) return [];
  if (/^\d+$/.test(word) && Number(word) <= end) {
    const at = Number(word);
    return [
      {
        id: 'step',
        group: 'Go to',
        text: `Step ${count(at)}`,
        note: '',
        right: '',
        run: (s) => s.travel({ kind: 'seek', at }),
      },
    ];
  }
  const time = /^@(\d+(?:\.\d+)?)$/.exec(word);
  if (!time) return [];
  const ms = Number(time[1]);
  return [
    {
      id: 'time',
      group: 'Go to',
      text: `${word.slice(1)} ms`,
      note: 'the first step at that time or later',
      right: '',
      run: (s) => {
        void s.ask('place', { named: { kind: 'time', ms }, start: 0 }).then((p) => {
          if (p && p.at >= 0) s.travel({ kind: 'seek', at: p.at });
        });
      },
    },
  ];
}

function connections(words: readonly string[], stage: StageView): Hit[] {
  const [word = ''] = words;
  if (words.length > 1) return [];
  const low = word.toLowerCase();
  return stage.clients
    .filter((c) => {
      const conn = stage.conns.find((k) => k.index === c.connIndex);
      return (
        c.conn.letter === word.toUpperCase() ||
        (low.length >= 3 && c.addr.toLowerCase().includes(low)) ||
        (low.length >= 4 && conn?.cids.some((k) => k.cid.includes(low)))
      );
    })
    .slice(0, MOST)
    .map((c): Hit => {
      const conn = stage.conns.find((k) => k.index === c.connIndex);
      return {
        id: `conn ${c.connIndex}`,
        group: 'Connections',
        text: `${c.conn.letter}${conn?.cids[0] ? `, CID ${conn.cids[0].cid}` : ''}`,
        note: c.addr,
        right: conn ? `T${conn.owner}` : 'not there',
        run: (s) => {
          s.select(c.connIndex);
          s.set({ tab: 'connection', drawer: true });
        },
      };
    });
}

function cids(low: readonly string[], stage: StageView): Hit[] {
  const [word = ''] = low;
  if (low.length > 1 || word.length < 4 || !/^[0-9a-f]+$/.test(word)) return [];
  return stage.conns
    .flatMap((c) => c.cids.map((k) => ({ c, k })))
    .filter(({ k }) => k.cid.includes(word))
    .slice(0, MOST)
    .map(({ c, k }) => ({
      id: `cid ${k.cid}`,
      group: 'Connection IDs' as const,
      text: k.cid,
      note: `${c.name.letter}, sequence ${k.seq}`,
      right: k.inTree ? `tid T${k.tid}` : 'retired',
      code: true,
      run: (s: Session) => {
        s.select(c.index);
        s.set({ tab: 'connection', drawer: true });
      },
    }));
}

function datagrams(words: readonly string[], stage: StageView | null, { data }: Opened): Hit[] {
  const { count: n, conn, length } = data.datagrams;
  const number = words.map((w) => (/^\d+$/.test(w) ? Number(w) : 0)).find((d) => d > 0 && d <= n);
  if (number === undefined) return [];
  const letter = words.find((w) => /^[A-Za-z]$/.test(w))?.toUpperCase();
  const own = stage?.clients.find((c) => c.connIndex === conn[number - 1])?.conn.letter ?? '';
  if (words.length > (letter ? 2 : 1) || (letter && letter !== own)) return [];
  return [
    {
      id: `dgram ${number}`,
      group: 'Datagrams',
      text: `${number}${own ? ` of ${own}` : ''}`,
      note: `${length[number - 1]} bytes`,
      right: 'Packet',
      run: (s) => s.openPacket(number),
    },
  ];
}
