/** A world of a bundled capture with a reader beside it, for tests. */
import { findRevision } from '../../haproxy/revisions.ts';
import type { Machine } from '../../machine/machine.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { recording } from '../../machine/sink.ts';
import type { WorldData } from '../../scenario/data.ts';
import { dataOf, machineOf, OPTIONS } from '../../scenario/testing/worlds.ts';
import { WorldReader } from '../reader.ts';
import { told } from '../trace.ts';
import type { Happening, StageView, TraceLine } from '../view.ts';

export interface Watched {
  x: Machine;
  reader: WorldReader;
  block: Int32Array;
  stage(): StageView;
  /** Lead and rest of the sentence about connection `conn`, as one text. */
  says(conn: number): string;
  /** Everything since the last call. */
  news(): Happening[];
  lines(): TraceLine[];
  /** Runs by the clock until `until`; throws when that never comes. */
  runTo(until: () => boolean, limit?: number): void;
}

/** What a reader has read of the trace with `seq` above `since`, as lines. */
export const linesOf = (reader: WorldReader, block: Int32Array, since: number): TraceLine[] =>
  reader.lines(block, since).map((line) => told(reader.look, line));

export function watch(data: WorldData, options: Partial<WorldOptions> = {}): Watched {
  const x = machineOf(data, options, recording);
  const revision = findRevision(options.revision ?? OPTIONS.revision)!;
  const reader = new WorldReader(x.W, x.P, revision, data.notes);
  const block = x.m.w as Int32Array;
  let seenNews = 0;
  let seenLines = 0;
  return {
    x,
    reader,
    block,
    stage: () => reader.stage(block),
    says(conn) {
      const s = reader.sentence(reader.stage(block), conn);
      return `${s.lead} ${s.rest}`;
    },
    news() {
      const out = reader.happenings(block, seenNews);
      seenNews = out.at(-1)?.seq ?? seenNews;
      return out;
    },
    lines() {
      const out = linesOf(reader, block, seenLines);
      seenLines = out.at(-1)?.seq ?? seenLines;
      return out;
    },
    runTo(until, limit = 400_000) {
      if (until()) return;
      let met = false;
      x.run(limit, () => {
        met = until();
        return met;
      });
      if (!met) throw new Error(`not met within ${limit} happenings`);
    },
  };
}

/** As `watch`, of the bundled capture whose name begins with `prefix`. */
export const watchCapture = (prefix: string, options: Partial<WorldOptions> = {}, keys = true): Watched =>
  watch(dataOf(prefix, keys), options);

/** A world where connection 0 is accepted and at rest. */
export function accepted(options: Partial<WorldOptions>): Watched & { owner: number } {
  const w = watchCapture('v01', options);
  w.runTo(() => {
    const c = w.stage().conns[0];
    return c?.accepted === 'yes' && !c.rebind && w.stage().threads[c.owner]!.state === 'asleep';
  });
  return { ...w, owner: w.stage().conns[0]!.owner };
}
