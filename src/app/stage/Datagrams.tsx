import { useRef } from 'react';
import { Sheet } from '../parts/Glyphs.tsx';
import type { Placed } from './placed.ts';
import { useGlide } from './tween.ts';

interface Props {
  placed: readonly Placed[];
  /** Letter of the selected connection. */
  letter: string;
  motion: boolean;
}

/** Every datagram of the moment, each one mark. */
export function Datagrams({ placed, letter, motion }: Props) {
  return (
    <g className="datagrams">
      {placed.map((p) => (
        <Datagram key={p.key} p={p} solid={p.dgram.conn?.letter === letter} motion={motion} />
      ))}
    </g>
  );
}

function Datagram({ p, solid, motion }: { p: Placed; solid: boolean; motion: boolean }) {
  const node = useRef<SVGGElement>(null);
  useGlide(node, p.x, p.y, p.via, motion);
  const { dgram } = p;
  const whose = dgram.conn
    ? `datagram ${dgram.id} of ${dgram.conn.letter}`
    : `datagram ${dgram.id}, no connection`;
  const words = p.toServer ? whose : `sent to ${dgram.conn?.letter ?? 'a client'}`;
  return (
    <g
      ref={node}
      className={`datagram ${p.where} ${p.late ? 'late' : ''} ${p.toServer ? '' : 'outward'}`}
      data-testid={p.toServer ? `dgram-${dgram.id}` : undefined}
      data-where={p.where}
      data-tid={p.tid}
      data-late={p.late}
    >
      <title>{`${words}, ${dgram.bytes} bytes${dgram.label ? `, ${dgram.label}` : ''}${p.late ? `, for T${dgram.ownerTid}` : ''}`}</title>
      {p.late && p.where === 'inbox' && (
        <rect className="late-frame" x={-2.5} y={-3.5} width={p.w + 5} height={p.h + 7} />
      )}
      <Sheet name={dgram.conn} id={p.toServer ? dgram.id : 0} w={p.w} h={p.h} solid={solid && p.toServer} />
    </g>
  );
}
