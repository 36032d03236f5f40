/** What a link needs of the pool: anchors of a line, and a moment of another program found by them. */
import { afterEach, expect, test } from 'vitest';
import type { EngineOrder } from './engine.ts';
import { hashOf, type Pool, pool } from './testing/pool.ts';

const open: Pool[] = [];
afterEach(() => {
  for (const p of open.splice(0)) p.close();
});

test('anchors that were asked for lead a pool of another program’s fingerprint to the same moment', async () => {
  const p = pool('shared');
  open.push(p);
  const steps = new Array<EngineOrder>(400).fill({ kind: 'step' });
  await p.settled([...steps, { kind: 'choice', choice: { kind: 'hold', tid: 2 } }]);
  const f = await p.settled(new Array<EngineOrder>(50).fill({ kind: 'step' }));
  const read = new Promise<Parameters<Parameters<typeof p.engine.onAnchors>[0]>[0]>((resolve) =>
    p.engine.onAnchors(resolve),
  );
  p.engine.order({ kind: 'anchors' });
  const anchors = await read;
  expect(anchors).toMatchObject({ line: f.line, at: f.steps, undone: 0 });
  expect(anchors.departures).toHaveLength(f.departures.length);
  expect(anchors.playhead).toBeDefined();

  const moment = {
    departures: f.departures.map((d, i) => ({ ...d, anchor: anchors.departures[i] })),
    end: f.end,
    at: f.steps,
    anchor: anchors.playhead,
    fingerprint: '00000000',
  };
  const other = pool('shared', { moment });
  open.push(other);
  const notes = new Promise<string[]>((resolve) => other.engine.onMisplaced(resolve));
  expect(await notes).toEqual([]);
  const there = await other.until((g) => g.steps === f.steps);
  expect(hashOf(there, true)).toBe(hashOf(f, true));
  expect(there.departures).toEqual(f.departures);
});
