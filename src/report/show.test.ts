/** `show quic`: the text is HAProxy’s own, and who is in no list is not in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { QuicConn } from '../haproxy/model/layouts.ts';
import { partOf } from '../scenario/part.ts';
import { SAMPLES } from '../scenario/samples.ts';
import { dataOf } from '../scenario/testing/worlds.ts';
import { type ShownConn, type ShownParameters, showText } from './show-text.ts';
import { type Watched, watch } from './testing/watch.ts';

const real = readFileSync(
  join(import.meta.dirname, '../../testdata/haproxy-runtime/haproxy28dev8-default-show-quic.txt'),
  'utf8',
);

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
    flags: /\((\S+)\)/.exec(text)?.[1]?.split(',') ?? [],
  };
}

/** The values of one entry of a real output. */
function valuesOf(entry: string): ShownConn {
  const one = (r: RegExp): string => r.exec(entry)![1]!;
  const n = (name: string): number => Number(one(new RegExp(` ${name}=(\\d+)`)));
  const [local, remote] = entry.split('  rem. TPs:') as [string, string];
  const spaces = [...entry.matchAll(/rx\.ackrng=(\d+) +tx\.inflight=(\d+)/g)].map((m) => ({
    ackRanges: Number(m[1]),
    inFlight: Number(m[2]),
  }));
  return {
    pointer: one(/^\* (\w+)/),
    list: Number(one(/\[(\d+)\]/)),
    scid: one(/scid=(\w+)/),
    dcid: one(/dcid=(\w+)/),
    local: parametersOf(local),
    remote: parametersOf(remote),
    state: one(/st=(\w+)/) as ShownConn['state'],
    mux: one(/mux=(\w+)/) as ShownConn['mux'],
    expire: n('expire'),
    fd: n(' fd'),
    from: one(/from=(\S+)/),
    to: one(/ to=(\S+)/),
    spaces: spaces as unknown as ShownConn['spaces'],
    srtt: n(' srtt'),
    rttvar: n('rttvar'),
    rttmin: n('rttmin'),
    ptoCount: n('ptoc'),
    cwnd: n('cwnd'),
    maxCwnd: n('mcwnd'),
    lost: n('lostpkts'),
    streams: [...entry.matchAll(/stream=(\d+) +off=(\d+) +ack=(\d+)/g)].map((m) => ({
      id: Number(m[1]),
      off: Number(m[2]),
      ack: Number(m[3]),
    })),
  };
}

test('every entry of a real 2.8-dev8 comes out of its values letter by letter', () => {
  const entries = real.split(/^(?=\* 0x)/m).filter((e) => e.startsWith('* '));
  expect(entries).toHaveLength(16);
  expect(
    entries
      .map((e) => showText(valuesOf(e)))
      .join('')
      .trimEnd(),
  ).toBe(real.trimEnd());
});

const six = partOf(dataOf('v07'), SAMPLES[0]!.conns!);
const show = (w: Watched, all = false) => w.reader.show(w.block, w.stage(), all);
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
