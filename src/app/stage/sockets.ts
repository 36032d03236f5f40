/** What is drawn of the sockets, and of nothing else: an own socket stands at its owner's lane. */
import type { ConnName, SocketView, StageView } from '../../report/view.ts';
import type { StageLayout } from './layout.ts';
import type { Placed } from './placed.ts';

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
    listener: listener ? { fd: listener.fd, addr: listener.addr, waiting: listener.count } : null,
    own: own.map((s) => {
      const conn = conns.find((c) => c.fd?.number === s.fd);
      return {
        fd: s.fd,
        name: s.conn,
        conn: conn?.index ?? -1,
        owner: conn?.owner ?? -1,
        waiting: s.count,
      };
    }),
    reading: threads.filter((t) => t.fn.includes('quic_lstnr') || t.fn.includes('sock_fd')).map((t) => t.tid),
  };
}

/** Datagrams read by nobody yet: a column at the left side of their socket. */
export function atSockets(layout: StageLayout, view: StageView): Placed[] {
  const out: Placed[] = [];
  for (const s of view.sockets) {
    const { x, y, pitch, shown } = columnOf(layout, s, s.kind === 'connection' ? ownerOf(view, s.fd) : -1);
    s.waiting.slice(0, shown).forEach((dgram, i) => {
      const box = { x, y: y + i * pitch, w: 20, h: 23 };
      out.push({
        ...box,
        key: `c${dgram.id}`,
        dgram,
        where: 'socket',
        tid: -1,
        late: false,
        toServer: true,
        via: null,
        ...(i === shown - 1 && s.count > shown ? { more: s.count - shown } : {}),
      });
    });
  }
  return out;
}

function ownerOf(view: StageView, fd: number): number {
  return view.conns.find((c) => c.fd?.number === fd)?.owner ?? -1;
}

/** Sheets of a column stand so far from each other, px: less only as long as each of them can still be told apart. */
const PITCH = { most: 25, least: 7 };

/** The column of datagrams that wait at a socket, from its top; `shown` of them have room. Owner -1: it is nobody’s alone. */
function columnOf(
  layout: StageLayout,
  { waiting }: SocketView,
  owner: number,
): { x: number; y: number; pitch: number; shown: number } {
  const top = (layout.lane.y[0] ?? 0) + 4;
  const y = owner >= 0 ? (layout.lane.y[owner] ?? 0) + 4 : top;
  const room = owner >= 0 ? layout.lane.h - 26 : layout.height - top - 30;
  const shown = Math.min(waiting.length, Math.floor(room / PITCH.least) + 1);
  const pitch = Math.min(PITCH.most, shown > 1 ? room / (shown - 1) : PITCH.most);
  return { x: layout.socket!.x - 22, y, pitch, shown };
}
