/** One thread as `show threads` prints it, from its values. Null: the model does not have it, and a dash stands for it. */
import { LAYOUT, since, type Version } from './version.ts';

export interface ShownThread {
  /** From 1, as HAProxy counts here. */
  number: number;
  /** It is the one that answers. */
  answers: boolean;
  id: string;
  active: boolean;
  /** Timers, run queue, tasklets: not empty. */
  timers: boolean;
  runQueue: boolean;
  tasklets: boolean;
  taskletCount: number;
  queued: number;
  group: number;
  /** From 1 within its group. */
  inGroup: number;
  loops: number | null;
  switches: number | null;
  harmless: boolean;
  isolated: boolean;
  locks: number;
  /** CPU time, ns. */
  cpu: { poll: number | null; now: number | null; diff: number | null };
  task: ShownTask | null;
}

export interface ShownTask {
  pointer: string;
  kind: 'task' | 'tasklet';
  calls: number | null;
  /** Of a task: ns since it was last called, as the layout counts it. */
  last: number | null;
  /** What it calls: address and name. */
  fct: string;
  symbol: string;
  context: string;
  /** Of the command line's applet: its name in brackets, as HAProxy prints it. */
  applet: string | null;
}

const PAD = ' '.repeat(13);
const bit = (b: boolean): string => (b ? '1' : '0');
const num = (n: number | null): string => (n === null ? '-' : String(n));

function task(t: ShownTask | null): string {
  if (!t) return `${PAD}curr_task=0\n`;
  const last = t.kind === 'task' ? ` last=${num(t.last)}` : '';
  return (
    `${PAD}curr_task=${t.pointer} (${t.kind}) calls=${num(t.calls)}${last}\n` +
    `${PAD}  fct=${t.fct}(${t.symbol}) ctx=${t.context}${t.applet === null ? '' : `(${t.applet})`}\n`
  );
}

/** The lines of one thread, each ended. */
export function threadText(t: ShownThread, version: Version): string {
  const newer = since(version, LAYOUT.loops);
  const alone = since(version, LAYOUT.isolated) ? 'isolated' : 'wantrdv';
  return (
    `${t.answers ? '*' : ' '} Thread ${String(t.number).padEnd(2)}: id=${t.id} act=${bit(t.active)} glob=0` +
    ` wq=${bit(t.timers)} rq=${bit(t.runQueue)} tl=${bit(t.tasklets)} tlsz=${t.taskletCount} rqsz=${t.queued}\n` +
    `     ${String(t.group).padStart(2)}/${String(t.inGroup).padEnd(2)}   ` +
    `${newer ? `loops=${num(t.loops)} ctxsw=${num(t.switches)} ` : ''}stuck=0 prof=0 harmless=${bit(t.harmless)}` +
    ` ${alone}=${bit(t.isolated)}${newer ? ` locks=${t.locks}` : ''}\n` +
    `${PAD}cpu_ns: poll=${num(t.cpu.poll)} now=${num(t.cpu.now)} diff=${num(t.cpu.diff)}\n` +
    task(t.task)
  );
}
