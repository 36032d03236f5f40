/** That the lines in which compiled steps follow one another are those that a datagram takes in Live. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CompiledStep } from '../../haproxy/step/compile.ts';
import { LIVE_DEFAULTS } from './contract.ts';
import { OneRealm } from './testing/one-realm.ts';

const WAY = new URL('../../machine/compiled/way.txt', import.meta.url);

/** Pairs of steps that stand one behind the other in a line. */
function pairs(): Set<string> {
  const out = new Set<string>();
  for (const part of readFileSync(WAY, 'utf8').split('\n\n')) {
    const line = part.split('\n').filter((key) => key && !key.startsWith('#'));
    line.forEach((key, i) => {
      if (i > 0) out.add(`${line[i - 1]} > ${key}`);
    });
  }
  return out;
}

test('of ten steps that a thread takes in Live, nine follow the one before as way.txt has them', () => {
  const x = new OneRealm({
    ...LIVE_DEFAULTS,
    capacity: 400,
    opening: false,
    options: { threads: 2, revision: 'newest', socketOwner: 'listener', withholdPostHandshake: true },
    settings: { ...LIVE_DEFAULTS.settings, connections: 128, datagramsPerSecond: Number.POSITIVE_INFINITY },
  });
  const handled = (): number => x.run.reading.total('handled');
  x.until('connections', () => x.run.reading.total('accepted') >= 128 && handled() > 2000);
  const taken = new Map<string, number>();
  const before: string[] = [];
  for (const s of x.programs.flatMap((P) => P.steps)) {
    const { run } = s;
    const key = `${s.wrote} ${s.proc.key} ${s.label}`;
    Object.assign(s, {
      run: ((e, l, at) => {
        const pair = `${before[e.t]} > ${key}`;
        if (before[e.t]) taken.set(pair, (taken.get(pair) ?? 0) + 1);
        before[e.t] = key;
        return run(e, l, at);
      }) satisfies CompiledStep['run'],
    });
  }
  const from = handled();
  x.until('datagrams', () => handled() > from + 3000);
  const known = pairs();
  const all = [...taken].sort((a, b) => b[1] - a[1]);
  const sum = (list: typeof all): number => list.reduce((n, [, k]) => n + k, 0);
  const off = all.filter(([pair]) => !known.has(pair));
  expect(sum(off) / sum(all), off.slice(0, 8).join('\n')).toBeLessThan(0.1);
});
