/** Rules about counts of sessions and the answers of accept rings (F-R1, F-R2, F-R5). */
import { ringWaiting } from '../../haproxy/lib/accept.ts';
import { STATE } from '../../haproxy/model/flags.ts';
import { Connection, Global, LiPerThread, Listener, QuicConn } from '../../haproxy/model/layouts.ts';
import { mtlLen } from '../../memory/mtlist.ts';
import { poolCount, poolNext } from '../../memory/pool.ts';
import type { Machine } from '../machine.ts';
import { type Rule, rule, ruleThere } from './rule.ts';
import { connsOf, nameOf, standing } from './view.ts';

/** Sessions that live on each thread: whose mux has not ended. */
function alive(x: Machine): number[] {
  const on = new Array<number>(x.W.cfg.threads).fill(0);
  for (const qc of connsOf(x)) {
    const t = x.m.ld(qc + QuicConn.mux) ? x.owner(qc) : -1;
    if (t >= 0) on[t]!++;
  }
  return on;
}

/** A counter of the listeners, together. */
const sumOf = ({ m, W }: Machine, field: number): number =>
  W.listeners.reduce((n, li) => n + m.ald(li + field), 0);

/** What is wrong with the listeners' counts of handshakes and of connections that wait to be accepted, where they have them. */
function waiting(x: Machine): string | null {
  const { m, W, P } = x;
  for (const li of P.traits.countsHandshakes ? W.listeners : []) {
    let handshakes = 0;
    for (let qc = poolNext(m, W.pools.conn, 0); qc; qc = poolNext(m, W.pools.conn, qc))
      if (m.ld(qc + QuicConn.li) === li && m.ld(qc + QuicConn.state) < STATE.COMPLETE) handshakes++;
    const n = m.ald(li + Listener.currHandshake);
    if (n !== handshakes) return `${n} handshakes are counted, and there are ${handshakes}`;
  }
  let listed = 0;
  for (let t = 0; t < W.cfg.threads; t++) listed += mtlLen(m, W.perThread(t) + LiPerThread.conns);
  const accepts = sumOf(x, Listener.currAccept);
  return P.traits.countsAccepts && accepts !== listed
    ? `${accepts} connections are counted as waiting to be accepted, and there are ${listed}`
    : null;
}

export const sessionRules: readonly Rule[] = [
  rule('F-R1', 'quiescence', (x) => {
    const { m, W } = x;
    for (let t = 0; t < W.cfg.threads; t++) if (x.held(t)) return null;
    const on = alive(x);
    const all = on.reduce((a, b) => a + b, 0);
    if (poolCount(m, W.pools.mux) !== all)
      return `${poolCount(m, W.pools.mux)} sessions are counted, ${all} connections have one`;
    // Of one listener it is asked below.
    const each = W.listeners.map((li) => m.ald(li + Listener.nbconn));
    for (let t = 0; t < W.cfg.threads; t++) {
      each[x.x.groupOf(t)]! -= on[t]!;
      const n = m.ald(W.perThread(t) + LiPerThread.thrConn);
      if (n !== on[t]) return `thr_conn of T${t} is ${n}, and ${on[t]} sessions live there`;
    }
    const counts: [string, number][] = [
      ['nbconn', sumOf(x, Listener.nbconn)],
      ['feconn', m.ald(W.global + Global.feconn)],
    ];
    if (!x.P.traits.countsConns) counts.push(['actconn', m.ald(W.global + Global.actconn)]);
    for (const [name, n] of counts) if (n !== all) return `${name} is ${n}, and there are ${all} sessions`;
    if (each.some((n) => n)) return 'nbconn is not each group’s own';
    const waits = waiting(x);
    if (waits) return waits;
    if (!x.P.traits.countsConns) return null;
    const [conns, counted] = [poolCount(m, W.pools.conn), m.ald(W.global + Global.actconn)];
    return counted === conns ? null : `actconn is ${counted}, and there are ${conns} connections`;
  }),
  rule('F-R2', 'callback', (x) => {
    const { m, W } = x;
    let waiting = 0;
    for (let t = 0; t < W.cfg.threads; t++)
      waiting += ringWaiting((i) => m.ald(i), W.acceptRing(t), W.cfg.ringSize);
    // A session ends with its mux, which may outlive the connection.
    const sessions = poolCount(m, W.pools.mux);
    const counts: [string, number][] = [
      ['nbconn', sumOf(x, Listener.nbconn)],
      ['feconn', m.ald(W.global + Global.feconn)],
    ];
    for (const [name, n] of counts)
      if (n !== sessions + waiting)
        return `${name} is ${n}, and there are ${sessions} sessions and ${waiting} connections in accept rings`;
    return null;
  }),
  ruleThere('F-R5', ['ringAnswer'], (x) =>
    standing(x, 'ringAnswer', (t, of) =>
      (of('pos') + 1) % x.W.cfg.ringSize === of('head') && of('room')
        ? `T${t} takes the ring of T${of('tid')} for full, and it has room`
        : null,
    ),
  ),
  ruleThere('F-R8', ['needsSession'], (x) =>
    standing(x, 'needsSession', (t, of) =>
      x.m.ld(x.m.ld(of('qc') + QuicConn.conn) + Connection.owner)
        ? null
        : `T${t} needs the session of ${nameOf(x, of('qc'))}, and it has none yet`,
    ),
  ),
  ruleThere('F-R5b', ['mpringFull'], (x) =>
    standing(x, 'mpringFull', (t, of) =>
      of('room') ? `T${t} takes the byte ring of T${of('tid')} for full, and it has room` : null,
    ),
  ),
];
