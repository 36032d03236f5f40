/** A recorded run, read from its beginning to its end, for those who write it out. */
import type { WorldOptions } from '../../machine/options.ts';
import { type EventLog, type EventRow, rowAt } from '../../machine/recording/events.ts';
import { record } from '../../machine/recording/make.ts';
import type { Slices } from '../../machine/recording/mark.ts';
import { RowReader } from '../../machine/recording/rows.ts';
import type { Departure } from '../../machine/schedule.ts';
import { recording } from '../../machine/sink.ts';
import { PlainMem } from '../../memory/plain.ts';
import type { WorldData } from '../../scenario/data.ts';
import { makeWorld } from '../../scenario/make.ts';
import { dgramNo } from '../look.ts';
import { WorldReader } from '../reader.ts';
import { lineOf } from '../trace.ts';
import type { StepWords } from '../view.ts';

export interface ReadRun {
  data: WorldData;
  threads: number;
  /** Of the program that ran, 8 hex digits. */
  program: string;
  events: EventLog;
  event(i: number): EventRow;
  /** Each happening in order, in windows. */
  eachWindow(see: (rows: Slices) => void): void;
  /** What the program says about a step. */
  step(pc: number): StepWords | null;
  /** An event as HAProxy prints it; '' where it prints nothing. */
  traceLine(row: EventRow): string;
  /** Number on screen of a datagram (from 0). */
  no(dgram: number): string;
}

/** What is written beside the run itself. */
export interface RunName {
  title: string;
  /** As the page calls the program. */
  revision: string;
  /** Where it can be opened; ''. */
  link: string;
}

/** Happenings that are run before it is looked whether the traffic is over. */
const STRETCH = 50;

/** Throws with the reason when the choices do not hold in this world. `end`: happenings that are run; or to the last datagram. */
export function readRun(
  data: WorldData,
  options: WorldOptions,
  departures: readonly Departure[],
  end: number | 'traffic',
): ReadRun {
  const { W, P, revision } = makeWorld(data, options);
  const block = () => new Int32Array(W.layout.words);
  const r = record(new PlainMem(block()), W, P, recording);
  const problems = r.load(departures, end === 'traffic' ? (departures.at(-1)?.at ?? 0) : end);
  if (end === 'traffic') while (!r.machine.quiet && r.run(STRETCH) === STRETCH);
  if (problems.length > 0) throw new Error(problems.join('; '));
  const reader = new WorldReader(W, P, revision, data.notes);
  r.seek(r.line.end);
  // Pointers have their names once the block has been looked at.
  reader.stage(r.machine.m.w);
  const { events } = r.line;
  const rows = events.rows(Array.from({ length: events.length }, (_, i) => i));
  return {
    data,
    threads: options.threads,
    program: P.fingerprint,
    events,
    event: (i) => rowAt(rows, i),
    eachWindow(see) {
      const read = new RowReader(r.machine, block());
      for (let from = 0; from < r.line.end; ) {
        const window = read.read(r.line, from, r.line.end);
        if (window.to <= from) return;
        see(window);
        from = window.to;
      }
    },
    step: (pc) => reader.step(pc),
    traceLine: (row) => lineOf(reader, row).text,
    no: (dgram) => dgramNo(W.consts.datagrams, dgram),
  };
}
