import { describe, expect, it } from 'vitest';
import { findRevision } from '../haproxy/revisions.ts';
import { NS_PER_MS } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { dataOf, machineOf, OPTIONS } from '../scenario/testing/worlds.ts';
import { RunLog, type RunReport, runReport } from './run.ts';

interface Order {
  conn: number;
  tid: number;
  ms: number;
}

function replay(name: string, part: Partial<WorldOptions>, orders: Order[] = [], gate = true): RunReport {
  const data = dataOf(name);
  const options = { ...OPTIONS, ...part };
  const log = new RunLog();
  const x = machineOf(data, options, log);
  const checker = new RuleChecker(x, findRevision(options.revision)!);
  if (!gate) x.apply({ kind: 'gate', on: false });
  const left = [...orders];
  for (;;) {
    const p = x.pick();
    const o = left[0];
    if (o && (!p || p.at >= o.ms * NS_PER_MS)) {
      left.shift();
      x.reach(o.ms * NS_PER_MS);
      expect(x.apply({ kind: 'rebind', conn: o.conn, tid: o.tid })).toBe('');
      continue;
    }
    if (!p || (x.quiet && left.length === 0)) break;
    x.take(p);
    checker.after(p.kind === 'deliver' ? -1 : p.tid);
  }
  return runReport(x, log, checker.broken, data.notes);
}

const sum = (n: number[]): number => n.reduce((a, b) => a + b, 0);

function balances(r: RunReport): void {
  const { received, handled, dropped, queued } = r.datagrams;
  expect(handled + sum(Object.values(dropped)) + queued).toBe(received);
  expect(sum(r.threads.map((t) => t.handled))).toBe(handled);
  expect(sum(r.threads.map((t) => t.redispatched))).toBe(r.redispatches);
  expect(sum(r.connections.map((c) => c.datagrams))).toBe(handled);
  expect(r.rulesBroken).toEqual([]);
}

describe('the report of a run', () => {
  it('counts sessions while they live: when all are over, no thread and no listener has one', () => {
    for (const revision of ['25174d51e', 'finalized', '8adffaa89', 'newest']) {
      const log = new RunLog();
      const x = machineOf(dataOf('v07'), { ...OPTIONS, revision }, log);
      let most = 0;
      for (let i = 0; i < 4000 && !x.idle; i++) {
        x.run(100);
        most = Math.max(most, runReport(x, log, [], []).loads.listener);
      }
      const { accepts, loads } = runReport(x, log, [], []);
      expect(most).toBeGreaterThan(1);
      expect(loads).toEqual({ threads: [0, 0, 0, 0], listener: 0 });
      expect(accepts.map((a) => a.conn).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, i) => i),
      );
      const moved = accepts.filter((a) => a.on !== a.to).length;
      if (revision === '25174d51e') expect(moved).toBe(0);
      else expect(moved).toBeGreaterThan(5);
    }
  });

  it('balances, and has the agreed parts in the agreed order', () => {
    const r = replay('v07', { socketOwner: 'connection' });
    balances(r);
    expect(Object.keys(r).filter((k) => !['packetsDropped', 'leakedPackets', 'notes'].includes(k))).toEqual([
      'datagrams',
      'unread',
      'redispatches',
      'rebinds',
      'threads',
      'connections',
      'accepts',
      'loads',
      'rulesBroken',
      'problems',
      'hash',
    ]);
    expect(Object.keys(r.datagrams)).toEqual(['received', 'handled', 'dropped', 'queued']);
    expect(Object.keys(r.rebinds[0]!)).toEqual(['conn', 'from', 'to', 'ms', 'trigger', 'result']);
    expect(Object.keys(r.threads[0]!)).toEqual(['tid', 'handled', 'redispatched', 'connections']);
    expect(Object.keys(r.connections[0]!)).toEqual(['conn', 'scid', 'owner', 'datagrams']);
    expect(r.connections.map((c) => c.conn)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(r.rebinds.filter((b) => b.trigger === 'accept' && b.result === 'done')).toHaveLength(20);
    expect(r.hash).toMatch(/^[0-9a-f]{16}$/);
    expect(replay('v07', { socketOwner: 'connection' })).toEqual(r);
  });

  it('follows a connection by hand: from, to, owner', () => {
    const r = replay('v01', {}, [
      { conn: 0, tid: 2, ms: 5 },
      { conn: 0, tid: 1, ms: 20 },
    ]);
    balances(r);
    const hand = r.rebinds.filter((b) => b.trigger === 'hand');
    expect(hand.map((b) => [b.from, b.to, b.result])).toEqual([
      [0, 2, 'done'],
      [2, 1, 'done'],
    ]);
    for (const [i, ms] of [5, 20].entries()) expect(hand[i]!.ms).toBeGreaterThanOrEqual(ms);
    expect(r.connections[0]!.owner).toBe(r.rebinds.at(-1)!.to);
    expect(r.threads.map((t) => t.connections)).toEqual(
      r.threads.map((t) => (t.tid === r.connections[0]!.owner ? 1 : 0)),
    );
  });

  it('gives the reason of a refusal, and the text of an abort when the gate is off', () => {
    const orders = [{ conn: 0, tid: 1, ms: 25 }];
    const options = { withholdPostHandshake: false };
    const refused = replay('v01', options, orders).rebinds.filter((b) => b.trigger === 'hand');
    expect(refused.map((b) => b.result)).toEqual(['refused: it has more than one CID']);
    const r = replay('v01', options, orders, false);
    expect(r.rebinds.at(-1)!.result).toBe('aborted: !node || eb64_next(node)');
    expect(r.aborted).toBe('!node || eb64_next(node)');
  });

  it('counts what nobody reads any more as queued: the seed with a socket of its own (M04)', () => {
    const r = replay('v01', { revision: 'seed', socketOwner: 'connection' }, [{ conn: 0, tid: 1, ms: 25 }]);
    balances(r);
    expect(r.datagrams.queued).toBeGreaterThan(0);
    expect(replay('v01', { socketOwner: 'connection' }, [{ conn: 0, tid: 1, ms: 25 }]).datagrams.queued).toBe(
      0,
    );
  });
});
