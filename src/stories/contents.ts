/** What a capture holds, in figures. */
import { unreadCounts } from '../haproxy/model/unread.ts';
import { nameOf } from '../report/name.ts';
import type { WorldData } from '../scenario/data.ts';

export interface Contents {
  datagrams: number;
  connections: number;
  /** From the first datagram's arrival to the last one's, ms. */
  span: number;
  /** Connection (from 0) with the most datagrams, -1 where there is none; and how many it has. */
  busiest: number;
  busiestHas: number;
  /** Datagrams that are not replayed, and why they are not: "1 to another server"; empty where all are. */
  unread: number;
  whyUnread: string;
  /** Connections whose client came from more than one address. */
  migrating: number[];
}

/** Connections of a capture by how many datagrams they have, the busiest first. */
export function byTraffic({ datagrams, conns }: WorldData): { conn: number; n: number }[] {
  const count = conns.map((_, conn) => ({ conn, n: 0 }));
  for (let i = 0; i < datagrams.count; i++) {
    const own = count[datagrams.conn[i]!];
    if (own) own.n++;
  }
  return count.sort((a, b) => b.n - a.n || a.conn - b.conn);
}

export function contentsOf(data: WorldData): Contents {
  const { count, conn, saddr, ms } = data.datagrams;
  const [busiest] = byTraffic(data);
  const from = new Map<number, number>();
  const migrating = new Set<number>();
  for (let i = 0; i < count; i++) {
    const c = conn[i]!;
    if (c < 0) continue;
    if (from.has(c) && from.get(c) !== saddr[i]) migrating.add(c);
    from.set(c, saddr[i]!);
  }
  return {
    datagrams: count,
    connections: data.conns.length,
    span: count > 0 ? ms[count - 1]! - ms[0]! : 0,
    busiest: busiest?.conn ?? -1,
    busiestHas: busiest?.n ?? 0,
    unread: data.datagrams.unread?.filter((why) => why !== 0).length ?? 0,
    whyUnread: unreadCounts(data.datagrams.unread),
    migrating: [...migrating].sort((a, b) => a - b),
  };
}

/** Letter of a capture connection, as everywhere on screen. */
export const letterOf = (conn: number): string => nameOf(conn).letter;
