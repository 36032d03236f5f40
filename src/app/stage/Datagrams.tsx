import { Sheet } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { useChoice } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { useHands } from './hands.ts';
import { useDim } from './lit.tsx';
import type { Placed } from './placed.ts';
import { useGlide } from './tween.ts';

interface Props {
  placed: readonly Placed[];
  /** Letter of the selected connection. */
  letter: string;
  motion: boolean;
}

/** Every datagram of the moment, each one mark and a button: it can be looked into, and the network may do something to one in flight. */
export const Datagrams = memoised(({ placed, letter, motion }: Props) => {
  // One stop of the Tab key for those that fly, [ and ] go from one to the next; and one for those that wait.
  const first = placed.find((p) => p.where === 'flight' && p.toServer);
  const waiting = placed.find((p) => p.where !== 'flight');
  return (
    <g className="datagrams">
      {placed.map((p) => (
        <Datagram
          key={p.key}
          p={p}
          stop={p === first || p === waiting}
          solid={p.dgram.conn?.letter === letter}
          motion={motion}
        />
      ))}
    </g>
  );
});

/** The parts of the stage that a datagram is of, where it is. */
function partsOf(p: Placed): string[] {
  const own = `datagram:${p.dgram.id}`;
  if (p.where === 'inbox') return [own, `inbox:${p.tid}`];
  if (p.where === 'hand') return [own, `lane:${p.tid}`];
  if (p.where === 'gutter') return [own, 'trunk'];
  return p.where === 'socket' ? [own, 'socket'] : [own, `client:${p.dgram.conn?.letter ?? ''}`];
}

interface DatagramProps {
  p: Placed;
  solid: boolean;
  motion: boolean;
  /** The Tab key stops here. */
  stop: boolean;
}

const Datagram = memoised(({ p, solid, motion, stop }: DatagramProps) => {
  const { dgram } = p;
  const dim = useDim(...partsOf(p));
  const flies = p.where === 'flight' && p.toServer;
  const shown = useChoice((c) => c.tab === 'packet' && c.dgram === dgram.id && p.toServer);
  const node = useMark<SVGGElement>(p.toServer ? `dgram:${dgram.id}` : null);
  useGlide(node, p.x, p.y, p.via, motion);
  const whose = dgram.conn
    ? `datagram ${dgram.no} of ${dgram.conn.letter}`
    : `datagram ${dgram.no}, no connection`;
  const words = p.toServer ? whose : `sent to ${dgram.conn?.letter ?? 'a client'}`;
  const hands = useHands(dgram.id, flies, stop && !dim.inert);
  return (
    <g
      ref={node}
      transform={`translate(${p.x} ${p.y})`}
      className={`datagram ${dim.back} ${p.where} ${p.late ? 'late' : ''} ${p.toServer ? '' : 'outward'} ${p.kept ? 'kept' : ''}`}
      data-testid={p.toServer ? `dgram-${dgram.no}` : undefined}
      aria-hidden={dim.inert || undefined}
      data-where={p.where}
      data-tid={p.tid}
      data-late={p.late}
      aria-current={shown || undefined}
      {...(p.toServer ? hands : {})}
    >
      <title>{`${words}, ${dgram.bytes} bytes${dgram.label ? `, ${dgram.label}` : ''}${p.late ? `, for T${dgram.ownerTid}` : ''}${p.kept ? ', kept back by the network' : flies ? ', in flight' : ''}${p.more ? `, ${p.more} more behind it` : ''}`}</title>
      {p.late && p.where === 'inbox' && (
        <rect className="late-frame" x={-2.5} y={-3.5} width={p.w + 5} height={p.h + 7} />
      )}
      {shown && <rect className="shown-frame" x={-3} y={-3} width={p.w + 6} height={p.h + 6} />}
      {p.toServer && <rect className="hit" x={-2} y={-2} width={p.w + 4} height={p.h + 4} />}
      <g aria-hidden={p.toServer || undefined}>
        <Sheet
          name={dgram.conn}
          no={p.toServer ? dgram.no : ''}
          w={p.w}
          h={p.h}
          solid={solid && p.toServer}
        />
        {p.more && (
          // Beneath the wire.
          <text className="mono note end" x={-3} y={p.h / 2 + 11}>
            +{p.more}
          </text>
        )}
      </g>
    </g>
  );
});
