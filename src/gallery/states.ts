/** Every state that the gallery shows, by name. */
import { PANELS } from '../app/bottom/panels.ts';
import type { LiveState } from '../app/live/store.ts';
import type { Session } from '../app/session/api.ts';
import { contentsNotice, deadNotice, linkNotice, lostNotice, refusalNotice } from '../app/session/notices.ts';
import type { Choices, Notice } from '../app/session/store.ts';
import {
  beatOf,
  beginTelling,
  castOf,
  herePlace,
  placeOf,
  runNo,
  type Telling,
} from '../app/story/telling.ts';
import { STORY_NAMES } from '../stories/index.ts';
import { type LiveEnd, liveOf } from './live.ts';
import { sessionAt, type Told, told } from './recorded.ts';
import { showSearch } from './searched.ts';

export interface State {
  name: string;
  session(): Promise<Session>;
}

const found = new Map<string, Promise<Told>>();

/** A story is looked for once. */
function tellingOf(name: string): Promise<Told> {
  const known = found.get(name);
  if (known) return known;
  const looking = told(name);
  found.set(name, looking);
  return looking;
}

/** A story at one of its beats; `answered`: its question has been. */
function storyState(name: string, beat: number, answered: boolean, more: Partial<Choices> = {}): State {
  const label = `story ${name} ${beat + 1}${answered ? ', answered' : ''}${more.presenting ? ', presented' : ''}`;
  return {
    name: label,
    async session() {
      const of = await tellingOf(name);
      const telling = beginTelling(of.tale, beat);
      const at: Telling = answered
        ? { ...telling, answers: telling.answers.map((a, i) => (i === beat ? 0 : a)) }
        : telling;
      const place = herePlace(at);
      if (!place) throw new Error(`${label}: the run does not come there`);
      return sessionAt(of, runNo(at), place, { story: at, ...more });
    },
  };
}

/** The page where the first story's first late datagram is being passed on; `choose` is what a person has chosen there. */
function pageState(name: string, choose: (of: Told, session: Session) => Partial<Choices>): State {
  return {
    name,
    async session() {
      const of = await tellingOf('first');
      const telling = beginTelling(of.tale, 0);
      const beat = of.tale.story.beats.findIndex((b) => b.ask?.told.at.includes('.redispatch'));
      const place = placeOf(telling, beat, true)!;
      const session = sessionAt(of, runNo(telling, beat), place, {});
      session.set(choose(of, session));
      return session;
    },
  };
}

/** The Explorer with a search of a museum world. */
function searchState(name: string, ...search: Tail<Parameters<typeof showSearch>>): State {
  const page = pageState(name, () => ({ explorer: true }));
  return {
    name,
    async session() {
      const session = await page.session();
      await showSearch(session, ...search);
      return session;
    },
  };
}
type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;

/** Live where its run has come to, and what a person has chosen there. */
function liveState(name: string, threads: number, end: LiveEnd, more: Partial<LiveState>): State {
  return {
    name,
    async session() {
      const of = await tellingOf('first');
      const session = sessionAt(of, 0, placeOf(beginTelling(of.tale, 0), 0, false)!, { mode: 'live' });
      const live = liveOf(of, threads, end);
      live.set(more);
      session.attach('live', () => live);
      return session;
    },
  };
}

const LIVE: readonly (readonly [string, number, LiveEnd, Partial<LiveState>])[] = [
  ['Live', 4, 'runs', {}],
  ['Live, a connection picked', 4, 'runs', { pick: 0 }],
  ['Live, its menu', 4, 'runs', { pick: 0, menu: { x: 60, y: 200 } }],
  ['Live, 16 threads', 16, 'runs', {}],
  ['Live, paused', 4, 'paused', {}],
  ['Live, a worker lost', 4, 'lost', {}],
  ['Live, a rule broken', 4, 'rule', {}],
  ['Live, off', 4, 'off', {}],
];

const STATUS = { sharing: 'shared', playing: false, silent: [], message: '', resting: false } as const;

/** What is said on the page, in each tone. */
const NOTICES: Readonly<Record<string, (of: Told) => Notice>> = {
  contents: (of) => contentsNotice(of.opened.contents!, () => {}),
  refused: () =>
    refusalNotice('The connection has 8 CIDs, and HAProxy moves one that has a single one.', 'A'),
  link: () => linkNotice(['Its third choice could not be read.', 'Its speed is none that there is.']),
  'lost thread': () => lostNotice({ ...STATUS, silent: [], lost: [2], stopped: '' }, () => {}),
  'coordinator silent': () => deadNotice({ state: 'silent', ms: 4000, why: '' }, true, () => {}),
};

/** Dialogs, and whether each has to be told what it shows. */
const DIALOGS = ['open', 'help', 'share', 'stories', 'export'] as const;

/** The stories' beats: all of the first, and of the others as the sample says. */
export async function states(): Promise<State[]> {
  const stories: State[] = [];
  for (const name of STORY_NAMES) {
    const { tale } = await tellingOf(name);
    for (const beat of tale.story.beats.keys()) {
      stories.push(storyState(name, beat, false));
      if (beatOf(beginTelling(tale, beat)).ask) stories.push(storyState(name, beat, true));
    }
  }
  return [
    ...stories,
    storyState('first', 0, false, { presenting: true }),
    storyState('first', 5, false, { presenting: true }),
    ...PANELS.map(({ id, name }) => pageState(`panel ${name}`, () => ({ panel: id }))),
    pageState('panel Timeline, the whole run', () => ({ panel: 'timeline', zoom: 40 })),
    ...(['fd', 'threads', 'activity'] as const).map((command) =>
      pageState(`panel show ${command}`, () => ({ panel: 'show', command })),
    ),
    pageState('panel Capture, not replayed', () => ({ panel: 'capture', captureList: 'unread' })),
    pageState('tab Connection', () => ({ tab: 'connection' })),
    pageState('tab Packet', (of) => ({
      tab: 'packet',
      dgram: castOf(beginTelling(of.tale, 0)).late[0]! + 1,
      openAhead: true,
    })),
    pageState('inspector as a drawer', () => ({ drawer: true })),
    pageState('one procedure', () => ({ procedure: 'qc_set_tid_affinity' })),
    pageState('simple', () => ({ detail: 'simple' })),
    pageState('following', (_, s) => ({ follow: s.choices.getState().selected })),
    pageState('story left', (of) => ({ leftStory: beginTelling(of.tale, 2) })),
    pageState('conditions', () => ({ conditions: true, failNext: true, gate: false })),
    pageState('loading', () => ({
      loading: {
        name: 'a.pcap',
        progress: { read: 40_000, total: 100_000, unit: 'packets', connections: 7 },
      },
    })),
    ...Object.entries(NOTICES).map(([name, notice]) =>
      pageState(`notice ${name}`, (of) => ({ notice: notice(of) })),
    ),
    pageState('menu of a connection', (_, s) => ({
      menu: { kind: 'conn', conn: s.choices.getState().selected, x: 60, y: 120 },
    })),
    pageState('menu of a thread', () => ({ menu: { kind: 'thread', tid: 1, x: 60, y: 120 } })),
    pageState('search', () => ({ finding: 'commit' })),
    ...DIALOGS.map((dialog) => pageState(`dialog ${dialog}`, () => ({ dialog }))),
    pageState('dialog reading', () => ({ dialog: 'reading', reading: [{ kind: 'entry', number: 'S14' }] })),
    pageState('Explorer', () => ({ explorer: true })),
    searchState('Explorer, searching', 'M01', false, 'searching'),
    searchState('Explorer, paused', 'M01', true, 'paused'),
    searchState('Explorer, found', 'M01', false, 'ended'),
    searchState('Explorer, beside its fix', 'M01', false, 'ended', { compare: true }),
    searchState('Explorer, safe', 'M01', true, 'ended'),
    searchState('Explorer, stopped', 'M01', true, 'ended', { bounds: { depth: 9 } }),
    ...LIVE.map(([name, threads, end, more]) => liveState(name, threads, end, more)),
  ];
}
