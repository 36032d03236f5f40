/** `show quic`: the text is HAProxy’s own, and who is in no list is not in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { QuicConn } from '../haproxy/model/layouts.ts';
import { partOf } from '../scenario/part.ts';
import { SAMPLES } from '../scenario/samples.ts';
import { dataOf } from '../scenario/testing/worlds.ts';
import { showAt } from './show.ts';
import { lineHead, showLine } from './show-line.ts';
import { type ShownConn, type ShownParameters, showText } from './show-text.ts';
import { type Watched, watch } from './testing/watch.ts';

const realOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../../testdata/haproxy-runtime/${name}.txt`), 'utf8');
const real = realOf('haproxy28dev8-default-show-quic');
const entriesOf = (text: string): string[] => text.split(/^(?=\* 0x)/m).filter((e) => e.startsWith('* '));

const NUMBERS =
  /midle_timeout=(\d+)ms mudp_payload_sz=(\d+) ack_delay_exp=(\d+) mack_delay=(\d+)ms act_cid_limit=(\d+)\s+md=(\d+) msd_bidi_l=(\d+) msd_bidi_r=(\d+) msd_uni=(\d+) ms_bidi=(\d+) ms_uni=(\d+)/;

function parametersOf(text: string): ShownParameters {
  const n = NUMBERS.exec(text)!.slice(1).map(Number);
  const [
    idle,
    payload,
    ackExponent,
    ackDelay,
    cids,
    data,
    bidiLocal,
    bidiRemote,
    uni,
    streamsBidi,
    streamsUni,
  ] = n as [number, number, number, number, number, number, number, number, number, number, number];
  return {
    odcid: / odcid=(\w+)/.exec(text)?.[1] ?? null,
    iscid: / iscid=(\w+)/.exec(text)![1]!,
    idle,
    payload,
    ackExponent,
    ackDelay,
    cids,
    data,
    bidiLocal,
    bidiRemote,
    uni,
    streamsBidi,
    streamsUni,
    flags: /\(([a-z_]\S*)\)/.exec(text)?.[1]?.split(',') ?? [],
  };
}

/** The values of one entry of a real output. */
function valuesOf(entry: string): ShownConn {
  const one = (r: RegExp): string => r.exec(entry)![1]!;
  const n = (name: string): number => Number(one(new RegExp(` ${name}=(\\d+)`)));
  const [local, remote] = entry.split('  rem. TPs:') as [string, string];
  const spaces = ['initl', 'hndshk', '01rtt'].map((name) => {
    const m = new RegExp(`\\[${name}\\] +rx\\.ackrng=(\\d+) +tx\\.inflight=(\\d+)`).exec(entry);
    return { ackRanges: Number(m?.[1]), inFlight: Number(m?.[2]), gone: m === null };
  });
  return {
    pointer: one(/^\* (\w+)/),
    list: Number(one(/\[(\d+)\]/)),
    scid: one(/scid=(\w+)/),
    dcid: one(/dcid=(\w+)/),
    local: parametersOf(local),
    remote: parametersOf(remote),
    frontend: null,
    complete: true,
    inFlight: 0,
    inFlightPackets: 0,
    state: one(/st=(\w+)/) as ShownConn['state'],
    mux: one(/mux=(\w+)/) as ShownConn['mux'],
    expire: n('expire'),
    fd: n(' fd'),
    from: one(/(?:from|local_addr)=(\S+)/),
    to: one(/ (?:to|foreign_addr)=(\S+)/),
    spaces: spaces as unknown as ShownConn['spaces'],
    srtt: n(' srtt'),
    rttvar: n('rttvar'),
    rttmin: n('rttmin'),
    ptoCount: n('ptoc'),
    cwnd: n('cwnd'),
    maxCwnd: Number(one(/ (?:mcwnd|cwnd_last_max)=(\d+)/)),
    sent: / sentpkts=/.test(entry) ? n('sentpkts') : null,
    lost: n('lostpkts'),
    muxPointer: /qcc=0x(\w+)/.exec(entry)?.[1] ?? null,
    streams: [...entry.matchAll(/stream=(\d+) +off=(\d+) +ack=(\d+)/g)].map((m) => ({
      id: Number(m[1]),
      off: Number(m[2]),
      ack: Number(m[3]),
    })),
  };
}

test('every entry of a real 2.8-dev8 comes out of its values letter by letter', () => {
  const entries = entriesOf(real);
  expect(entries).toHaveLength(16);
  expect(
    entries
      .map((e) => showText(valuesOf(e), '2.8-dev8'))
      .join('')
      .trimEnd(),
  ).toBe(real.trimEnd());
});

test('the long form of a real 2.9.0, letter by letter', () => {
  const text = realOf('haproxy29-default-show-quic-full');
  const entries = entriesOf(text);
  expect(entries.length).toBeGreaterThan(3);
  expect(
    entries
      .map((e) => showText(valuesOf(e), '2.9.0'))
      .join('')
      .trimEnd(),
  ).toBe(text.trimEnd());
});

test('the long form of a real 3.4.0, but for what the model has no value of', () => {
  const modelled = (e: string): string =>
    e
      .replace(/^ {2}cc: .*\n|^ {2}pacing .*\n|^ {4}qcs=.*\n/gm, '')
      .replace(/((?:sentbytes|sentbytesgso|reorderedpkts)=)\d+/g, (all, name) =>
        `${name}-`.padEnd(all.length),
      )
      .replace(/(qcc=0x\w+) .*/, '$1 flags=- sc=- hreq=- bwnd=-/-');
  const entries = entriesOf(realOf('haproxy34-default-show-quic-full'));
  expect(entries.length).toBeGreaterThan(3);
  for (const e of entries) expect(showText(valuesOf(e), '3.4.0').trimEnd()).toBe(modelled(e).trimEnd());
});

test.each([
  ['haproxy29-default-show-quic', '2.9.0'],
  ['haproxy34-default-show-quic', '3.4.0'],
])('the lines of %s, letter by letter', (name, version) => {
  const [head, ...lines] = realOf(name)
    .trimEnd()
    .split(/(?<=\n)/);
  expect(lineHead(version)).toBe(head);
  expect(lines.length).toBeGreaterThan(3);
  const blank = valuesOf(entriesOf(real)[0]!);
  const words = { CLOSE: 'closing', DRAIN: 'draining', HDSHK: 'handshake', ESTAB: 'opened' } as const;
  for (const line of lines) {
    const m = /^(\w+)\[(\d+)\]\/(\S+) +(\w+) +(\d+) +(\d+) +(\d+) +(\S+) +(\S+) (\S+) (\S*)/.exec(line)!;
    const state = words[m[4] as keyof typeof words];
    const c: ShownConn = {
      ...blank,
      pointer: m[1]!,
      list: Number(m[2]),
      frontend: m[3]!,
      state,
      complete: state === 'opened',
      inFlight: Number(m[5]),
      inFlightPackets: Number(m[6]),
      lost: Number(m[7]),
      from: m[8]!,
      to: m[9]!,
      scid: m[10]!,
      dcid: m[11]!,
    };
    expect(showLine(c, version).trimEnd()).toBe(line.trimEnd());
  }
});

test('the lines of 2.8: foreign before local, padded from -dev13 on', () => {
  const c = { ...valuesOf(entriesOf(real)[0]!), pointer: '0x1', frontend: 'a-frontend-of-many', lost: null };
  expect(showLine({ ...c, from: '[::1]:443', to: '10.0.0.1:50000' }, '2.8-dev10')).toBe(
    `0x1[00]/a-frontend-o ESTAB           0      0      -          10.0.0.1:50000             ::1:443      ${c.scid} ${c.dcid}\n`,
  );
  expect(showLine({ ...c, from: '[::1]:443', to: '10.0.0.1:50000' }, '2.8.0')).toBe(
    `0x1[00]/a-frontend-o                ESTAB           0      0      -          10.0.0.1:50000             ::1:443     ${c.scid} ${c.dcid}\n`,
  );
  expect(lineHead('2.8-dev12')).toContain('from                    to      local & remote CIDs');
  expect(lineHead('2.8.0')).toContain('from                    to          local & remote CIDs');
});

const six = partOf(dataOf('v07'), SAMPLES[0]!.conns!);
const show = (w: Watched, all = false) => showAt(w.reader, w.block, w.stage(), all);
const letters = (list: { name: { letter: string } }[]): string => list.map((r) => r.name.letter).join('');

describe('of a moment', () => {
  test('every live connection is printed once, under the thread whose list holds it, or said to be missing', () => {
    const w = watch(six);
    let seen = 0;
    for (let i = 0; i < 40; i++) {
      w.x.run(400);
      const { rows, missing, broken } = show(w, true);
      const conns = w.stage().conns;
      expect(broken).toBe(false);
      expect([...rows, ...missing].map((r) => r.index).sort()).toEqual(conns.map((c) => c.index).sort());
      for (const r of rows) {
        const c = conns.find((k) => k.index === r.index)!;
        expect(r.text).toContain(`* ${c.pointer}[0${c.listTid}]: scid=${c.cids[0]?.cid ?? ''}`);
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(20);
  });

  test('a line each from 2.8-dev10 on, the long form when it is asked for', () => {
    const w = watch(six, { revision: 'newest' });
    w.runTo(() => w.stage().conns.length === 6);
    const short = show(w);
    expect([short.short, short.head]).toEqual([true, lineHead('3.4-dev14')]);
    for (const { text, index } of short.rows) {
      const c = w.stage().conns.find((k) => k.index === index)!;
      expect(text.split('\n')).toHaveLength(2);
      expect(text).toContain(`${c.pointer}[0${c.listTid}]/- `);
      expect(text).toContain(` ${c.cids[0]!.cid} `);
    }
    const full = showAt(w.reader, w.block, w.stage(), false, true);
    expect(full.head).toBe('');
    expect(full.rows[0]!.text).toContain('local_addr=');
    const older = watch(six);
    older.runTo(() => older.stage().conns.length === 6);
    expect(show(older).short).toBe(false);
    expect(show(older).rows[0]!.text).toMatch(/^\* 0x/);
  });

  test('a closing connection is printed by “show quic all” only', () => {
    const w = watch(six);
    w.runTo(() => w.stage().conns.some((c) => c.inClosingList));
    const closing = w.stage().conns.find((c) => c.inClosingList)!;
    expect(letters(show(w).rows)).not.toContain(closing.name.letter);
    expect(show(w).missing).toContainEqual({
      index: closing.index,
      name: closing.name,
      why: `${closing.name.letter} is in T${closing.listTid}’s closing list: only “show quic all” prints it.`,
    });
    const row = show(w, true).rows.find((r) => r.index === closing.index)!;
    expect(row.text).toMatch(/st=(closing|draining) {8,10}/);
  });

  test('between the threads a connection is in no list, and the panel says so', () => {
    // From 7b516d373 on each thread links only into its own list: in between it is in none.
    const w = watch(six, { revision: '7b516d373' });
    w.runTo(() => w.stage().conns.some((c) => c.listTid < 0 && c.rebind !== null));
    const { rows, missing } = show(w);
    const c = w.stage().conns.find((k) => k.listTid < 0)!;
    expect(letters(rows)).not.toContain(c.name.letter);
    expect(missing.find((m) => m.index === c.index)!.why).toBe(
      `${c.name.letter} has left T${c.rebind!.from}’s list and is not in T${c.rebind!.to}’s yet: a walk of the lists cannot see it now.`,
    );
  });

  test('a list that two threads broke ends the walk instead of turning in it', () => {
    const w = watch(six);
    w.runTo(() => w.stage().conns.filter((c) => c.listTid >= 0).length > 2);
    const c = w.stage().conns.find((k) => k.listTid >= 0)!;
    const el = w.x.findConn(c.index) + QuicConn.elThCtx;
    w.block[el] = el;
    expect(show(w).broken).toBe(true);
  });

  test('the command itself: whom it waits for, and how many it has printed', () => {
    const w = watch(six);
    w.runTo(() => w.stage().conns.length === 6 && w.x.depth(3) > 0);
    w.x.apply({ kind: 'hold', tid: 3 });
    w.x.apply({ kind: 'show-quic', tid: 0, all: false });
    w.x.run(4000);
    expect(show(w).running).toEqual({ tid: 0, waits: [3], printed: 0 });
    const { epoch } = show(w);
    w.x.apply({ kind: 'release', tid: 3 });
    w.runTo(() => show(w).running === null);
    expect(show(w).epoch).toBe(epoch);
    expect(
      w
        .news()
        .filter((h) => h.kind === 'shown')
        .map((h) => h.text),
    ).toEqual([expect.stringMatching(/^show quic on T0 printed \d connections?\.$/)]);
  });
});
