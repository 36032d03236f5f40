/** What the Capture panel lists: connections, and the datagrams that are not replayed. */
import { UNREAD, UNREAD_ONE, type Unread } from '../../haproxy/model/unread.ts';
import { nameOf } from '../../report/look.ts';
import type { ConnName } from '../../report/view.ts';
import type { WorldData } from '../../scenario/data.ts';

export interface ConnRow {
  index: number;
  name: ConnName;
  /** Addresses and ports that it sent from, the first first. */
  clients: readonly string[];
  /** The first connection ID that the server gave, hex; empty where it gave none. */
  id: string;
  datagrams: number;
}

export interface UnreadRow {
  /** Number of the datagram, from 1, and of its packet in the capture. */
  no: number;
  frame: number;
  /** Milliseconds since the first datagram that is replayed. */
  ms: number;
  client: string;
  reason: Unread;
}

export function connRows({ conns, datagrams: d, addresses }: WorldData): ConnRow[] {
  const from = conns.map(() => new Set<number>());
  const counts = new Int32Array(conns.length);
  for (let i = 0; i < d.count; i++) {
    const conn = d.conn[i]!;
    if (conn < 0) continue;
    counts[conn]!++;
    from[conn]?.add(d.saddr[i]!);
  }
  return conns.map(({ index, scids }, i) => ({
    index,
    name: nameOf(index),
    clients: [...from[i]!].map((n) => addresses[n]?.text ?? ''),
    id: hex(scids.find((id) => id !== undefined)),
    datagrams: counts[i]!,
  }));
}

export function unreadRows({ datagrams: d, addresses }: WorldData): UnreadRow[] {
  const out: UnreadRow[] = [];
  for (let i = 0; d.unread && i < d.count; i++) {
    const reason = UNREAD[d.unread[i]!];
    if (!reason) continue;
    const client = addresses[d.saddr[i]!]?.text ?? '';
    out.push({ no: i + 1, frame: d.frame[i]!, ms: d.ms[i]! + d.ns[i]! / 1e6, client, reason });
  }
  return out;
}

/** The connections that a text speaks of: part of an address or ID, or their letter. */
export function connsLike(rows: readonly ConnRow[], text: string): readonly ConnRow[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return rows;
  return rows.filter(
    ({ name, clients, id }) =>
      name.letter.toLowerCase() === wanted ||
      id.includes(wanted) ||
      clients.some((client) => client.includes(wanted)),
  );
}

/** As for connections; the reason counts too. */
export function unreadLike(rows: readonly UnreadRow[], text: string): readonly UnreadRow[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return rows;
  return rows.filter(
    ({ client, reason, no, frame }) =>
      client.includes(wanted) ||
      UNREAD_ONE[reason].toLowerCase().includes(wanted) ||
      [no, frame].some((n) => String(n) === wanted),
  );
}

const hex = (bytes: Uint8Array | undefined): string =>
  bytes ? [...bytes].map((v) => v.toString(16).padStart(2, '0')).join('') : '';
