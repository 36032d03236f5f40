import type { DatagramTable } from './table.ts';

/** Protocols over UDP that carry packets and are not read, by their port. */
const TUNNELS: Readonly<Record<number, string>> = {
  1701: 'L2TP',
  2152: 'GTP-U',
  3544: 'Teredo',
  4341: 'LISP',
  4500: 'IPsec in UDP',
  4754: 'GRE in UDP',
  4790: 'VXLAN-GPE',
  5247: 'CAPWAP',
  6080: 'GUE',
  6635: 'MPLS in UDP',
  37008: 'TZSP',
  51820: 'WireGuard',
};

/** The port that at least half of the datagrams go to or come from, if packets are carried over it in a way that is not read. */
export function unreadTunnel(table: DatagramTable): { port: number; name: string } | undefined {
  const counts = new Map<number, number>();
  for (let i = 0; i < table.length; i++) {
    const [from, to] = [table.sport(i), table.dport(i)];
    const port = to in TUNNELS ? to : from;
    if (port in TUNNELS) counts.set(port, (counts.get(port) ?? 0) + 1);
  }
  for (const [port, n] of counts) if (2 * n >= table.length) return { port, name: TUNNELS[port]! };
  return undefined;
}
