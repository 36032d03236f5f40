/** The ledger of moves against what the machine itself counts and holds. */
import { expect, test } from 'vitest';
import { rowAt } from '../machine/recording/events.ts';
import { record } from '../machine/recording/make.ts';
import { EventView } from '../machine/recording/query.ts';
import type { Recording } from '../machine/recording/recording.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import { findMoment } from '../scenario/moment.ts';
import { partOf } from '../scenario/part.ts';
import { SAMPLES } from '../scenario/samples.ts';
import { dataOf, FIRST_MOMENT, OPTIONS } from '../scenario/testing/worlds.ts';
import { ledgerFilter, movesOf, moveWords } from './ledger.ts';
import { WorldReader } from './reader.ts';

const data = partOf(dataOf('v07'), SAMPLES.find((s) => s.id === 'six')!.conns!);
const { W, P, revision } = makeWorld(data, OPTIONS);
const moment = findMoment(data, OPTIONS, FIRST_MOMENT)!;

function atMoment(): Recording {
  const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
  r.load(moment.departures, moment.end);
  return r;
}

function moves(r: Recording, conn: number) {
  const view = new EventView(ledgerFilter(conn), r.line.events).catchUp();
  const rows = r.line.events.rows(view.numbers(0, view.length));
  return movesOf(Array.from({ length: view.length }, (_, i) => rowAt(rows, i)));
}

const us = (ns: number): string => `${(ns / 1000).toFixed(1)} µs`;

test('moved while three wait: as many are late, passed on and handled as the machine says', () => {
  const r = atMoment();
  r.choose({ kind: 'rebind', conn: 0, tid: 0 });
  r.choose({ kind: 'release', tid: 2 });
  r.run(600);
  const [, byHand] = moves(r, 0);
  expect(moves(r, 0)).toHaveLength(2);
  expect(byHand).toMatchObject({ from: 2, to: 0, refused: false });
  expect(byHand!.late.map((l) => l.dgram)).toEqual([32, 33, 35]);
  const reader = new WorldReader(W, P, revision, []);
  const at = (position: number) => {
    r.seek(position);
    return reader.stage(r.machine.m.w.slice());
  };
  const late = (position: number) => at(position).conns.find((c) => c.index === 0)!.late;
  expect(at(byHand!.at).conns.find((c) => c.index === 0)!.owner).toBe(0);
  expect(at(byHand!.at - 1).conns.find((c) => c.index === 0)!.owner).toBe(2);
  expect(late(byHand!.at)).toBe(3);
  for (const [i, l] of byHand!.late.entries()) {
    expect(at(l.passedAt).totals.redispatches).toBe(i + 1);
    expect(at(l.passedAt - 1).totals.redispatches).toBe(i);
    expect(l.by).toBe(0);
    expect(l.sorted).toBeLessThan(byHand!.store);
    expect(l.passed).toBeGreaterThan(byHand!.store);
    expect(l.ended).toBeGreaterThan(l.passed);
    expect(at(l.endedAt).totals.handled).toBe(at(l.endedAt - 1).totals.handled + 1);
  }
  expect(byHand!.finalizedAt).toBeGreaterThan(byHand!.at);
  expect(byHand!.begunAt).toBeLessThan(byHand!.at);
  expect(moveWords(byHand!, 'A', us)).toMatch(
    /^3 datagrams were late, none was lost, none came out of order\. /,
  );
});

test('a move that is still going on says how many are left; one without memory says that nothing changed', () => {
  const going = atMoment();
  going.choose({ kind: 'rebind', conn: 0, tid: 0 });
  going.choose({ kind: 'release', tid: 2 });
  going.run(600);
  const [, whole] = moves(going, 0);
  const some = atMoment();
  some.choose({ kind: 'rebind', conn: 0, tid: 0 });
  some.choose({ kind: 'release', tid: 2 });
  some.run(whole!.late[0]!.endedAt - some.at);
  expect(moveWords(moves(some, 0)[1]!, 'A', us)).toContain('still at it, 2 left');
  const without = atMoment();
  without.choose({ kind: 'fail-allocation', n: 1 });
  without.choose({ kind: 'rebind', conn: 0, tid: 0 });
  without.choose({ kind: 'release', tid: 2 });
  without.run(600);
  const refused = moves(without, 0)[1]!;
  expect(refused.refused).toBe(true);
  expect(moveWords(refused, 'A', us)).toBe('T2 did not give A to T0. Nothing was changed.');
});
