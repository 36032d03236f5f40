/**
 * What the server sends to a client of our own: as HAProxy 3.4 did in the bundled capture v13 before its first stream data, with
 * the sizes that its packets had there. It answers nothing after that but with ACKs, which are the model's own.
 */
import type { ScriptedSend } from '../../haproxy/model/script.ts';
import { OWN_PN } from '../../haproxy/proc/tx.ts';

/** Order of the client's datagrams: its Initial, and what completes the handshake. */
const INITIAL = 0;
const FINISHED = 1;

/** ServerHello to Finished; an ACK and session tickets; and, once the connection is accepted, HANDSHAKE_DONE and what goes with it. */
export const SERVER_FLIGHT: readonly ScriptedSend[] = [
  {
    cause: INITIAL,
    bytes: 1200,
    packets: [
      { space: 0, pn: 0, ackEliciting: true, ack: true, length: 184 },
      { space: 1, pn: 0, ackEliciting: true, ack: false, length: 1016 },
    ],
    needsMux: false,
    closes: false,
    frame: 0,
  },
  {
    cause: FINISHED,
    bytes: 560,
    packets: [
      { space: 1, pn: 1, ackEliciting: false, ack: true, length: 55 },
      { space: 2, pn: 0, ackEliciting: true, ack: false, length: 505 },
    ],
    needsMux: false,
    closes: false,
    frame: 0,
  },
  {
    cause: FINISHED,
    bytes: 164,
    packets: [{ space: 2, pn: 1, ackEliciting: true, ack: false, length: 164 }],
    needsMux: true,
    closes: false,
    frame: 0,
  },
];

/** Datagrams of the flight that a client hears before it sends its Finished, and in all. */
export const HEARD_BEFORE_FINISHED = 1;
export const HEARD_IN_ALL = SERVER_FLIGHT.length;

/** ACK ranges of the 1-RTT packets in `heard` datagrams, 2 or more: two of the flight, then probes. */
export function acknowledged(heard: number): number[] {
  const flight = [0, Math.min(heard, HEARD_IN_ALL) - HEARD_BEFORE_FINISHED - 1];
  const probes = heard - HEARD_IN_ALL;
  return probes > 0 ? [OWN_PN, OWN_PN + probes - 1, ...flight] : flight;
}
