/** `show activity`, from its values. */
import { LAYOUT, since, type Version } from './version.ts';

/** Every counter by HAProxy's name, in the order of printing. */
export const COUNTERS = [
  'ctxsw',
  'tasksw',
  'empty_rq',
  'long_rq',
  'curr_rq',
  'loops',
  'wake_tasks',
  'wake_signal',
  'poll_io',
  'poll_exp',
  'poll_drop_fd',
  'poll_skip_fd',
  'conn_dead',
  'stream_calls',
  'pool_fail',
  'buf_wait',
  'cpust_ms_tot',
  'cpust_ms_1s',
  'cpust_ms_15s',
  'avg_cpu_pct',
  'avg_loop_us',
  'accepted',
  'accq_pushed',
  'accq_full',
  'accq_ring',
  'fd_takeover',
  'check_adopted',
  'check_started',
  'check_active',
  'check_running',
] as const;

export type Counter = (typeof COUNTERS)[number];

/** Counters that a version before 2.9 does not print. */
const LATER: ReadonlySet<Counter> = new Set([
  'curr_rq',
  'check_adopted',
  'check_started',
  'check_active',
  'check_running',
]);

export interface ShownActivity {
  /** The thread that answers, from 1; and how many there are. */
  thread: number;
  threads: number;
  /** Seconds since 1970, since the start; null where there is no such date. */
  date: string | null;
  uptime: string | null;
  /** Total and one value a thread; counters that are not there are not printed. */
  counters: Readonly<Partial<Record<Counter, { total: number; each: readonly number[] }>>>;
}

const u32 = (n: number): number => n >>> 0;

/** The lines, each ended. */
export function activityText(a: ShownActivity, version: Version): string {
  let out = `thread_id: ${a.thread} (1..${a.threads})\n`;
  if (a.date !== null) out += `date_now: ${a.date}\n`;
  if (a.uptime !== null) out += `uptime_now: ${a.uptime}\n`;
  for (const name of COUNTERS) {
    const c = a.counters[name];
    if (!c || (LATER.has(name) && !since(version, LAYOUT.currRq))) continue;
    out += `${name}: ${u32(c.total)}${a.threads > 1 ? ` [ ${c.each.map(u32).join(' ')} ]` : ''}\n`;
  }
  return out;
}
