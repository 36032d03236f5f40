import { Chip, Diamond, hue, Lock } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { useSession } from '../session/context.tsx';
import type { StageLayout } from './layout.ts';
import { Part, useDim } from './lit.tsx';
import { StageButton } from './StageButton.tsx';
import type { EntryBox, TableWindow } from './table.ts';
import { grouped } from './text.ts';

interface Props {
  layout: StageLayout;
  table: TableWindow;
  total: number;
}

/** The table every thread reads: one slip per CID. Its wires are drawn by Wires. */
export const CidTable = memoised(({ layout, table, total }: Props) => {
  const session = useSession();
  const { band } = layout;
  const full = layout.kind === 'full';
  const scroll = (by: number) => {
    const from = session.choices.getState().tableFrom;
    session.set({ tableFrom: Math.max(0, Math.min(total - table.rows.length, from + by)) });
  };
  const footer = band.y + band.h - 26;
  return (
    <g className="cid-table" onWheel={(e) => table.above + table.below > 0 && scroll(Math.sign(e.deltaY))}>
      {full && (
        <Part of={['table']}>
          <rect className="band" x={band.x + 0.5} y={band.y + 0.5} width={band.w - 1} height={band.h - 1} />
          <text className="band-text" x={band.x + 10} y={band.y + 17}>
            256 trees, one rw lock each
          </text>
        </Part>
      )}
      {table.rows.map((row) => (
        <Entry key={`${row.entry.cid} ${row.entry.connIndex}`} row={row} layout={layout} />
      ))}
      {full && table.above + table.below > 0 && (
        <>
          <StageButton
            box={{ x: band.x + 8, y: footer, w: 76, h: 22 }}
            text={`↑ ${table.above} more`}
            label={`↑ ${table.above} more entries above`}
            testid="table-up"
            disabled={table.above === 0}
            onPress={() => scroll(-5)}
          />
          <StageButton
            box={{ x: band.x + 88, y: footer, w: 76, h: 22 }}
            text={`↓ ${table.below} more`}
            label={`↓ ${table.below} more entries below`}
            testid="table-down"
            disabled={table.below === 0}
            onPress={() => scroll(5)}
          />
        </>
      )}
    </g>
  );
});

const Entry = memoised(({ row, layout }: { row: EntryBox; layout: StageLayout }) => {
  const session = useSession();
  const { entry, x, y, w, h } = row;
  const dim = useDim(`entry:${entry.conn?.letter ?? ''}`, 'table');
  const phone = layout.kind === 'phone';
  const cid = grouped(entry.cid);
  const half = cid.length > 11 ? cid.lastIndexOf(' ', Math.ceil(cid.length / 2)) : cid.length;
  const two: [string, string] = [cid.slice(0, half).slice(0, 14), cid.slice(half + 1).slice(0, 14)];
  const moved = entry.oldTid >= 0 && entry.oldTid !== entry.tid;
  const words = `CID ${entry.cid}${entry.conn ? ` of ${entry.conn.letter}` : ''}, tid ${entry.tid}${moved ? `, was ${entry.oldTid}` : ''}`;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a second way to what the chip’s button does.
    <g
      className={`entry ${hue(entry.conn)} ${row.selected ? 'on' : ''} ${dim.back}`}
      aria-hidden={dim.inert || undefined}
      data-testid={`cid-${entry.cid}`}
      data-tid={entry.tid}
      onClick={() => session.select(entry.connIndex)}
    >
      <title>{words}</title>
      <rect className="slip" x={x + 0.5} y={y + 0.5} width={w - 1} height={h - 1} rx={2} />
      <rect className="tab" x={x + 0.5} y={y + 0.5} width={5} height={h - 1} />
      {entry.lock && (
        <Lock
          cx={phone ? x + 150 : x + w - (row.size === 2 ? 14 : 40)}
          cy={row.size === 2 ? y + 17 : y + h / 2}
          size={row.size ? 11 : 9}
          kind={entry.lock}
        />
      )}
      {phone ? (
        <>
          {entry.conn && <Chip name={entry.conn} x={x + 14} y={y + 9} side={28} look="solid" />}
          <text className="note" x={x + 50} y={y + 19}>
            CID entry
          </text>
          <text className="mono cid" x={x + 50} y={y + 35}>
            {entry.cid.slice(0, 8)}…
          </text>
          <TidChange entry={entry} x={x + 182} y={y + 30} moved={moved} />
        </>
      ) : row.size === 2 ? (
        <>
          {entry.conn && <Chip name={entry.conn} x={x + 11} y={y + 9} side={24} look="solid" />}
          <text className="mono cid" x={x + 42} y={y + 18}>
            {two[0]}
          </text>
          <text className="mono cid" x={x + 42} y={y + 31}>
            {two[1]}
          </text>
          <line className="hair" x1={x + 6} x2={x + w - 1} y1={y + 40} y2={y + 40} />
          <TidChange entry={entry} x={x + 12} y={y + 64} moved={moved} />
        </>
      ) : (
        <>
          {entry.conn && (
            <Chip
              name={entry.conn}
              x={x + 10}
              y={y + h / 2 - (row.size ? 9 : 8)}
              side={row.size ? 18 : 16}
              look={row.selected ? 'solid' : 'soft'}
            />
          )}
          <text className="mono cid-small" x={x + 34} y={row.size ? y + h / 2 - 3 : y + h / 2 + 4}>
            {row.size ? two[0] : entry.cid.slice(0, 12)}
          </text>
          {row.size === 1 && (
            <text className="mono cid-small" x={x + 34} y={y + h / 2 + 10}>
              {two[1]}
            </text>
          )}
          <text className="mono tid-small" x={x + w - 21} y={y + h / 2 + (row.size ? 9 : 4.5)}>
            T{entry.tid}
          </text>
          {row.size === 1 && (
            <text className="mono note middle" x={x + w - 21} y={y + h / 2 - 6}>
              tid
            </text>
          )}
        </>
      )}
    </g>
  );
});

function TidChange({
  entry,
  x,
  y,
  moved,
}: {
  entry: EntryBox['entry'];
  x: number;
  y: number;
  moved: boolean;
}) {
  return (
    <g className="tid-change">
      <text className="mono note" x={x} y={y}>
        tid
      </text>
      {moved && (
        <>
          <text className="mono old-tid" x={x + 40} y={y + 1}>
            T{entry.oldTid}
          </text>
          <line className="strike" x1={x + 28} x2={x + 52} y1={y - 4} y2={y - 4} />
          <path className="arrow" d={`M${x + 57} ${y - 4}h10m-4 -4l4 4l-4 4`} />
          <g className="land">
            <Diamond cx={x + 82} cy={y - 4} r={6.5} />
          </g>
        </>
      )}
      <text className="mono tid-big" x={x + 115} y={y + 4}>
        T{entry.tid}
      </text>
    </g>
  );
}
