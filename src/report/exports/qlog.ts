/**
 * One connection of a run as a qlog file, as a server sees it (draft-ietf-quic-qlog-main-schema-14, -quic-events-13). What QUIC has
 * an event for is of its namespace; what only threads do (inboxes, the move) is of ours. Packets have the frames that our own reader
 * finds in them, where keys open them, without what the frames carry. What HAProxy sends is only told as datagrams: its packets are not
 * made here. Times are virtual ms since the run began.
 */
import { PKT } from '../../haproxy/model/flags.ts';
import { EV } from '../../haproxy/step/events.ts';
import { packetTypeIn, TRACE_POINTS } from '../../haproxy/step/trace-points.ts';
import type { EventRow } from '../../machine/recording/events.ts';
import { Frame, parseFrame } from '../../quic/index.ts';
import { nameOf } from '../name.ts';
import { PacketBook } from '../packet/book.ts';
import type { PacketLook } from '../packet/look.ts';
import { type QlogFrame, qlogFrame } from './qlog-frames.ts';
import type { ReadRun, RunName } from './run.ts';

/** Of -quic-events, section 2.1: a draft is named with its number. */
const QUIC = 'urn:ietf:params:qlog:events:quic-13';
/** Ours; -main-schema, section 8 asks for one that nobody else has. */
const OURS = 'urn:rebind:events:threads';

interface QlogEvent {
  /** ms. */
  time: number;
  name: string;
  data: Record<string, unknown>;
  system_info: { thread_id: number };
}

const hex = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');

/** The DCID that a client chose first: what qlog names a connection by. */
export const groupOf = ({ data }: ReadRun, conn: number): string => hex(data.conns[conn]!.odcid);

/** JSON of the file of capture connection `conn`. */
export function qlogOf(run: ReadRun, conn: number, { title, revision, link }: RunName): string {
  const { letter } = nameOf(conn);
  const events = eventsOf(run, conn);
  const file = {
    file_schema: 'urn:ietf:params:qlog:file:contained',
    serialization_format: 'application/qlog+json',
    title,
    description: `HAProxy, “${revision}”, emulated by Rebind; times are virtual.${link ? ` ${link}` : ''}`,
    traces: [
      {
        title: `Connection ${letter}`,
        vantage_point: { name: 'HAProxy, emulated', type: 'server' },
        event_schemas: [QUIC, OURS],
        common_fields: {
          time_format: 'relative_to_epoch',
          reference_time: { clock_type: 'monotonic', epoch: 'unknown' },
          group_id: groupOf(run, conn),
        },
        events,
      },
    ],
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

/** In the order of their times; threads' clocks run apart. */
function eventsOf(run: ReadRun, conn: number): QlogEvent[] {
  const out: QlogEvent[] = [];
  const frames = new FrameReader(run);
  for (let i = 0; i < run.events.length; i++) {
    const e = run.event(i);
    const said = e.conn === conn ? eventOf(run, e, frames) : null;
    if (!said) continue;
    const [name, data] = said;
    out.push({ time: Number((e.ms + e.ns / 1e6).toFixed(6)), name, data, system_info: { thread_id: e.tid } });
  }
  return out.sort((a, b) => a.time - b.time);
}

type Said = [name: string, data: Record<string, unknown>];

function eventOf(run: ReadRun, e: EventRow, frames: FrameReader): Said | null {
  // In the store from 1, as everywhere in the page.
  const datagram_id = e.dgram + 1;
  const length = (): number => run.data.datagrams.length[e.dgram]!;
  switch (e.kind) {
    case EV.TRACE:
      return receivedOf(e, frames);
    case EV.RECEIVE:
      return [
        'quic:udp_datagrams_received',
        { count: 1, raw: [{ length: length() }], datagram_ids: [datagram_id] },
      ];
    case EV.SEND:
      return ['quic:udp_datagrams_sent', { count: 1, raw: [{ length: e.a }] }];
    case EV.DROP:
    case EV.PKT_DROP:
      return ['quic:packet_dropped', { datagram_id, details: e.kind === EV.DROP ? 'datagram' : 'packet' }];
    case EV.DISPATCH:
      return ['threads:datagram_dispatched', { datagram_id, to: e.other }];
    case EV.POP:
      return ['threads:datagram_taken', { datagram_id }];
    case EV.REDISPATCH:
      return ['threads:datagram_redispatched', { datagram_id, to: e.other }];
    case EV.HANDLED:
      return ['threads:datagram_handled', { datagram_id }];
    default:
      return moveOf(e);
  }
}

function moveOf(e: EventRow): Said | null {
  switch (e.kind) {
    case EV.CREATE:
      return ['threads:connection_created', {}];
    case EV.ACCEPT:
      return ['threads:connection_accepted', {}];
    case EV.REBIND_START:
      return ['threads:rebind_started', { to: e.other }];
    case EV.COMMIT:
      return ['threads:rebind_committed', { from: e.tid, to: e.other }];
    case EV.FINALIZE:
      return ['threads:rebind_finalized', {}];
    case EV.REFUSED:
      return ['threads:rebind_refused', { to: e.other }];
    case EV.REBIND_ERROR:
      return ['threads:rebind_failed', { to: e.other }];
    case EV.TIMER:
      return ['threads:timer_expired', {}];
    case EV.CLOSE:
      return ['threads:connection_closing', {}];
    case EV.RELEASE:
      return ['threads:connection_released', {}];
    default:
      return null;
  }
}

/** PacketType of -quic-events, by ours. */
const PACKET_TYPE: Readonly<Record<number, string>> = {
  [PKT.INITIAL]: 'initial',
  [PKT.ZERO_RTT]: '0RTT',
  [PKT.HANDSHAKE]: 'handshake',
  [PKT.SHORT]: '1RTT',
};

const LOOK_TYPE: Readonly<Record<string, string>> = {
  Initial: 'initial',
  '0-RTT': '0RTT',
  Handshake: 'handshake',
  '1-RTT': '1RTT',
};

/** Looks into the datagrams of a run for the frames of their packets. */
class FrameReader {
  private readonly book: PacketBook;
  private readonly frame = new Frame();

  constructor(private readonly run: ReadRun) {
    this.book = new PacketBook(run.data);
  }

  /** Length of a packet and its frames, as far as they can be read; null where no keys open it. `packet_type` as qlog names it. */
  of(dgram: number, packet_type: string, pn: number): { length: number; frames: QlogFrame[] } | null {
    const { packets, bytes, connIndex } = this.book.look(dgram);
    const is = (k: PacketLook): boolean =>
      k.state === 'opened' && k.pn === pn && LOOK_TYPE[k.type] === packet_type;
    const packet = packets.find(is);
    if (!packet) return null;
    const exponent = this.run.data.conns[connIndex]?.ackDelayExponent ?? 3;
    const frames = packet.frames.map(({ off, len }) => {
      parseFrame(bytes.opened, off, off + len, this.frame);
      return qlogFrame(bytes.opened, this.frame, exponent);
    });
    return { length: packet.len, frames };
  }
}

/** A packet that has been opened: then HAProxy's trace says its number. */
function receivedOf(e: EventRow, reader: FrameReader): Said | null {
  const packet_type = PACKET_TYPE[packetTypeIn(e.type)];
  if (e.pn < 0 || !packet_type || TRACE_POINTS[e.a]?.text !== 'RX pkt') return null;
  const header = { packet_type, packet_number: e.pn };
  if (e.dgram < 0) return ['quic:packet_received', { header }];
  const inside = reader.of(e.dgram, packet_type, e.pn);
  return [
    'quic:packet_received',
    {
      header,
      ...(inside ? { raw: { length: inside.length }, frames: inside.frames } : {}),
      datagram_id: e.dgram + 1,
    },
  ];
}
