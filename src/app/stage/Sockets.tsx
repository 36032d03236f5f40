import type { StageView } from '../../report/view.ts';
import { hue } from '../parts/Glyphs.tsx';
import type { StageLayout } from './layout.ts';

interface Props {
  view: StageView;
  layout: StageLayout;
  selected: number;
}

/** The listener's socket across all lanes; a connection's own socket stands at its owner's lane. */
export function Sockets({ view, layout, selected }: Props) {
  if (!layout.socket) return null;
  const { x, w } = layout.socket;
  const top = layout.lane.y[0] ?? 0;
  const bottom = (layout.lane.y.at(-1) ?? 0) + layout.lane.h;
  const listener = view.sockets.find((s) => s.kind === 'listener');
  const own = view.sockets.filter((s) => s.kind === 'connection');
  const shared = own.length === 0;
  const barW = shared ? w : 12;
  const label = listener ? `${listener.addr}   fd ${listener.fd}, listener${shared ? ', shared' : ''}` : '';
  return (
    <g className="sockets">
      {listener && (
        <g data-testid="socket-listener" data-waiting={listener.waiting.length}>
          <title>{`Listener socket, fd ${listener.fd}: ${listener.waiting.length} datagrams waiting`}</title>
          <rect
            className="socket"
            x={x + 0.5}
            y={top + 0.5}
            width={barW - 1}
            height={bottom - top - 1}
            rx={2}
          />
          <text
            className="mono socket-label"
            transform={`translate(${x + barW / 2 + 3.6} ${(top + bottom) / 2}) rotate(-90)`}
          >
            {label}
          </text>
        </g>
      )}
      {shared &&
        view.threads.map((t) => {
          const y = (layout.lane.y[t.tid] ?? 0) + layout.lane.h / 2;
          return (
            <path
              key={t.tid}
              className={t.fn.includes('quic_lstnr') || t.fn.includes('sock_fd') ? 'port on' : 'port'}
              d={`M${x + w} ${y - 6}l9 6l-9 6z`}
            />
          );
        })}
      {layout.lane.y.map((laneY, tid) => {
        const mine = own.filter((s) => view.conns.find((c) => c.fd?.number === s.fd)?.owner === tid);
        const room = Math.max(1, Math.floor((layout.lane.h - 6) / 21));
        const shown = mine.slice(0, mine.length > room ? room - 1 : room);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a lane is its index.
          <g key={tid}>
            {shown.map((s, i) => {
              const conn = view.conns.find((c) => c.fd?.number === s.fd);
              const y = laneY + 4 + i * 21;
              return (
                <g key={s.fd} className={`own-socket ${hue(s.conn)} ${conn?.index === selected ? 'on' : ''}`}>
                  <title>{`Socket of ${s.conn?.letter ?? 'a connection'}, fd ${s.fd}: ${s.waiting.length} datagrams waiting`}</title>
                  <rect x={x + 13.5} y={y + 0.5} width={17} height={18} rx={2} />
                  <text x={x + 22} y={y + 13.5}>
                    {s.conn?.letter ?? s.fd}
                  </text>
                </g>
              );
            })}
            {mine.length > shown.length && (
              <text className="note" x={x + 14} y={laneY + 18 + shown.length * 21}>
                +{mine.length - shown.length}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
