/** A run written out for other tools: which formats there are, and their files. */
import { nameOf } from '../name.ts';
import { chromeTrace } from './chrome.ts';
import { haproxyTrace } from './haproxy-trace.ts';
import { qlogOf } from './qlog.ts';
import type { ReadRun, RunName } from './run.ts';

export { type ReadRun, type RunName, readRun } from './run.ts';

export const EXPORTS = ['perfetto', 'qlog', 'haproxy-trace'] as const;
export type ExportKind = (typeof EXPORTS)[number];

/**
 * The files of one format, name to contents. qlog has one for each connection that the run has got to, or for `conns` alone.
 *
 * @param base beginning of the files' names
 */
export function exported(
  run: ReadRun,
  kind: ExportKind,
  base: string,
  name: RunName,
  conns: readonly number[] = connsOf(run),
): Map<string, string> {
  switch (kind) {
    case 'perfetto':
      return new Map([[`${base}.perfetto.json`, chromeTrace(run, name)]]);
    case 'haproxy-trace':
      return new Map([[`${base}.trace.txt`, haproxyTrace(run)]]);
    case 'qlog':
      return new Map(conns.map((c) => [`${base}-${nameOf(c).letter}.qlog`, qlogOf(run, c, name)]));
  }
}

/** Connections of which something happened, by their number in the capture. */
export function connsOf({ events }: ReadRun): number[] {
  const of = new Set(events.columns.conn.subarray(0, events.length));
  return [...of].filter((c) => c >= 0).sort((a, b) => a - b);
}
