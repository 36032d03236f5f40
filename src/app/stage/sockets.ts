/** What is drawn of the sockets, and of nothing else: an own socket stands at its owner's lane. */
import type { ConnName, StageView } from '../../report/view.ts';

export interface SocketRows {
  listener: { fd: number; addr: string; waiting: number } | null;
  own: { fd: number; name: ConnName | null; conn: number; owner: number; waiting: number }[];
  /** Threads that are at the listener's socket now. */
  reading: number[];
}

export function socketRows({ sockets, conns, threads }: StageView): SocketRows {
  const listener = sockets.find((s) => s.kind === 'listener');
  const own = sockets.filter((s) => s.kind === 'connection');
  return {
    listener: listener ? { fd: listener.fd, addr: listener.addr, waiting: listener.waiting.length } : null,
    own: own.map((s) => {
      const conn = conns.find((c) => c.fd?.number === s.fd);
      return {
        fd: s.fd,
        name: s.conn,
        conn: conn?.index ?? -1,
        owner: conn?.owner ?? -1,
        waiting: s.waiting.length,
      };
    }),
    reading: threads.filter((t) => t.fn.includes('quic_lstnr') || t.fn.includes('sock_fd')).map((t) => t.tid),
  };
}
