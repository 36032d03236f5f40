/**
 * The trace of a run as HAProxy prints it to a terminal (`trace quic sink stdout`): the format “raw”, which puts nothing in front of a
 * line. Each line in the order in which the steps were taken. Pointers and line numbers are those of the trace in the page.
 */
import { EV } from '../../haproxy/step/events.ts';
import type { ReadRun } from './run.ts';

export function haproxyTrace(run: ReadRun): string {
  const lines: string[] = [];
  for (let i = 0; i < run.events.length; i++) {
    const e = run.event(i);
    if (e.kind === EV.TRACE) lines.push(`${run.traceLine(e)}\n`);
  }
  return lines.join('');
}
