import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { DatagramLook, FieldLook, Stage } from '../../report/packet/look.ts';
import { hue } from '../parts/Glyphs.tsx';

interface Props {
  look: DatagramLook;
  stage: Stage;
  /** Key of the field that is marked: packet and field, as `0 dcid`; or '' none. */
  marked: string;
  perRow: 8 | 16;
  onOver(key: string): void;
  onPin(key: string): void;
}

/** More bytes than these are shown when they are asked for. */
const SHOWN = 192;

/** What field a byte is of, for the whole datagram. */
function fieldMap(look: DatagramLook, stage: Stage): { key: string; field: FieldLook; frame: boolean }[] {
  const out: { key: string; field: FieldLook; frame: boolean }[] = [];
  for (const [i, p] of look.packets.entries()) {
    for (const field of p.fields)
      for (let b = field.off; b < field.off + field.len; b++)
        out[b] = { key: `${i} ${field.key}`, field, frame: false };
    if (stage !== 'opened' || p.state !== 'opened') continue;
    for (const [k, f] of p.frames.entries())
      for (let b = f.off; b < f.off + f.len; b++) out[b] = { ...out[b]!, key: `${i} frame${k}`, frame: true };
  }
  return out;
}

const hex = (b: number): string => b.toString(16).padStart(2, '0');

/** The bytes as a grid of hex, each with the field it is of; arrow keys go from one to the next. */
export function Bytes({ look, stage, marked, perRow, onOver, onPin }: Props) {
  const [all, setAll] = useState(false);
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLDivElement>(null);
  const cells = useRef<(HTMLSpanElement | null)[]>([]);
  const map = useMemo(() => fieldMap(look, stage), [look, stage]);
  const bytes = look.bytes[stage];
  const fewest = perRow === 8 ? SHOWN / 2 : SHOWN;
  const n = all ? bytes.length : Math.min(bytes.length, fewest);
  const rows = Array.from({ length: Math.ceil(n / perRow) }, (_, r) => r * perRow);
  const keyOf = (e: { target: EventTarget }): string => {
    const i = cells.current.indexOf(e.target as HTMLSpanElement);
    return i < 0 ? '' : (map[i]?.key ?? '');
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const by = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -perRow,
      ArrowDown: perRow,
      Home: -at,
      End: n - 1 - at,
    }[e.key];
    if (e.key === 'Enter' || e.key === ' ') {
      e.preventDefault();
      e.stopPropagation();
      onPin(map[at]?.key ?? '');
    }
    if (by === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    const next = Math.max(0, Math.min(n - 1, at + by));
    setAt(next);
    cells.current[next]?.focus();
    onOver(map[next]?.key ?? '');
  };
  return (
    <div className={`bytes ${hue(look.conn)}`}>
      <div className="byte-strip" aria-hidden="true">
        {look.packets.flatMap((p, i) =>
          p.fields.map((f) => (
            <i
              key={`${p.off} ${f.key}`}
              className={`t-${f.tone} ${marked === `${i} ${f.key}` ? 'marked' : ''} ${isHidden(f, stage) ? 'hidden' : ''}`}
              style={{ flexGrow: Math.max(1, f.len) }}
              onPointerEnter={() => onOver(`${i} ${f.key}`)}
              onPointerLeave={() => onOver('')}
            />
          )),
        )}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a table of bytes is gone through cell by cell, as a grid. */}
      <div
        ref={grid}
        className="byte-grid"
        role="grid"
        aria-label={`Bytes of datagram ${look.no}, ${bytes.length} bytes`}
        data-widget=""
        data-testid="bytes"
        onKeyDown={onKeyDown}
        onClick={(e) => onPin(keyOf(e))}
        onPointerOver={(e) => onOver(keyOf(e))}
        onPointerLeave={() => onOver('')}
      >
        {rows.map((from) => (
          // biome-ignore lint/a11y/useSemanticElements: see above.
          // biome-ignore lint/a11y/useFocusableInteractive: its cells are.
          <div key={from} className="byte-row" role="row">
            <span className="byte-off" aria-hidden="true">
              {from.toString(16).padStart(4, '0')}
            </span>
            {Array.from({ length: Math.min(perRow, n - from) }, (_, k) => {
              const i = from + k;
              const own = map[i];
              const on = own !== undefined && own.key === marked;
              const tone = own
                ? `t-${own.field.tone} ${own.frame || !isHidden(own.field, stage) ? '' : 'hidden'}`
                : '';
              return (
                // biome-ignore lint/a11y/useSemanticElements: see above.
                <span
                  key={i}
                  ref={(el) => {
                    cells.current[i] = el;
                  }}
                  role="gridcell"
                  className={`byte ${tone} ${on ? 'marked' : ''} ${k === 8 ? 'half' : ''}`}
                  tabIndex={i === at ? 0 : -1}
                  aria-label={`${hex(bytes[i]!)}, ${own ? `${own.field.name}, byte ${i - own.field.off + 1} of ${own.field.len}` : 'padding'}`}
                  onFocus={() => setAt(i)}
                >
                  {hex(bytes[i]!)}
                </span>
              );
            })}
            {perRow === 16 && (
              <span className="byte-text" aria-hidden="true">
                {Array.from(bytes.subarray(from, Math.min(n, from + perRow)), (b) =>
                  b > 0x20 && b < 0x7f ? String.fromCharCode(b) : '·',
                ).join('')}
              </span>
            )}
          </div>
        ))}
      </div>
      {bytes.length > fewest && (
        <p className="byte-more">
          {n} of {bytes.length} bytes.{' '}
          <button type="button" className="link" onClick={() => setAll(!all)}>
            {all ? 'Show fewer' : 'Show all'}
          </button>
        </p>
      )}
    </div>
  );
}

/** Whether a field's bytes still hide what they say. */
export const isHidden = (f: FieldLook, stage: Stage): boolean =>
  f.hidden === 'header' ? stage !== 'opened' : f.hidden === 'received' && stage === 'received';
