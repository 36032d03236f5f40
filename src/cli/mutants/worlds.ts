/**
 * Small worlds for steps that no world of the museum brings together: each of today's program, none with a bug of its own. Where a
 * mutant needs another one it stands here; a world that shows a bug belongs in the museum.
 */
import { MachineWorld } from '../../machine/explore/machine-world.ts';
import { built } from '../../scenario/museum/built.ts';
import type { Searched } from '../../scenario/museum/patched.ts';
import { Prelude } from '../../scenario/museum/prelude.ts';
import { COUNTING } from './worlds/counting.ts';
import { MOVING } from './worlds/moving.ts';
import type { OwnWorld } from './worlds/own.ts';
import { PAUSING } from './worlds/pausing.ts';
import { WRITING } from './worlds/writing.ts';

const WORLDS: readonly OwnWorld[] = [...MOVING, ...WRITING, ...COUNTING, ...PAUSING];

export const OWN: readonly string[] = WORLDS.map((w) => w.id);

/** What breaks in the world of that name as it is. */
export const brokenIn = (id: string): readonly string[] => WORLDS.find((w) => w.id === id)?.breaks ?? [];

/** The world of that name where its search begins; undefined where there is none. Throws RangeError where today's program has no such way. */
export function ownWorld(id: string): Searched | undefined {
  const world = WORLDS.find((w) => w.id === id);
  if (!world) return undefined;
  const p = new Prelude(built(id, world.conns, world.datagrams), {
    threads: 2,
    revision: 'newest',
    socketOwner: 'listener',
    withholdPostHandshake: true,
    ...world.options,
  });
  try {
    world.prelude(p);
  } catch (error) {
    throw new RangeError(`${id}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const off = new Set(Object.keys(p.made.revision.knownBroken));
  const { W, P } = p.made;
  return { bounds: world.bounds, off, explorable: new MachineWorld(W, P, p.x.m.w, world.bounds, off) };
}
