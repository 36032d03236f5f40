/**
 * A run in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open: a track for each thread, its calls as slices with
 * their steps inside, what happened as instants, and an arrow for each datagram that one thread gives to another. Times are virtual.
 */
import { EV } from '../../haproxy/step/events.ts';
import type { EventRow } from '../../machine/recording/events.ts';
import type { Slices } from '../../machine/recording/mark.ts';
import { nameOf } from '../name.ts';
import type { ReadRun, RunName } from './run.ts';

/** Times and durations in µs. */
interface TraceEvent {
  name: string;
  cat: string;
  ph: 'X' | 'i' | 's' | 'f' | 'M';
  ts: number;
  pid: number;
  tid: number;
  dur?: number;
  /** Of an instant: the thread's. */
  s?: 't';
  /** Of an arrow; it ends at the slice that holds it. */
  id?: number;
  bp?: 'e';
  args?: Record<string, string | number>;
}

const HAPROXY = 1;
const NETWORK = 2;
/** Number of T0's track: readers take 0 for the process itself. */
const FIRST_TRACK = 1;
const NS_PER_US = 1000;

interface Call {
  fn: string;
  start: number;
  end: number;
  args: Record<string, string | number>;
}

/** JSON, an event a line. */
export function chromeTrace(run: ReadRun, { title, revision, link }: RunName): string {
  const all = [...tracks(run), ...calls(run), ...happenings(run)];
  const head = {
    displayTimeUnit: 'ns',
    otherData: { title, program: `HAProxy, “${revision}”, emulated; times are virtual`, link },
  };
  return `${JSON.stringify(head).slice(0, -1)},"traceEvents":[\n${all.map((e) => JSON.stringify(e)).join(',\n')}\n]}\n`;
}

function tracks({ threads }: ReadRun): TraceEvent[] {
  const named = (what: string, pid: number, tid: number, name: string): TraceEvent => ({
    name: what,
    cat: '__metadata',
    ph: 'M',
    ts: 0,
    pid,
    tid,
    args: { name },
  });
  return [
    named('process_name', HAPROXY, 0, 'HAProxy'),
    ...Array.from({ length: threads }, (_, t) => named('thread_name', HAPROXY, t + FIRST_TRACK, `T${t}`)),
    named('process_name', NETWORK, 0, 'Network'),
    named('thread_name', NETWORK, FIRST_TRACK, 'Arrivals'),
  ];
}

/** Calls as they nest, each with its steps; and what arrives. */
function calls(run: ReadRun): TraceEvent[] {
  const out: TraceEvent[] = [];
  const stacks = Array.from({ length: run.threads }, (): (Call | undefined)[] => []);
  const slice = (name: string, cat: string, tid: number, call: Omit<Call, 'fn'>): void =>
    void out.push({
      name,
      cat,
      ph: 'X',
      ts: call.start / NS_PER_US,
      dur: (call.end - call.start) / NS_PER_US,
      pid: HAPROXY,
      tid: tid + FIRST_TRACK,
      args: call.args,
    });
  const close = (tid: number, depth: number): void => {
    for (const call of stacks[tid]!.splice(depth)) if (call) slice(call.fn, 'call', tid, call);
  };
  run.eachWindow((rows) => {
    for (let i = 0; i < rows.to - rows.from; i++) {
      const tid = rows.tid[i]!;
      const step = run.step(rows.pc[i]!);
      const start = rows.start[i]!;
      const args = about(run, rows, i);
      if (tid < 0) {
        out.push({
          name: `${run.no(rows.dgram[i]!)} arrives`,
          cat: 'arrival',
          ph: 'i',
          s: 't',
          ts: start / NS_PER_US,
          pid: NETWORK,
          tid: FIRST_TRACK,
          args,
        });
        continue;
      }
      if (!step) continue;
      const depth = rows.depth[i]!;
      const stack = stacks[tid]!;
      close(tid, depth + 1);
      if (stack[depth]?.fn !== step.fn) close(tid, depth);
      const end = start + rows.cost[i]!;
      stack[depth] ??= { fn: step.fn, start, end, args };
      for (const call of stack) if (call) call.end = Math.max(call.end, end);
      slice(step.label, 'step', tid, { start, end, args });
    }
  });
  for (const [tid] of stacks.entries()) close(tid, 0);
  return out;
}

function about(run: ReadRun, rows: Slices, i: number): Record<string, string | number> {
  const conn = rows.conn[i]!;
  const dgram = rows.dgram[i]!;
  const step = run.step(rows.pc[i]!);
  return {
    step: rows.from + i + 1,
    ...(step ? { does: step.text } : {}),
    ...(conn >= 0 ? { connection: nameOf(conn).letter } : {}),
    ...(dgram >= 0 ? { datagram: run.no(dgram) } : {}),
  };
}

/** What of an event is said; null for what the slices say by themselves. */
function words(run: ReadRun, e: EventRow): string | null {
  const A = e.conn >= 0 ? nameOf(e.conn).letter : 'a connection';
  switch (e.kind) {
    case EV.CREATE:
      return `${A} is created`;
    case EV.ACCEPT:
      return `${A} is accepted`;
    case EV.REBIND_START:
      return `rebind of ${A} to T${e.other} begins`;
    case EV.COMMIT:
      return `commit: ${A} is T${e.other}’s`;
    case EV.FINALIZE:
      return `${A} is adopted`;
    case EV.REFUSED:
      return `rebind of ${A} is refused`;
    case EV.REBIND_ERROR:
      return `rebind of ${A} fails`;
    case EV.REDISPATCH:
      return `redispatch: ${run.no(e.dgram)} to T${e.other}`;
    case EV.HANDLED:
      return `${run.no(e.dgram)} is handled`;
    case EV.DROP:
      return `${run.no(e.dgram)} is dropped`;
    case EV.PKT_DROP:
      return `a packet of ${run.no(e.dgram)} is dropped`;
    case EV.CLOSE:
      return `${A} closes`;
    case EV.RELEASE:
      return `${A} is released`;
    case EV.BUG:
      return 'BUG_ON';
    default:
      return null;
  }
}

function happenings(run: ReadRun): TraceEvent[] {
  const out: TraceEvent[] = [];
  /** Arrows that have begun, by thread and datagram that they lead to. */
  const open = new Map<string, number>();
  let arrows = 0;
  for (let i = 0; i < run.events.length; i++) {
    const e = run.event(i);
    const at = { ts: e.ms * 1000 + e.ns / NS_PER_US, pid: HAPROXY, tid: e.tid + FIRST_TRACK };
    const said = words(run, e);
    if (said) out.push({ name: said, cat: 'event', ph: 'i', s: 't', ...at, args: { step: e.at + 1 } });
    const arrow = { name: 'datagram', cat: 'datagram', ...at };
    if ((e.kind === EV.DISPATCH || e.kind === EV.REDISPATCH) && e.other !== e.tid) {
      open.set(`${e.other} ${e.dgram}`, ++arrows);
      out.push({ ...arrow, ph: 's', id: arrows });
    } else if (e.kind === EV.POP) {
      const id = open.get(`${e.tid} ${e.dgram}`);
      if (id !== undefined) out.push({ ...arrow, ph: 'f', bp: 'e', id });
      open.delete(`${e.tid} ${e.dgram}`);
    }
  }
  return out;
}
