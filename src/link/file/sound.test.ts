/** Forged blocks: what would lead nowhere, or round and round, is refused before a step is taken over it. */
import { describe, expect, test } from 'vitest';
import { Dghdlr, Fdtab, Global, QuicCid, QuicConn, ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { Machine } from '../../machine/machine.ts';
import { poolNext } from '../../memory/pool.ts';
import { dataOf, machineOf } from '../../scenario/testing/worlds.ts';
import { FileProblem } from './fields.ts';
import { sound } from './sound.ts';

const data = dataOf('v07');

/** A world in mid-run: connections, packets and datagrams waiting. */
function midRun(steps: number) {
  const x = machineOf(data);
  x.run(steps);
  return {
    x,
    W: x.W,
    words: x.m.w.slice(0, x.W.events.base),
    made: { W: x.W, P: x.P } as Parameters<typeof sound>[1],
  };
}

const said = (words: Int32Array, made: Pick<Machine, 'W' | 'P'>): string => {
  try {
    sound(words, made);
    return '';
  } catch (e) {
    if (!(e instanceof FileProblem)) throw e;
    return e.message;
  }
};

test('every moment of a run is sound, also in the middle of what a thread does', () => {
  const x = machineOf(data);
  for (let at = 0; at < 6000 && x.run(1) > 0; at++) {
    if (at % 7 === 0) expect(said(x.m.w.slice(0, x.W.events.base), x), `step ${at}`).toBe('');
  }
});

describe('refused', () => {
  const { x, W, words } = midRun(3000);
  const qc = poolNext(x.m, W.pools.conn, 0);
  const th = W.th(1);
  const timers = [0, 1, 2, 3].map((t) => W.th(t) + ThreadCtx.timers).find((h) => words[h] !== h)!;

  const conns = words[timers]!;
  const next = words[W.global + Global.netNext]!;
  const cid = words[qc + QuicConn.cids]! - QuicCid.byQc;

  /** What is wrong, which words are others, and what is said. */
  test.each<[string, readonly (readonly [number, number])[], string]>([
    ['a list that goes round without its head', [[conns, conns]], 'has no end'],
    ['a list that leads out of the block', [[timers, 0x41414141]], 'nothing of its kind'],
    ['a back link that leads into a stack', [[timers + 1, W.stack(0)]], 'leads back to nothing'],
    ['a list of other things', [[th + ThreadCtx.quicConns, conns]], 'nothing of its kind'],
    [
      'an inbox of connections',
      [[W.dghdlr(0) + Dghdlr.dgrams, qc + QuicConn.acceptList]],
      'nothing of its kind',
    ],
    [
      'a pointer between two slots',
      [[qc + QuicConn.tasklet, words[qc + QuicConn.tasklet]! + 1]],
      'points to nothing',
    ],
    ['a CID of no connection', [[cid + QuicCid.qc, 77]], 'points to nothing'],
    [
      'slots that are not there',
      [[W.pools.conn.bits + W.pools.conn.bitWords - 1, -1]],
      'more slots than there are',
    ],
    [
      'a socket’s queue that bites its tail',
      [
        [W.fd(3) + Fdtab.kqHead, 5],
        [W.kqNext(4), 5],
      ],
      'has no end',
    ],
    ['a network that goes round', [[W.netLink(next + 1), next + 1]], 'has no end'],
    ['a network that leads out of the store', [[W.global + Global.netNext, 1e9]], 'no datagram'],
  ])('%s', (_, forged, why) => {
    const other = words.slice();
    for (const [at, v] of forged) other[at] = v;
    expect(said(other, x)).toContain(why);
  });

  test('every word past 20 000', () => {
    expect(said(words.slice().fill(0x41414141, 20_000), x)).not.toBe('');
  });
});
