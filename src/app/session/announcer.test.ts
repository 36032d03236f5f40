import { describe, expect, it } from 'vitest';
import { watch } from '../../report/testing/watch.ts';
import { findMoment } from '../../scenario/moment.ts';
import { partOf } from '../../scenario/part.ts';
import { SAMPLES } from '../../scenario/samples.ts';
import { dataOf, FIRST_MOMENT, OPTIONS } from '../../scenario/testing/worlds.ts';
import { happening } from '../testing/stage.ts';
import { createAnnouncer, POLITE_MS } from './announcer.ts';

const receive = (n: number) => happening('receive', `T1 received datagram ${n} for A.`);
const commit = happening('commit', 'Commit. A now belongs to T2.');
const bug = happening('bug', 'Violation.');

describe('the live region', () => {
  it('says every step while paused', () => {
    const a = createAnnouncer();
    expect(a.next([receive(1)], '', false, 0)?.text).toContain('datagram 1');
    expect(a.next([receive(2)], '', false, 1)?.text).toContain('datagram 2');
  });

  it('says the sentence when nothing happened, once', () => {
    const a = createAnnouncer();
    expect(a.next([], 'A belongs to T0.', false, 0)?.text).toBe('A belongs to T0.');
    expect(a.next([], 'A belongs to T0.', false, 5000)).toBeNull();
  });

  it('says at most one thing a second while playing, commits first', () => {
    const a = createAnnouncer();
    expect(a.next([receive(1)], '', true, 0)).not.toBeNull();
    expect(a.next([commit], '', true, 100)).toBeNull();
    expect(a.next([receive(3)], '', true, 200)).toBeNull();
    expect(a.next([receive(4)], '', true, POLITE_MS)?.text).toBe(commit.text);
  });

  it('interrupts for a violation at any time', () => {
    const a = createAnnouncer();
    a.next([receive(1)], '', true, 0);
    expect(a.next([commit, bug], '', true, 1)).toEqual({ text: bug.text, urgent: true });
  });
});

it('nothing is told as finished while datagrams of the move are still to be passed on', () => {
  const data = partOf(dataOf('v07'), SAMPLES.find((s) => s.id === 'six')!.conns!);
  const moment = findMoment(data, OPTIONS, FIRST_MOMENT)!;
  const w = watch(data);
  for (const d of moment.departures) {
    w.x.run(d.at - w.x.happened);
    w.x.apply(d.choice);
  }
  w.x.run(moment.end - w.x.happened);
  const { owner } = w.stage().conns[0]!;
  w.news();
  w.x.apply({ kind: 'rebind', conn: 0, tid: (owner + 1) % 4 });
  w.x.apply({ kind: 'release', tid: owner });
  const announcer = createAnnouncer();
  const said: string[] = [];
  for (let now = 0; w.stage().totals.redispatches < 3; now += 40) {
    w.x.run(1);
    const news = w.news().filter((h) => h.conn?.letter === 'A');
    const s = announcer.next(news, w.says(0), false, now);
    if (s) said.push(s.text);
  }
  expect(said.some((t) => /has adopted A/.test(t))).toBe(true);
  expect(said.filter((t) => t.startsWith('Redispatch.'))).toHaveLength(3);
  for (const t of said) expect(t).not.toMatch(/finished|unfinished|fully|complete|done/i);
});
