/** A word of the block in words: the object it lies in and the field. */
import { QuicCid, QuicConn } from '../../haproxy/model/layouts.ts';
import type { Machine } from '../machine.ts';

const PLAIN: Readonly<Record<string, string>> = {
  quic_conn: 'connection',
  quic_connection_id: 'a CID',
  task: 'a task',
  quic_dgram: 'a datagram’s descriptor',
  quic_rx_packet: 'a received packet',
  quic_receiver_buf: 'a receive buffer',
};

/** "connection 0 (quic_conn.flags)", "T1’s list (thread_ctx.quicConns)", "a CID (quic_connection_id.tid)". */
export function nameOfWord(x: Machine, word: number): string {
  for (const r of x.W.layout.regions) {
    if (!r.struct || word < r.base || word >= r.base + r.n * r.stride) continue;
    const i = Math.floor((word - r.base) / r.stride);
    const offset = word - r.base - i * r.stride;
    const f = r.struct.$fields.find((g) => offset >= g.offset && offset < g.offset + g.words);
    const field = `${r.struct.$name}.${f?.name ?? offset}`;
    if (r.struct.$name === 'thread_ctx') return `T${i}’s list (${field})`;
    if (r.struct.$name === 'quic_conn') {
      const conn = x.m.w[r.base + i * r.stride + QuicConn.capConn]!;
      return conn >= 0 && conn < x.W.consts.clients.conns
        ? `connection ${conn} (${field})`
        : `a connection (${field})`;
    }
    if (r.struct.$name === 'quic_connection_id') {
      const qc = x.m.w[r.base + i * r.stride + QuicCid.qc]!;
      const conn = qc > 0 && qc < x.m.w.length ? x.m.w[qc + QuicConn.capConn]! : -1;
      if (conn >= 0 && conn < x.W.consts.clients.conns) return `a CID of connection ${conn} (${field})`;
    }
    return `${PLAIN[r.struct.$name] ?? r.struct.$name} (${field})`;
  }
  return `word ${word}`;
}
