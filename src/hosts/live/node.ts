/** A Live run in Node: the supervisor in this realm, threads and load generator in worker threads. */
import type { Worker } from 'node:worker_threads';
import { nodePort } from '../node-port.ts';
import { Board, LiveReading } from './board.ts';
import type { Frozen, LiveBegin, LiveOrder, LiveStatus } from './contract.ts';
import type { FromSupervisor, FromWorker, ToSupervisor, ToWorker } from './messages.ts';
import { Supervisor } from './supervisor.ts';

export interface NodeLive {
  order(order: LiveOrder): void;
  readonly reading: LiveReading | null;
  readonly status: LiveStatus | null;
  readonly frozen: Frozen[];
  readonly refused: string[];
  /** Workers by thread, -1 the load generator's: the newest of each. */
  readonly workers: Map<number, Worker>;
  /** Resolves with the first status, from now on, that `test` accepts. */
  until(test: (status: LiveStatus) => boolean): Promise<LiveStatus>;
  close(): void;
}

export function startNodeLive(begin: LiveBegin): NodeLive {
  const workers = new Map<number, Worker>();
  const listeners = new Set<(s: LiveStatus) => void>();
  const frozen: Frozen[] = [];
  const refused: string[] = [];
  let reading: LiveReading | null = null;
  let status: LiveStatus | null = null;
  let toSupervisor: (m: ToSupervisor) => void = () => {};
  const hear = (m: FromSupervisor): void => {
    if (m.kind === 'board') reading = new LiveReading(new Board(m.parts));
    else if (m.kind === 'frozen') frozen.push(m.frozen);
    else if (m.kind === 'refused') refused.push(m.why);
    else {
      status = m.status;
      for (const cb of [...listeners]) cb(m.status);
    }
  };
  const supervisor = new Supervisor(
    {
      post: hear,
      onMessage: (cb) => {
        toSupervisor = cb;
      },
      onEnd: () => {},
      close: () => {},
    },
    (tid) => {
      const port = nodePort<FromWorker, ToWorker>(new URL('./live-node.ts', import.meta.url));
      workers.set(tid, port.worker);
      return port;
    },
  );
  toSupervisor({ kind: 'begin', begin });
  return {
    order: (order) => toSupervisor({ kind: 'order', order }),
    get reading() {
      return reading;
    },
    get status() {
      return status;
    },
    frozen,
    refused,
    workers,
    until: (test) =>
      new Promise((resolve) => {
        const cb = (s: LiveStatus): void => {
          if (!test(s)) return;
          listeners.delete(cb);
          resolve(s);
        };
        listeners.add(cb);
        if (status) cb(status);
      }),
    close: () => supervisor.close(),
  };
}
