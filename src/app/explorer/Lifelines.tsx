import { scalePoint } from 'd3-scale';
import type { Broken } from '../../machine/explorable.ts';
import type { Lifelines as Lines } from '../../report/lifelines.ts';
import { Diamond, hue, Octagon, Sheet } from '../parts/Glyphs.tsx';
import { fitted } from '../stage/text.ts';
import { type DrawnRow, foldRows } from './fold.ts';
import { sentence } from './words.ts';

const ROW = 34;
const TOP = 44;
const LEFT = 58;
/** Room for the line where two programs part. */
const GAP = 22;

interface Props {
  lines: Lines;
  broken: Broken | null;
  width: number;
  /** Row, from 0, in which this run and the one beside it part; -1 none. */
  parting: number;
  title: string;
}

/** One column a thread, one row a choice; the thick line is the owner. */
export function Lifelines({ lines, broken, width, parting, title }: Props) {
  const rows = foldRows(lines.rows, new Set(parting >= 0 ? [parting] : []), broken !== null);
  const x = scalePoint<number>()
    .domain(Array.from({ length: lines.threads }, (_, t) => t))
    .range([LEFT + (width - LEFT) * 0.08, width - (width - LEFT) * 0.3]);
  const at = (t: number): number => x(t) ?? LEFT;
  const apart = rows.findIndex((r) => r.first.n === parting + 1);
  const y = (i: number): number => TOP + 26 + i * ROW + (apart >= 0 && i >= apart ? GAP : 0);
  const height = y(rows.length) + 8;
  const step = x.step() || width;
  const labelWidth = (t: number): number =>
    Math.max(60, Math.min(t + 1 < lines.threads ? step - 26 : width - at(t) - 18, 300));
  const label = `${title}: ${rows.length} rows, ${lines.rows.length} steps${broken ? `, the last one breaks a rule: ${sentence(broken.text)}` : ''}`;
  return (
    <svg
      className="lifelines"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      data-testid="lifelines"
    >
      {rows.map(
        (r, i) =>
          r.bad && (
            <rect key={r.first.n} className="bad-row" x={0} y={y(i) - ROW / 2} width={width} height={ROW} />
          ),
      )}
      {Array.from({ length: lines.threads }, (_, t) => (
        <g key={`t${t.toString()}`}>
          <text className="thread" x={at(t)} y={24}>
            T{t}
          </text>
          <path className="life" d={`M${at(t)} ${TOP - 8}V${height - 6}`} />
        </g>
      ))}
      <Owners lines={lines} rows={rows} at={at} y={y} end={height - 6} />
      {rows.map((r, i) => (
        <Row
          key={r.first.n}
          row={r}
          y={y(i)}
          at={at}
          lines={lines}
          room={labelWidth}
          broken={r.bad ? broken : null}
          width={width}
        />
      ))}
      {parting >= 0 && <Parting y={apart < 0 ? height - 8 : y(apart) - ROW / 2 - 4} width={width} />}
    </svg>
  );
}

/** Thick where a thread owns the connection, from row to row. */
function Owners({
  lines,
  rows,
  at,
  y,
  end,
}: {
  lines: Lines;
  rows: readonly DrawnRow[];
  at(t: number): number;
  y(i: number): number;
  end: number;
}) {
  return (
    <g>
      {lines.conns.map((name, conn) => {
        const pieces: { tid: number; from: number; to: number }[] = [];
        let tid = lines.before[conn] ?? -1;
        let from = TOP - 8;
        rows.forEach((r, i) => {
          const now = r.last.owners[conn] ?? -1;
          if (now === tid) return;
          if (tid >= 0) pieces.push({ tid, from, to: y(i) });
          tid = now;
          from = y(i);
        });
        if (tid >= 0) pieces.push({ tid, from, to: end });
        const shift = (conn - (lines.conns.length - 1) / 2) * 7;
        return (
          <g key={name.letter} className={hue(name)}>
            {pieces.map((p) => (
              <g key={`${p.tid} ${p.from}`}>
                <path className="owns" d={`M${at(p.tid) + shift} ${p.from}V${p.to}`} />
                {p.to - p.from > 24 && conn === 0 && (
                  <text className="owns-word" x={at(p.tid) + 12} y={p.from + 11}>
                    owns {name.letter}
                  </text>
                )}
              </g>
            ))}
          </g>
        );
      })}
    </g>
  );
}

interface RowProps {
  row: DrawnRow;
  y: number;
  at(t: number): number;
  lines: Lines;
  room(t: number): number;
  broken: Broken | null;
  width: number;
}

function Row({ row, y, at, lines, room, broken, width }: RowProps) {
  const { first, last } = row;
  const number = first === last ? `${first.n}` : `${first.n}–${last.n}`;
  const t = first.thread;
  const { commit, push } = first;
  const x = t < 0 ? LEFT + 8 : at(t);
  const name = t < 0 ? '' : first.procedure;
  // Words stand above and below a line that crosses them.
  const crossed = commit !== null || (push !== null && push.to !== t);
  return (
    <g className={`life-row ${row.bad ? 'bad' : ''}`}>
      <text className="n" x={LEFT - 14} y={y + 4}>
        {number}
      </text>
      {commit && (
        <g className="commit">
          <path className="commit-line" d={`M${at(commit.from)} ${y}H${at(commit.to)}`} />
          <Diamond cx={(at(commit.from) + at(commit.to)) / 2} cy={y} r={7} />
        </g>
      )}
      {push && t >= 0 && push.to !== t && (
        <g className="push">
          <path className="shaft" d={`M${x} ${y}H${at(push.to) - Math.sign(at(push.to) - x) * 10}`} />
          <path
            className="tip"
            d={push.to > t ? `M${at(push.to) - 5} ${y}l-8 -4v8z` : `M${at(push.to) + 5} ${y}l8 -4v8z`}
          />
          <g transform={`translate(${at(push.to) - Math.sign(at(push.to) - x) * 30 - 9} ${y - 26})`}>
            <Sheet name={lines.conns[push.conn] ?? null} no={`${push.dgram}`} w={18} h={21} solid={true} />
          </g>
        </g>
      )}
      {t < 0 ? (
        <text className="what" x={LEFT} y={y + 4}>
          {fitted(first.text, width - LEFT, 11.5)}
        </text>
      ) : (
        <>
          {row.bad ? (
            <Octagon cx={x} cy={y} r={10} />
          ) : (
            <rect className="act" x={x - 5} y={y - 9} width={10} height={18} />
          )}
          <text className="what" x={x + 14} y={crossed ? y - 6 : y - 1}>
            {fitted(
              row.bad && broken ? sentence(broken.text) : first === last ? first.text : name,
              row.bad ? width - x - 18 : room(t),
              11.5,
            )}
          </text>
          <text className="fn" x={x + 14} y={crossed ? y + 13 : y + 11}>
            {fitted(first === last ? `${row.label} ${name}` : row.label, room(t), 10, 'mono')}
          </text>
          <title>{`${first.procedure} ${row.label}: ${first.text}`}</title>
        </>
      )}
    </g>
  );
}

function Parting({ y, width }: { y: number; width: number }) {
  return (
    <g className="parting" data-testid="parting">
      <path d={`M0 ${y}H${width}`} />
      <text x={0} y={y - 5}>
        here the programs part
      </text>
    </g>
  );
}
