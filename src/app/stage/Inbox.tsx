import type { DgramView } from '../../report/view.ts';
import { memoised } from '../parts/memoised.ts';
import type { StageLayout } from './layout.ts';
import { plural } from './text.ts';

interface Props {
  tid: number;
  inbox: readonly DgramView[];
  y: number;
  layout: StageLayout;
  simple: boolean;
  /** A trunk comes in from above: the words make room for it. */
  raised: boolean;
  /** One comes in from below: it ends where the name stands. */
  under: boolean;
}

/** Slots of one thread's inbox and what waits there in words; the datagrams themselves are in the datagram layer. */
export const Inbox = memoised(({ tid, inbox, y, layout, simple, raised, under }: Props) => {
  const { x, w, dy, slotH } = layout.inbox;
  const n = inbox.length;
  const pitch = w / 4;
  const elsewhere = new Map<number, number>();
  for (const d of inbox) {
    if (d.ownerTid >= 0 && d.ownerTid !== tid)
      elsewhere.set(d.ownerTid, (elsewhere.get(d.ownerTid) ?? 0) + 1);
  }
  const late = [...elsewhere].map(([to, k]) => `${k} for T${to}`).join(', ');
  const phone = layout.kind === 'phone';
  const words = n === 0 ? 'empty' : `${n} waiting`;
  return (
    <g className="inbox" data-testid={`inbox-T${tid}`} data-waiting={n} data-late={sum(elsewhere)}>
      <title>{`Inbox of T${tid}: ${plural(n, 'datagram')} waiting${late ? `, ${late}` : ''}`}</title>
      {!phone && (
        <text
          x={x}
          y={y + dy - (raised && !layout.compact ? 24 : 8)}
          className={n === 0 ? 'count none' : 'count'}
        >
          {words}
          {late && (
            <tspan className="late" dx={6}>
              {late}
            </tspan>
          )}
        </text>
      )}
      {phone && late && (
        <text x={x + w + 52} y={y + dy - 8} className="count end">
          <tspan className="late">{late}</tspan>
        </text>
      )}
      {[0, 1, 2, 3].map((i) => (
        <rect
          key={i}
          className="slot"
          x={x + i * pitch + 0.5}
          y={y + dy + 0.5}
          width={pitch - 1}
          height={slotH - 1}
        />
      ))}
      {!simple && !under && !layout.compact && layout.kind === 'full' && (
        <text className="mono note" x={x} y={y + dy + slotH + 14}>
          quic_dghdlrs[{tid}]
        </text>
      )}
    </g>
  );
});

function sum(m: Map<number, number>): number {
  let total = 0;
  for (const v of m.values()) total += v;
  return total;
}
