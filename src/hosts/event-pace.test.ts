/** Pace by events over a real recording, with a clock of the test's own. */
import { describe, expect, test } from 'vitest';
import { EV } from '../haproxy/step/events.ts';
import { record } from '../machine/recording/make.ts';
import type { Recording } from '../machine/recording/recording.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import { findMoment } from '../scenario/moment.ts';
import { partOf } from '../scenario/part.ts';
import { SAMPLES } from '../scenario/samples.ts';
import { dataOf, FIRST_MOMENT, OPTIONS } from '../scenario/testing/worlds.ts';
import { EventPace } from './event-pace.ts';

const six = SAMPLES.find((s) => s.id === 'six')!;
const data = partOf(dataOf('v07-ngtcp2x20-haproxy29'), six.conns!);
const options = { ...OPTIONS, ...six.options };
const moment = findMoment(data, options, FIRST_MOMENT)!;
const held = moment.departures.find((d) => d.choice.kind === 'hold')!.choice as { tid: number };

/** At the moment at which three datagrams wait, with their connection's move ordered; and with what comes of it, or not. */
function atStart(beyond: boolean): Recording {
  const { W, P } = makeWorld(data, options);
  const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
  r.load(moment.departures, moment.end);
  r.choose({ kind: 'rebind', conn: 0, tid: held.tid === 0 ? 1 : 0 });
  r.choose({ kind: 'release', tid: held.tid });
  if (beyond) r.run(AFTER);
  r.seek(moment.end);
  return r;
}

/** Happenings until all three have been handled, and a few more. */
const AFTER = 330;

/** Plays with a picture each 16 ms; where it stood, and for how long, ms. */
function play(r: Recording, times: number, until: number): { stood: Map<number, number>; ms: number } {
  const stood = new Map<number, number>();
  let now = 1000;
  const pace = new EventPace(times, now, until);
  for (let i = 0; i < 5000 && r.at !== until; i++) {
    const from = r.at;
    const n = pace.due(now, r);
    if (n > 0) {
      r.run(n);
      const back = pace.passed(r, from, now);
      if (back >= 0 && back < r.at) r.seek(back);
    }
    stood.set(r.at, (stood.get(r.at) ?? 0) + 16);
    now += 16;
  }
  return { stood, ms: now - 1000 };
}

const seen = (r: Recording, kind: number): number[] => {
  const { at, kind: kinds } = r.line.events.columns;
  const out: number[] = [];
  for (let i = r.line.events.firstAt(moment.end); i < r.line.events.length; i++)
    if (kinds[i] === kind && at[i]! < moment.end + AFTER) out.push(at[i]! + 1);
  return out;
};

describe.each([
  ['along what is recorded', true],
  ['where it is not known what comes', false],
])('%s', (_, beyond) => {
  test('commit and redispatches stand long enough to be seen, one after the other, and nothing is left out', () => {
    const r = atStart(beyond);
    const end = moment.end + AFTER;
    const { stood, ms } = play(r, 1, end);
    expect(r.at).toBe(end);
    const [commit] = seen(r, EV.COMMIT);
    const [first, second, third] = seen(r, EV.REDISPATCH);
    for (const at of [commit!, first!, second!]) expect(stood.get(at)).toBeGreaterThanOrEqual(1200);
    expect(stood.get(third!)).toBeGreaterThanOrEqual(800);
    expect(stood.get(third!)).toBeLessThan(1200);
    expect(ms).toBeLessThan(20_000);
    expect(r.machine.hash(true)).toBe(
      (() => {
        const other = atStart(true);
        other.seek(end);
        return other.machine.hash(true);
      })(),
    );
  });

  test('twice the pace takes half the time', () => {
    const end = moment.end + AFTER;
    const once = play(atStart(beyond), 1, end).ms;
    const twice = play(atStart(beyond), 2, end).ms;
    expect(twice / once).toBeGreaterThan(0.45);
    expect(twice / once).toBeLessThan(0.62);
  });
});
