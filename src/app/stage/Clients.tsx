import type { ClientView } from '../../report/view.ts';
import { Chip, hue } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { useSession } from '../session/context.tsx';
import { LOW, type StageLayout } from './layout.ts';
import { Part } from './lit.tsx';
import { count, fitted, fittedEnd } from './text.ts';

interface Props {
  clients: readonly ClientView[];
  layout: StageLayout;
  selected: number;
  /** Clients that have no row. */
  more: number;
}

/** Where rows are low, room for an address and port, and its size. */
const LOW_WIDTH = 82;
const LOW_SIZE = 9.5;

/** The clients and the wire each sends along. */
export const Clients = memoised(({ clients, layout, selected, more }: Props) => {
  const session = useSession();
  const { clients: at, socket } = layout;
  if (!at || !socket) return null;
  const low = at.pitch < LOW;
  const listAll = () => session.set({ panel: 'capture', captureList: 'connections' });
  return (
    <g className="clients">
      {clients.map((client, i) => {
        const y = at.y[i] ?? 0;
        const on = client.connIndex === selected;
        const side = low ? Math.min(18, at.pitch - 4) : on ? 30 : 22;
        const cut = client.addr.lastIndexOf(':');
        const [host, port] = [client.addr.slice(0, cut), client.addr.slice(cut)];
        const tx = at.x + side + 7;
        return (
          <Part key={`${client.connIndex} ${client.addr}`} of={[`client:${client.conn.letter}`]}>
            {/* biome-ignore lint/a11y/noStaticElementInteractions: a second way to what the chip’s button does. */}
            <g
              className={`client ${hue(client.conn)} ${on ? 'on' : ''}`}
              onClick={() => session.select(client.connIndex)}
            >
              <title>{`${client.addr}, connection ${client.conn.letter}: ${client.sent} of ${client.total} datagrams sent`}</title>
              <line className="wire" x1={low ? tx + LOW_WIDTH + 4 : 112} y1={y} x2={socket.x} y2={y} />
              <Chip name={client.conn} x={at.x} y={y - side / 2} side={side} look={on ? 'solid' : 'soft'} />
              {low ? (
                <text className="mono addr low" x={tx} y={y + 3.5}>
                  {fittedEnd(client.addr, LOW_WIDTH, LOW_SIZE)}
                </text>
              ) : (
                <>
                  <text className="mono addr" x={tx} y={y - 3}>
                    {fitted(host, 112 - tx, 10.5, 'mono')}
                  </text>
                  <text className="mono note" x={tx} y={y + 10}>
                    {port}
                  </text>
                  <text className="note" x={tx} y={y + 23}>
                    {client.sent} of {client.total}
                  </text>
                </>
              )}
            </g>
          </Part>
        );
      })}
      {more > 0 && (
        <Part of={['more']}>
          {/* biome-ignore lint/a11y/useSemanticElements: SVG has no button. */}
          <g
            className="all-clients"
            role="button"
            tabIndex={0}
            aria-label={`${count(more)} more clients: list all connections`}
            data-testid="all-clients"
            onClick={listAll}
            onKeyDown={(e) => {
              if (e.key !== 'Enter' && e.key !== ' ') return;
              e.preventDefault();
              listAll();
            }}
          >
            <rect x={at.x - 4} y={layout.height - 24} width={104} height={20} rx={2} />
            <text className="note" x={at.x + 2} y={layout.height - 10}>
              {count(more)} more …
            </text>
          </g>
        </Part>
      )}
    </g>
  );
});
