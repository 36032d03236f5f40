import { hue } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import type { StageLayout } from './layout.ts';
import { Part } from './lit.tsx';
import type { SocketRows } from './sockets.ts';

interface Props extends SocketRows {
  layout: StageLayout;
  selected: number;
}

/** The listener's socket across all lanes; a connection's own socket stands at its owner's lane. */
export const Sockets = memoised(({ listener, own, reading, layout, selected }: Props) => {
  if (!layout.socket) return null;
  const { x, w } = layout.socket;
  const top = layout.lane.y[0] ?? 0;
  const bottom = (layout.lane.y.at(-1) ?? 0) + layout.lane.h;
  const shared = own.length === 0;
  const barW = shared ? w : 12;
  const label = listener ? `${listener.addr}   fd ${listener.fd}, listener${shared ? ', shared' : ''}` : '';
  return (
    <Part of={['socket']}>
      <g className="sockets">
        {listener && (
          <g data-testid="socket-listener" data-waiting={listener.waiting}>
            <title>{`Listener socket, fd ${listener.fd}: ${listener.waiting} datagrams waiting`}</title>
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
          layout.lane.y.map((laneY, tid) => {
            const y = laneY + layout.lane.h / 2;
            return (
              <path
                key={laneY}
                className={reading.includes(tid) ? 'port on' : 'port'}
                d={`M${x + w} ${y - 6}l9 6l-9 6z`}
              />
            );
          })}
        {layout.lane.y.map((laneY, tid) => {
          const mine = own.filter((s) => s.owner === tid);
          const room = Math.max(1, Math.floor((layout.lane.h - 6) / 21));
          const shown = mine.slice(0, mine.length > room ? room - 1 : room);
          return (
            <g key={laneY}>
              {shown.map((s, i) => {
                const y = laneY + 4 + i * 21;
                return (
                  <g key={s.fd} className={`own-socket ${hue(s.name)} ${s.conn === selected ? 'on' : ''}`}>
                    <title>{`Socket of ${s.name?.letter ?? 'a connection'}, fd ${s.fd}: ${s.waiting} datagrams waiting`}</title>
                    <rect x={x + 13.5} y={y + 0.5} width={17} height={18} rx={2} />
                    <text x={x + 22} y={y + 13.5}>
                      {s.name?.letter ?? s.fd}
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
    </Part>
  );
});
