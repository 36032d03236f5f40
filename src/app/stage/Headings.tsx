import { memo } from 'react';
import type { StageLayout } from './layout.ts';

/** Names of the columns. */
export const Headings = memo(({ layout }: { layout: StageLayout }) => {
  if (layout.kind !== 'full') return null;
  const y = 13;
  const columns: [number, string][] = [
    [layout.clients?.x ?? 16, 'Clients'],
    [112, 'In flight'],
    [layout.head.x, 'Thread and what it is doing now'],
    [layout.band.x + 10, 'CID table (shared by all)'],
    [layout.inbox.x, 'Inbox'],
    [layout.conns.x, 'Connections (drag to rebind)'],
  ];
  return (
    <g className="headings">
      {columns.map(([x, text]) => (
        <text key={text} x={x} y={y}>
          {text}
        </text>
      ))}
      <text className="middle" x={213} y={y}>
        Socket
      </text>
      <text className="middle" x={layout.gutterX} y={y}>
        Handoff
      </text>
    </g>
  );
});
