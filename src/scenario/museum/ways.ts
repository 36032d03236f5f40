/** Ways to a beginning that several worlds share. T0 is the connection's old thread, T1 the one it goes to. */

import { MUX } from '../../haproxy/model/flags.ts';
import { QuicConn } from '../../haproxy/model/layouts.ts';
import type { ScriptedSend } from '../../haproxy/model/script.ts';
import { acceptPushQc, acceptRun } from '../../haproxy/proc/accept.ts';
import type { BuiltDatagram } from './built.ts';
import { type Prelude, placeOf } from './prelude.ts';

/** A connection's handshake: hello at `ms`, Finished 5 ms later. */
export const handshake = (conn: number, ms: number): BuiltDatagram[] => [
  { conn, packets: ['hello'], ms },
  { conn, packets: ['finished'], ms: ms + 5 },
];

/** A 1-RTT packet that leaves once Finished has been read: by itself, or when the mux starts. */
export const sentAfter = (pn: number, needsMux: boolean): ScriptedSend => ({
  cause: 1,
  bytes: 200,
  packets: [{ space: 2, pn, ackEliciting: true, ack: false, length: 200 }],
  needsMux,
  closes: false,
  frame: 0,
});

/** A datagram that the network still has when a search begins. */
export const late = (conn: number, n: number): BuiltDatagram => ({ conn, packets: ['ping'], ms: 100 + n });

/** Runs until connection 0 has been pushed to be accepted on T0, and T1 sleeps. */
export function pushedToAccept(p: Prelude): Prelude {
  const pushed = placeOf(p.x, acceptPushQc, '5');
  return p.until((x) => x.at(0) === pushed).sleep(1);
}

/** The next accept goes to T1, and T0 is about to look for connections to accept. */
export function aboutToAccept(p: Prelude): Prelude {
  return p.choose({ kind: 'accept-target', conn: 0, tid: 1 }).stepTo(0, acceptRun, '1');
}

/** Datagram `d` arrives, T1 reads it and puts it in the inbox it belongs to; T0 does nothing meanwhile. */
export function readByT1(p: Prelude, d: number): Prelude {
  return p.choose({ kind: 'deliver', dgram: d }).sleep(1);
}

/** Runs until connection `conn` is accepted on T0 and everybody sleeps, `arrived` datagrams having come. */
export function established(p: Prelude, conn: number, arrived: number): Prelude {
  p.choose({ kind: 'accept-target', conn, tid: 0 }).rest(arrived);
  const qc = p.x.findConn(conn);
  if (!qc || p.x.owner(qc) !== 0 || p.x.m.ld(qc + QuicConn.muxState) !== MUX.READY)
    throw new Error(`connection ${conn} is not established on T0`);
  return p;
}
