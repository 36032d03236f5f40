/** What the panels of threads say, and where a timer stands on the axis. */
import type { HeldLock } from '../../report/runtime/locks.ts';
import type { ArmedTimer } from '../../report/runtime/room.ts';

export function lockWords({ what, of, how }: HeldLock): string {
  if (what === 'fd') return `the group of fd ${of}, while its thread is changed`;
  return `CID tree ${of.toString(16).padStart(2, '0')}, to ${how}`;
}

const KIND = { idle: 'idle timer', loss: 'loss timer', other: 'timer' } as const;

export function timerWords({ kind, why }: Pick<ArmedTimer, 'kind' | 'why'>): string {
  return why.startsWith('a rebind') ? `${KIND[kind]}, replaced by a rebind` : KIND[kind];
}

/** Marks of the axis, ms. */
export const TICKS: readonly [number, string][] = [
  [0, 'due'],
  [1, '1 ms'],
  [10, '10 ms'],
  [100, '100 ms'],
  [1000, '1 s'],
  [10_000, '10 s'],
  [60_000, '1 min'],
];

const SMALLEST = 0.1;
const LONGEST = Math.log1p(60_000 / SMALLEST);

/** Where so much time left lies, 0 due … 1 a minute and more: short spans get as much room as long ones. */
export function axisPlace(leftMs: number): number {
  return Math.min(1, Math.log1p(Math.max(0, leftMs) / SMALLEST) / LONGEST);
}
