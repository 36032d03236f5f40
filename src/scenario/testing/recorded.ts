/**
 * What the emulation did before its steps became data that can be patched: for each revision and mutation, over each bundled
 * capture and both socket modes, the block's hash at every thousandth happening. The recording stands in
 * `testdata/recorded/`; a change that is to change no behaviour leaves it equal.
 */
import { chooseRevision, newestFor, REVISIONS } from '../../haproxy/revisions.ts';
import type { WorldOptions } from '../../machine/options.ts';
import type { WorldData } from '../data.ts';
import { machineOf } from './worlds.ts';

export const CAPTURES = [
  'v01',
  'v02',
  'v03',
  'v04',
  'v05',
  'v06',
  'v07',
  'v08',
  'v09',
  'v10',
  'v11',
  'v12',
  'v13',
] as const;
export const SOCKETS = ['listener', 'connection'] as const;

/** Happenings between two hashes, and between two rebinds ordered by hand. */
const EVERY = 1000;
const REBIND_EVERY = 1500;
const LIMIT = 60_000;

export interface Recorded {
  /** Happenings until nothing more could happen, LIMIT, or what a mutation led to. */
  end: number;
  /** What a step threw that a mutation had led astray; empty otherwise. */
  crash: string;
  /** The hashes with time, one at each thousandth happening and one at the end, 16 hex digits each. */
  hashes: string[];
}

/** Every program that was recorded: a revision, or the newest that a mutation can be put into with it, where one group's can. */
export function programs(mutations: readonly string[]): Pick<WorldOptions, 'revision' | 'mutations'>[] {
  const ids = REVISIONS.map((r) => [...r.fixes].at(-1)!);
  return [
    ...ids.map((revision) => ({ revision })),
    ...mutations
      .map((id) => {
        const newest = newestFor(id);
        return { revision: newest === 'newest' ? ids.at(-1)! : newest, mutations: [id] };
      })
      .filter((program) => typeof chooseRevision(program) !== 'string'),
  ];
}

/** Runs a capture by the clock; every 1500 happenings the next connection is ordered to the thread after its owner. */
export function recordRun(data: WorldData, options: Partial<WorldOptions>): Recorded {
  const x = machineOf(data, options);
  const hashes: string[] = [];
  let order = 0;
  let crash = '';
  while (x.happened < LIMIT) {
    const next = Math.min((Math.floor(x.happened / EVERY) + 1) * EVERY, (order + 1) * REBIND_EVERY);
    try {
      if (x.run(next - x.happened) < 1) break;
    } catch (error) {
      crash = error instanceof Error ? error.message : String(error);
      break;
    }
    if (x.happened % EVERY === 0) hashes.push(x.hash(true));
    if (x.happened === (order + 1) * REBIND_EVERY) {
      const conn = order % data.conns.length;
      const qc = x.findConn(conn);
      if (qc) x.apply({ kind: 'rebind', conn, tid: (x.owner(qc) + 1) % x.W.cfg.threads });
      order++;
    }
    if (x.stopped) break;
  }
  hashes.push(x.hash(true));
  return { end: x.happened, crash, hashes };
}
