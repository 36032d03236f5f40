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
          const tip = down ? `M${lx} ${ly + 3}l-11 -13h22z` : `M${lx} ${ly - 3}l-11 13h22z`;
          const name = `${trunk.conn?.letter ?? 'Datagram'} ${trunk.dgram}`;
          const wide = layout.kind === 'full';
          // With room for a wider face than the page's own.
          const w = wide || layout.kind === 'phone' ? 66 : 74;
          return (
            <g
              key={`${trunk.from} ${trunk.dgram}`}
              className="redispatch"
              data-testid="redispatch"
              data-dgram={trunk.dgram}
              data-from={trunk.from}
              data-to={trunk.to}
            >
              <title>{`Redispatch: T${trunk.from} sends ${name} on to T${trunk.to}`}</title>
              <path className="trunk-under" d={d} />
              <path className="trunk" d={d} />
              <path className="trunk-tip" d={tip} />
              <rect className="card" x={card[0] - w / 2} y={card[1] - 38} width={w} height={76} rx={3} />
              {trunk.arrived && (
                <>
                  <path className="gone" d={`M${card[0] - 14} ${card[1] - 32}h20l8 8v26h-28z`} />
                  <text className="gone-text" x={card[0]} y={card[1] - 9}>
                    {name}
                  </text>
                </>
              )}
              <text className="word" x={card[0]} y={card[1] + 20}>
                redispatch
              </text>
              <text className="mono way" x={card[0]} y={card[1] + 32}>
                T{trunk.from} → T{trunk.to}
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
