/** A turn-taking pool of real workers in a test: the coordinator in this realm, the threads in workers of their own. */
import { hashWords } from '../../memory/hash.ts';
import { makeWorld } from '../../scenario/make.ts';
import { dataOf, OPTIONS } from '../../scenario/testing/worlds.ts';
import { Coordinator } from '../coordinator.ts';
import type { Engine, EngineOrder, Frame, Slices } from '../engine.ts';
import type { Begin, FromCoordinator, FromThread, ToCoordinator, ToThread } from '../messages.ts';
import { type NodePort, nodePort } from '../node-port.ts';
import { engineOver } from '../pool.ts';
import type { Port } from '../port.ts';
import { portPair } from './pair.ts';

export type Sharing = Begin['sharing'];
export type ThreadPort = Port<FromThread, ToThread>;

export const data = dataOf('v01');
const { W } = makeWorld(data, OPTIONS);
export const world = W;

export interface Pool {
  engine: Engine;
  workers: NodePort<FromThread, ToThread>['worker'][];
  /** Everything that was refused, in order. */
  refused: string[];
  /** The next frame that passes; a copy. */
  until(test: (f: Frame) => boolean): Promise<Frame>;
  /** Gives the orders and waits until all have been carried out. */
  settled(orders: EngineOrder[]): Promise<Frame>;
  rows(from: number, to: number): Promise<Slices>;
  close(): void;
}

/** `spawn` gives a thread's worker, 0, 1, 2 … for each further one of the same thread; by default an ordinary one. */
export function pool(
  sharing: Sharing,
  part: Partial<Begin> = {},
  spawn: (tid: number, nth: number) => ThreadPort | null = () => null,
): Pool {
  const [page, coordinator] = portPair<FromCoordinator, ToCoordinator>();
  const workers: Pool['workers'] = [];
  const ports: ThreadPort[] = [];
  const count = new Map<number, number>();
  new Coordinator(coordinator, (tid) => {
    const nth = count.get(tid) ?? 0;
    count.set(tid, nth + 1);
    const other = spawn(tid, nth);
    const p = other ?? nodePort<FromThread, ToThread>(new URL('./thread-entry.ts', import.meta.url));
    if ('worker' in p) workers.push(p.worker as NodePort<FromThread, ToThread>['worker']);
    ports.push(p);
    return p;
  });
  const engine = engineOver(page, { data, options: OPTIONS, moment: null, sharing, ...part });
  const refused: string[] = [];
  engine.onRefused((why) => refused.push(why));
  const until: Pool['until'] = (done) =>
    new Promise((resolve) => {
      const stop = engine.onFrame((f) => {
        if (!done(f)) return;
        queueMicrotask(() => stop());
        resolve({ ...f, block: f.block.slice(), marks: [...f.marks], departures: [...f.departures] });
      });
    });
  return {
    engine,
    workers,
    refused,
    until,
    async settled(orders) {
      for (const o of orders) engine.order(o);
      await this.rows(0, 0);
      // Orders are carried out in their order, so the picture that comes after these rows shows them all.
      let last = true;
      return until(() => {
        const shown = !last;
        last = false;
        return shown;
      });
    },
    rows(from, to) {
      return new Promise((resolve) => {
        const stop = engine.onSlices((rows) => {
          stop();
          resolve(rows);
        });
        engine.order({ kind: 'slices', from, to });
      });
    },
    close() {
      for (const p of ports) p.close();
      page.close();
      coordinator.close();
    },
  };
}

export const hashOf = (f: Frame, withTime: boolean): string => hashWords(f.block, W.layout.kinds, withTime);
