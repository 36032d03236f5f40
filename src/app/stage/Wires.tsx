import { hue } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { inboxDoor, type StageLayout } from './layout.ts';
import { useDim } from './lit.tsx';
import { marginWire, type Point, wire } from './paths.ts';
import type { EntryBox, TableWindow } from './table.ts';
import { useTween } from './tween.ts';

interface Props {
  layout: StageLayout;
  table: TableWindow;
  motion: boolean;
  selected: number;
}

/** One wire per entry, to the inbox of its `tid`. A wire swings; it never splits. */
export const Wires = memoised(({ layout, table, motion, selected }: Props) => {
  const rows = [...table.rows].sort(
    (a, b) => Number(a.entry.connIndex === selected) - Number(b.entry.connIndex === selected),
  );
  return (
    <g className="wires">
      {rows.map((row) => (
        <Wire
          key={`${row.entry.cid} ${row.entry.connIndex}`}
          row={row}
          layout={layout}
          motion={motion}
          main={row.size === 2}
        />
      ))}
    </g>
  );
});

interface WireProps {
  row: EntryBox;
  layout: StageLayout;
  motion: boolean;
  main: boolean;
}

const Wire = memoised(({ row, layout, motion, main }: WireProps) => {
  const { entry } = row;
  const moved = layout.lane.y[entry.oldTid] !== undefined && entry.oldTid !== entry.tid;
  const spread = layout.kind === 'full' && main ? 6 : 0;
  const door = inboxDoor(layout, entry.tid);
  const y = useTween(door.y + (moved ? spread : 0), { ms: 240, delay: 80, on: motion });
  const dim = useDim(`wire:${entry.conn?.letter ?? ''}`, 'table');
  // A thread that has no lane here has no door either.
  if (layout.lane.y[entry.tid] === undefined) return null;
  const from: Point = [row.x + row.w, row.y + (main && layout.kind === 'full' ? row.h * 0.68 : row.h / 2)];
  const end = main ? door.x - 8 : door.x;
  const line = (target: Point) => (layout.kind === 'phone' ? marginWire(layout, target) : wire(from, target));
  const old = inboxDoor(layout, entry.oldTid);
  return (
    <g
      className={`cid-wire ${hue(entry.conn)} ${main ? 'main' : row.selected ? 'on' : ''} ${dim.back}`}
      data-cid={entry.cid}
      data-to={entry.tid}
    >
      {moved && <path className="was" d={line([old.x, old.y - spread])} />}
      {main && <path className="under" d={line([end, y])} />}
      <path className="now" d={line([end, y])} />
      {main && <path className="head" d={`M${door.x} ${y}l-11 -6.5v13z`} />}
    </g>
  );
});
