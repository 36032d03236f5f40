/** A part of a captured conversation: some of its connections, in a chosen order. */
import type { WorldData } from './data.ts';

/** Keeps the client datagrams and scripts of `conns` (capture numbers); they are numbered anew in that order. */
export function partOf(data: WorldData, conns: readonly number[]): WorldData {
  const d = data.datagrams;
  const renumber = new Map(conns.map((c, i) => [c, i]));
  const rows: number[] = [];
  for (let i = 0; i < d.count; i++) if (renumber.has(d.conn[i]!)) rows.push(i);
  const index = new Map(rows.map((row, i) => [row, i]));
  const origin = rows.length ? d.ms[rows[0]!]! * 1_000_000 + d.ns[rows[0]!]! : 0;
  const at = rows.map((r) => d.ms[r]! * 1_000_000 + d.ns[r]! - origin);
  const cause = (c: number): number => {
    for (let i = c; i >= 0; i--) if (index.has(i)) return index.get(i)!;
    return -1;
  };
  return {
    ...data,
    datagrams: {
      count: rows.length,
      bytes: d.bytes,
      offset: Float64Array.from(rows, (r) => d.offset[r]!),
      length: Int32Array.from(rows, (r) => d.length[r]!),
      ms: Int32Array.from(at, (t) => Math.floor(t / 1_000_000)),
      ns: Int32Array.from(at, (t) => t % 1_000_000),
      saddr: Int32Array.from(rows, (r) => d.saddr[r]!),
      conn: Int32Array.from(rows, (r) => renumber.get(d.conn[r]!)!),
      frame: Int32Array.from(rows, (r) => d.frame[r]!),
      ...(d.quiet ? { quiet: Uint8Array.from(rows, (r) => d.quiet![r]!) } : {}),
    },
    conns: conns.map((c, i) => ({
      ...data.conns[c]!,
      index: i,
      sends: data.conns[c]!.sends.map((s) => ({ ...s, cause: cause(s.cause) })),
    })),
    keys: conns.map((c) => data.keys[c]!),
    notes: [...data.notes, `A part of the capture: ${conns.length} of its ${data.conns.length} connections.`],
    withKeys: conns.filter((c) => data.keys[c]!.application !== null).length,
  };
}

/** The same data, holding no other bytes than those of its own datagrams. */
export function compact(data: WorldData): WorldData {
  const d = data.datagrams;
  const offset = new Float64Array(d.count);
  let size = 0;
  for (let i = 0; i < d.count; i++) {
    offset[i] = size;
    size += d.length[i]!;
  }
  const bytes = new Uint8Array(size);
  for (let i = 0; i < d.count; i++)
    bytes.set(d.bytes.subarray(d.offset[i]!, d.offset[i]! + d.length[i]!), offset[i]);
  return { ...data, datagrams: { ...d, bytes, offset } };
}
