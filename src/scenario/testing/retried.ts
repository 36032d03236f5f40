/** A capture as it would have been had the server asked for a Retry: no bundled one has that. */
import {
  clientInitialKeys,
  OpenedPacket,
  openPacket,
  PacketHeader,
  parsePacket,
  QUIC_V1,
  sealPacket,
  Workspace,
  writeLongHeader,
} from '../../quic/index.ts';
import type { WorldData } from '../data.ts';

const TAG = 16;
/** DCID that the Retry chose, and its token. */
export const CHOSEN = Uint8Array.from({ length: 8 }, (_, i) => 0xa0 + i);
const TOKEN = Uint8Array.from({ length: 24 }, (_, i) => (i === 0 ? 0x9c : i));

/** `data` has one connection whose first datagram is its only one with an Initial. The first datagram comes twice: without a token, then with it. */
export function retried(data: WorldData): WorldData {
  const s = data.datagrams;
  const first = s.bytes.slice(s.offset[0]!, s.offset[0]! + s.length[0]!);
  const second = withToken(first);
  const bytes = new Uint8Array(second.length + s.bytes.length);
  bytes.set(second);
  bytes.set(s.bytes, second.length);
  const ints = (of: Int32Array, one: number): Int32Array => Int32Array.from([of[0]!, one, ...of.subarray(1)]);
  return {
    ...data,
    datagrams: {
      count: s.count + 1,
      bytes,
      offset: Float64Array.from([
        s.offset[0]! + second.length,
        0,
        ...Array.from(s.offset)
          .slice(1)
          .map((o) => o + second.length),
      ]),
      length: ints(s.length, second.length),
      ms: ints(s.ms, s.ms[0]!),
      ns: ints(s.ns, s.ns[0]! + 1000),
      saddr: ints(s.saddr, s.saddr[0]!),
      conn: ints(s.conn, s.conn[0]!),
      frame: ints(s.frame, s.frame[0]!),
    },
    conns: data.conns.map((c) => ({
      ...c,
      odcid: CHOSEN,
      sends: c.sends.map((d) => ({ ...d, cause: d.cause + 1 })),
    })),
    keys: data.keys.map((k) => ({ ...k, initialDcid: CHOSEN })),
    forceRetry: true,
  };
}

/** The same CRYPTO bytes in an Initial to the DCID that the Retry chose, with its token. The padding makes room for that. */
function withToken(datagram: Uint8Array): Uint8Array {
  const h = new PacketHeader();
  const used = parsePacket(datagram, 0, datagram.length, 8, h);
  if (used !== datagram.length || h.type !== 'Initial') throw new Error('one Initial alone was expected');
  const dcid = datagram.slice(h.dcidOff, h.dcidOff + h.dcidLen);
  const out = new OpenedPacket();
  const size = openPacket(clientInitialKeys(QUIC_V1, dcid), datagram, 0, h.pnOff, used, -1, out);
  if (size < 0) throw new Error(`the Initial does not open: ${size}`);
  const buf = new Uint8Array(datagram.length);
  const fields = {
    version: QUIC_V1,
    type: 'Initial' as const,
    dcid: CHOSEN,
    scid: datagram.slice(h.scidOff, h.scidOff + h.scidLen),
    token: TOKEN,
    pn: out.pn + 1,
    pnLen: 4,
    payloadLen: 0,
  };
  // The length field has two bytes whatever the length.
  const pnOff = writeLongHeader(buf, 0, fields);
  const end = buf.length - TAG;
  writeLongHeader(buf, 0, { ...fields, payloadLen: end - pnOff - 4 });
  buf.set(
    out.bytes.subarray(out.payloadOff, Math.min(out.payloadEnd, out.payloadOff + end - pnOff - 4)),
    pnOff + 4,
  );
  sealPacket(clientInitialKeys(QUIC_V1, CHOSEN), buf, 0, pnOff, 4, end, out.pn + 1, new Workspace());
  return buf;
}
