import { describe, expect, test } from 'vitest';
import { runLinear } from './run.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';

const names = Object.keys(scenarios) as ScenarioName[];

describe('on two threads at once', () => {
  test.each(names)('%s is linearizable at full speed', { timeout: 60_000 }, async (name) => {
    const outcome = await runLinear(name);
    expect(outcome.violation).toBeNull();
    expect(outcome.ops - outcome.retries).toBeGreaterThan(outcome.ops / 2);
  });

  test.each(names)('%s is linearizable when threads stop inside it', { timeout: 60_000 }, async (name) => {
    const outcome = await runLinear(name, { memory: 'napping', rounds: 500 });
    expect(outcome.violation).toBeNull();
    expect(outcome.overlaps).toBeGreaterThan(0);
  });

  test.each(names.filter((name) => name !== 'cidTree'))(
    '%s on torn atomics is found out',
    { timeout: 60_000 },
    async (name) => {
      const outcome = await runLinear(name, { memory: 'torn', rounds: 300, jobs: 40 });
      expect(outcome.violation).not.toBeNull();
    },
  );

  test('cidTree without its lock is found out (M22)', { timeout: 60_000 }, async () => {
    const outcome = await runLinear('cidTree', { memory: 'torn', unlocked: true, rounds: 300, jobs: 40 });
    expect(outcome.violation).not.toBeNull();
  });
});
