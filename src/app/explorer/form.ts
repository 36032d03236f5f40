/** The form's rules: what follows from what a person switches. Pure. */
import type { WorldSpec } from '../../scenario/explore.ts';
import type { Form, WorldRow } from './types.ts';

export const MEMORY = [16, 32, 64, 128, 256, 512, 1024, 2048] as const;

export const startForm = (world: string): Form => ({
  spec: { world, fixed: false },
  order: 'breadth',
  reduction: false,
  memoryMB: 512,
  depth: 0,
});

/** Another world: what belonged to the one before goes. */
export const withWorld = (form: Form, world: string, fixed: boolean): Form => ({
  ...form,
  spec: { world, fixed },
});

export interface Line {
  /** Ids of the fixes in order. */
  fixes: readonly string[];
  /** Place of the chosen revision's last fix. */
  at: number;
  without: ReadonlySet<string>;
}

/** Goes to the revision that ends with fix number `at`; what was taken out of a later one is forgotten. */
export function withRevision(spec: WorldSpec, line: Line, at: number): WorldSpec {
  const without = [...line.without].filter((id) => line.fixes.indexOf(id) <= at);
  return { ...spec, revision: line.fixes[at]!, without };
}

/** Switches fix number `i`: within the revision it is taken out or put back; beyond it the revision goes on to it. */
export function withFix(spec: WorldSpec, line: Line, i: number): WorldSpec {
  const id = line.fixes[i]!;
  if (i > line.at) return withRevision(spec, line, i);
  const without = line.without.has(id) ? [...line.without].filter((w) => w !== id) : [...line.without, id];
  return { ...spec, revision: line.fixes[line.at]!, without };
}

export function toggled(list: readonly string[] | undefined, id: string): string[] {
  const has = list?.includes(id) ?? false;
  return has ? (list ?? []).filter((x) => x !== id) : [...(list ?? []), id];
}

export type BoundKey =
  | 'threads'
  | 'datagrams'
  | 'rebinds'
  | 'timerFirings'
  | 'allocationFailures'
  | 'batchLimit'
  | 'ringSize'
  | 'inboxRecords'
  | 'socketFailures';

export interface Bound {
  key: BoundKey;
  name: string;
  value: number;
  least: number;
  most: number;
}

/** The bounds a world has, each within what can be searched. */
export function boundsOf(spec: WorldSpec, w: WorldRow): Bound[] {
  const b = spec.bounds ?? {};
  const all: Bound[] = [
    { key: 'threads', name: 'Threads', value: b.threads ?? w.threads, least: w.threads, most: 4 },
    { key: 'datagrams', name: 'Datagrams', value: b.datagrams ?? w.datagrams, least: 0, most: w.datagrams },
    { key: 'rebinds', name: 'Rebinds', value: b.rebinds ?? w.rebinds, least: 0, most: w.rebinds },
    {
      key: 'timerFirings',
      name: 'Timer firings',
      value: b.timerFirings ?? w.timerFirings,
      least: 0,
      most: 4,
    },
    {
      key: 'allocationFailures',
      name: 'Allocation failures',
      value: b.allocationFailures ?? w.allocationFailures,
      least: 0,
      most: 2,
    },
    {
      key: 'socketFailures',
      name: 'Failing calls on sockets',
      value: b.socketFailures ?? w.socketFailures,
      least: 0,
      most: w.socketFailures > 0 ? 2 : 0,
    },
    { key: 'batchLimit', name: 'Batch limit', value: b.batchLimit ?? w.batchLimit, least: 1, most: 200 },
    { key: 'ringSize', name: 'Accept ring', value: b.ringSize ?? w.ringSize, least: 2, most: 1023 },
    {
      key: 'inboxRecords',
      name: 'Records in a byte ring',
      value: b.inboxRecords ?? w.inboxRecords,
      least: 1,
      most: w.inboxRecords > 0 ? 4 : 0,
    },
  ];
  return all.filter((x) => x.most > x.least);
}
