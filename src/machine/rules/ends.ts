/** Rules about how a datagram ends (F-R7), and by how many hops it came there (F-R6). */
import { ledgerReason, ledgerState } from '../../haproxy/lib/kernel.ts';
import { DROP, DROP_REASON, LEDGER } from '../../haproxy/model/flags.ts';
import { QuicConn } from '../../haproxy/model/layouts.ts';
import { hasRole } from '../../haproxy/step/compile.ts';
import type { Machine } from '../machine.ts';
import { nameOfDgram } from '../network.ts';
import { type Rule, rule, ruleThere } from './rule.ts';
import { held, nameOf } from './view.ts';

/** Drops of the connection's own, by its owner, after which the datagram is consumed as one that was parsed. */
const BY_ITS_OWNER: ReadonlySet<number> = new Set([
  DROP_REASON.closingConnection,
  DROP_REASON.migrationRefused,
]);

/** What is wrong with the datagram that thread `t` has just parsed to its end. */
function parsed(x: Machine, t: number): string | null {
  const s = x.at(t);
  if (!hasRole(s, 'dgramEnd')) return null;
  const [dg, qc] = [held(x, t, s, 'dgramEnd', 'dg'), held(x, t, s, 'dgramEnd', 'qc')];
  if (qc === 0) return null;
  const own = x.owner(qc);
  if (own >= 0 && own !== t)
    return `${nameOfDgram(x.W, dg)} was parsed by T${t}, and ${nameOf(x, qc)} belongs to T${own}`;
  const v = x.m.ld(x.W.ledger(dg));
  return ledgerState(v) === LEDGER.DROPPED && !BY_ITS_OWNER.has(ledgerReason(v))
    ? `${nameOfDgram(x.W, dg)} was dropped, and ${nameOf(x, qc)} has parsed it`
    : null;
}

/** How often a datagram was passed on, and how often its connection got an owner since it was received, where a thread ends it. */
function hops(x: Machine, t: number): string | null {
  const s = x.at(t);
  if (!hasRole(s, 'dgramEnd')) return null;
  const [dg, qc] = [held(x, t, s, 'dgramEnd', 'dg'), held(x, t, s, 'dgramEnd', 'qc')];
  const conn = x.W.consts.datagrams.conn[dg]!;
  const then = x.m.ld(x.W.ownersThen(dg));
  if (qc === 0 || then === 0 || x.m.ld(qc + QuicConn.capConn) !== conn) return null;
  const owners = x.m.ald(x.W.owners(conn)) - (then - 1);
  const taken = x.m.ld(x.W.ledger(dg)) >>> 16;
  return taken > owners
    ? `${nameOfDgram(x.W, dg)} was passed on ${times(taken)}, and ${nameOf(x, qc)} got an owner ${times(owners)} since it was received`
    : null;
}

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

export const endRules: readonly Rule[] = [
  ruleThere('F-R6', ['dgramEnd'], (x) => {
    for (let t = 0; t < x.W.cfg.threads; t++) {
      const text = hops(x, t);
      if (text) return text;
    }
    return null;
  }),
  ruleThere('F-R7', ['dgramEnd'], (x) => {
    for (let t = 0; t < x.W.cfg.threads; t++) {
      const text = parsed(x, t);
      if (text) return text;
    }
    return null;
  }),
  rule('F-R7c', 'callback', (x) => {
    for (let d = 0; d < x.W.rows; d++) {
      const v = x.m.ld(x.W.ledger(d));
      if (ledgerState(v) === LEDGER.DROPPED && ledgerReason(v) === DROP_REASON.inboxFullWhenPassedOn)
        return `${nameOfDgram(x.W, d)} found no room in the inbox it was passed on to, and nothing counts it`;
    }
    return null;
  }),
  rule('F-R7d', 'callback', (x) => {
    for (let d = 0; d < x.W.rows; d++) {
      const v = x.m.ld(x.W.ledger(d));
      if (ledgerState(v) === LEDGER.DROPPED && !DROP[ledgerReason(v)])
        return `${nameOfDgram(x.W, d)} was dropped, and nothing says why`;
    }
    return null;
  }),
];
