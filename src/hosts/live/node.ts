/** A Live run in Node: the supervisor in this realm, threads and load generator in worker threads. */
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import type { StepsFor } from '../../machine/compiled/steps.ts';
import { nodePort } from '../node-port.ts';
import type { Port } from '../port.ts';
import type { Frozen, Live, LiveBegin, LiveStatus } from './contract.ts';
import type { FromSupervisor, FromWorker, ToSupervisor, ToWorker } from './messages.ts';
import { liveOver } from './over.ts';
import { Supervisor } from './supervisor.ts';

export interface NodeLive extends Live {
  readonly status: LiveStatus | null;
  readonly frozen: Frozen[];
  readonly refused: string[];
  /** Workers by thread, -1 the load generator's: the newest of each. */
  readonly workers: Map<number, Worker>;
  /** Resolves with the first status, from now on, that `test` accepts. */
  until(test: (status: LiveStatus) => boolean): Promise<LiveStatus>;
}

/** The line to a new worker thread that can be any thread of a run. */
export const liveWorker = (
  entry = new URL('./live-node.ts', import.meta.url),
): Port<FromWorker, ToWorker> & { worker: Worker } => nodePort<FromWorker, ToWorker>(entry);

/** `spawn`: who is to be thread `tid`, for runs in which one of them is not what it should be. `steps`: compiled ones; without, closures run. */
export function startNodeLive(
  begin: LiveBegin,
  spawn: (tid: number) => Port<FromWorker, ToWorker> & { worker: Worker } = () => liveWorker(),
  steps?: StepsFor,
): NodeLive {
  const workers = new Map<number, Worker>();
  let toPage: (m: FromSupervisor) => void = () => {};
  let toSupervisor: (m: ToSupervisor) => void = () => {};
  const supervisor = new Supervisor(
    {
      post: (m) => toPage(m),
      onMessage: (cb) => {
        toSupervisor = cb;
      },
      onEnd: () => {},
      close: () => {},
    },
    (tid) => {
      const port = spawn(tid);
      workers.set(tid, port.worker);
      return port;
    },
    Math.max(2, availableParallelism()),
    steps,
  );
  const live = liveOver(
    {
      post: (m) => toSupervisor(m),
      onMessage: (cb) => {
        toPage = cb;
      },
      onEnd: () => {},
      close: () => supervisor.close(),
    },
    begin,
  );
  const frozen: Frozen[] = [];
  const refused: string[] = [];
  let status: LiveStatus | null = null;
  live.onFrozen((f) => frozen.push(f));
  live.onRefused((why) => refused.push(why));
  live.onStatus((s) => {
    status = s;
  });
  return {
    order: live.order,
    get reading() {
      return live.reading;
    },
    onStatus: live.onStatus,
    onFrozen: live.onFrozen,
    onRefused: live.onRefused,
    onPulse: live.onPulse,
    lastImage: live.lastImage,
    close: live.close,
    get status() {
      return status;
    },
    frozen,
    refused,
    workers,
    until: (test) =>
      new Promise((resolve) => {
        let stop: (() => void) | undefined;
        const cb = (s: LiveStatus): void => {
          if (!test(s)) return;
          queueMicrotask(() => stop?.());
          resolve(s);
        };
        stop = live.onStatus(cb);
      }),
  };
}
