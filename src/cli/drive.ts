/** Runs a machine by the clock to the end of its traffic, or until nothing is left to do, with rebinds on the way. */
import { type Machine, NS_PER_MS } from '../machine/machine.ts';
import type { RuleChecker } from '../machine/rules/checker.ts';
import type { RunLog } from '../report/run.ts';
import { UnusableInput } from './input.ts';

/** A rebind by hand at a virtual time. */
export interface RebindOrder {
  conn: number;
  tid: number;
  ns: number;
}

/** `traffic`: to the last datagram; `idle`: until no timer runs any more. */
export type Until = 'traffic' | 'idle';

export function drive(
  machine: Machine,
  log: RunLog,
  checker: RuleChecker,
  rebinds: readonly RebindOrder[],
  until: Until,
  /** Told of each happening; what it throws ends the run. */
  each: () => void = () => {},
): void {
  const orders = [...rebinds].sort((p, q) => p.ns - q.ns);
  for (;;) {
    const p = machine.pick();
    const order = orders[0];
    if (order && (!p || p.at >= order.ns)) {
      orders.shift();
      machine.reach(order.ns);
      const why = machine.apply({ kind: 'rebind', conn: order.conn, tid: order.tid });
      if (why) {
        log.rebinds.push({
          conn: order.conn,
          from: log.owners.get(order.conn) ?? -1,
          to: order.tid,
          ms: order.ns / NS_PER_MS,
          trigger: 'hand',
          result: `refused: ${why}`,
        });
      }
      continue;
    }
    if (!p || (until === 'traffic' && machine.quiet && orders.length === 0)) return;
    machine.take(p);
    checker.after(p.kind === 'deliver' ? -1 : p.tid);
    each();
  }
}

/** Throws UnusableInput for orders that name a connection or a thread that is not there. `source`: what has the connections. */
export function possible(
  orders: readonly { conn: number; tid: number }[],
  source: string,
  conns: number,
  threads: number,
): void {
  for (const c of orders) {
    if (c.conn >= conns)
      throw new UnusableInput(`There is no connection ${c.conn}; ${source} has ${conns}, from 0.`);
    if (c.tid >= threads)
      throw new UnusableInput(`There is no thread ${c.tid}; there are ${threads}, from 0.`);
  }
}
