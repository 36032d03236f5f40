/** What the page asks about a recording is what a recording in one realm says, whichever way the block reaches the threads. */
import { expect, test } from 'vitest';
import { rowAt } from '../machine/recording/events.ts';
import { record } from '../machine/recording/make.ts';
import { parseNamed } from '../machine/recording/named.ts';
import { recording as ring } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import { OPTIONS } from '../scenario/testing/worlds.ts';
import { data, pool, type Sharing } from './testing/pool.ts';

function inline(happenings: number) {
  const { W, P } = makeWorld(data, OPTIONS);
  const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, ring);
  r.run(happenings);
  return r.line.events;
}

test.each(['shared', 'transferred'] as Sharing[])(
  '%s: every event, as it was told in one realm',
  async (sharing) => {
    const p = pool(sharing);
    const ended = p.until((f) => f.steps >= 2500 && !f.status.playing);
    p.engine.order({ kind: 'play', stepsPerSecond: Number.POSITIVE_INFINITY });
    await p.until((f) => f.steps >= 2500);
    p.engine.order({ kind: 'pause' });
    const { end } = await ended;
    const read = await p.engine.ask('events', {
      filter: { all: [] },
      from: 0,
      to: 1e6,
      at: 1000,
      spread: 10,
    });
    const log = inline(end);
    expect(read.total).toBe(log.length);
    expect(read.before).toBe(log.firstAt(1000));
    expect(read.rows).toEqual(log.rows(Array.from({ length: log.length }, (_, i) => i)));
    expect(read.spread!.reduce((a, b) => a + b, 0)).toBe(log.length);
    const some = await p.engine.ask('events', { filter: { all: [{ conns: [0] }] }, from: 3, to: 5 });
    expect([some.from, some.rows.length > 0]).toEqual([3, true]);
    expect(rowAt(some.rows, 0).conn).toBe(0);
    const accept = await p.engine.ask('place', { named: parseNamed('A.accept')!, start: 0 });
    const never = await p.engine.ask('place', { named: parseNamed('A.accept.9')!, start: 0 });
    expect(accept.at).toBeGreaterThan(0);
    expect(never.at).toBe(-1);
    // The first position at which the present is as late as at the last event.
    const last = rowAt(read.rows, read.total - 1);
    const late = await p.engine.ask('place', { named: parseNamed(`@${last.ms}`)!, start: 0 });
    expect(late.at).toBeGreaterThan(accept.at);
    expect(late.at).toBeLessThanOrEqual(last.at + 1);
    // The whole line added up, and a span of it.
    const whole = await p.engine.ask('tally', { known: -1, line: -1 });
    expect([whole.upTo, whole.read!.upTo, whole.end]).toEqual([end, end, end]);
    expect((await p.engine.ask('tally', { known: end, line: whole.line })).read).toBeNull();
    const { sum } = await p.engine.ask('sum', { from: 5, to: end });
    expect(sum!.steps + sum!.arrivals).toBe(end - 5);
    p.close();
  },
);
