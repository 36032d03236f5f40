import type { QueueItem } from '../../report/view.ts';
import { Hexagon } from '../parts/Glyphs.tsx';

interface Props {
  items: readonly QueueItem[];
  x: number;
  y: number;
  w: number;
}

/** A thread's run queue, first to run first. */
export function RunQueue({ items, x, y, w }: Props) {
  let at = x + 52;
  let shown = 0;
  const pills = items.map((item, i) => {
    const text = item.conn ? `${item.name} ${item.conn.letter}` : item.name;
    const width = text.length * 5.6 + 20;
    const left = at;
    at += width + 4;
    if (at > x + w + (i === items.length - 1 ? 4 : -18)) return null;
    shown++;
    return (
      <g key={`${item.kind} ${text} ${left}`}>
        <rect className="pill" x={left + 0.5} y={y - 9.5} width={width - 1} height={13} rx={6.5} />
        <Hexagon cx={left + 9} cy={y - 3} r={3.2} filled={item.kind === 'task'} />
        <text className="pill-text" x={left + 15} y={y}>
          {text}
        </text>
      </g>
    );
  });
  const more = items.length - shown;
  return (
    <g className="run-queue">
      <title>
        {items.length === 0 ? 'Run queue: empty' : `Run queue: ${items.map((i) => i.name).join(', ')}`}
      </title>
      <text className="note" x={x} y={y}>
        run queue
      </text>
      {items.length === 0 && (
        <text className="note" x={x + 54} y={y}>
          empty
        </text>
      )}
      {pills}
      {more > 0 && (
        <text className="note" x={x + w - 14} y={y}>
          +{more}
        </text>
      )}
    </g>
  );
}
