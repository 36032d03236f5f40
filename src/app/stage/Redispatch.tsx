import { memoised } from '../parts/memoised.ts';
import type { StageLayout } from './layout.ts';
import { Part } from './lit.tsx';
import { rounded } from './paths.ts';
import type { PlacedTrunk } from './placed.ts';

interface Props {
  trunks: readonly PlacedTrunk[];
  layout: StageLayout;
  /** Redispatches since the run began. */
  total: number;
}

/** The widest line on the stage: a datagram leaving a thread that no longer owns its connection. */
export const Redispatch = memoised(({ trunks, layout, total }: Props) => {
  const bottom = layout.height - 14;
  return (
    <Part of={['trunk']}>
      <g className="redispatches" data-testid="redispatches" data-total={total}>
        {trunks.map(({ trunk, points, card }) => {
          const d = rounded(points, 12);
          const [lx, ly] = points[4]!;
          const down = trunk.to > trunk.from;
          const { arrived } = trunk;
          const [half, high] = arrived ? [7, 9] : [11, 13];
          const tip = down
            ? `M${lx} ${ly + 3}l-${half} -${high}h${2 * half}z`
            : `M${lx} ${ly - 3}l-${half} ${high}h${2 * half}z`;
          const name = `${trunk.conn?.letter ?? 'Datagram'} ${trunk.dgram}`;
          const wide = layout.kind === 'full' || layout.kind === 'phone';
          // With room for a wider face than the page's own.
          const [w, h] = [(wide ? 66 : 74) - (arrived ? 6 : 0), arrived ? 30 : 76];
          return (
            <g
              key={`${trunk.from} ${trunk.dgram}`}
              className={`redispatch ${arrived ? 'arrived' : ''}`}
              data-testid="redispatch"
              data-dgram={trunk.dgram}
              data-from={trunk.from}
              data-to={trunk.to}
            >
              <title>{`Redispatch: T${trunk.from} ${arrived ? 'has sent' : 'sends'} ${name} on to T${trunk.to}`}</title>
              <path className="trunk-under" d={d} />
              <path className="trunk" d={d} />
              <path className="trunk-tip" d={tip} />
              <rect className="card" x={card[0] - w / 2} y={card[1] - h / 2} width={w} height={h} rx={3} />
              {/* Once pushed it lies in the inbox, and nowhere else. */}
              <text className={arrived ? 'mono way' : 'word'} x={card[0]} y={card[1] + (arrived ? -3 : 20)}>
                {arrived ? trunk.dgram : 'redispatch'}
              </text>
              <text className={arrived ? 'word' : 'mono way'} x={card[0]} y={card[1] + (arrived ? 9 : 32)}>
                {arrived ? 'passed on' : `T${trunk.from} → T${trunk.to}`}
              </text>
            </g>
          );
        })}
        {layout.kind === 'full' && total > 0 && (
          <text className="redispatch-total" x={layout.gutterX} y={bottom}>
            {total} so far
          </text>
        )}
      </g>
    </Part>
  );
});
