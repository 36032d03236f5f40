import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { rowWindow } from '../trace/windowed.ts';

const ROW = 26;

interface Props<T> {
  rows: readonly T[];
  name: string;
  role: 'group' | 'listbox';
  /** The row that is to be seen; -1: any. */
  at?: number;
  none: string;
  keyOf(row: T): number;
  onKeyDown?(e: KeyboardEvent): void;
  children(row: T): ReactNode;
}

/** A long list that scrolls; only the rows in view are drawn. */
export function Rows<T>({ rows, name, role, at = -1, none, keyOf, onKeyDown, children }: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 260 });
  const look = () => {
    const el = box.current;
    if (el) setView({ top: el.scrollTop, height: el.clientHeight });
  };
  useLayoutEffect(() => {
    const el = box.current;
    if (!el || at < 0) return;
    if (at * ROW < el.scrollTop) el.scrollTop = at * ROW;
    else if ((at + 1) * ROW > el.scrollTop + el.clientHeight) el.scrollTop = (at + 1) * ROW - el.clientHeight;
  }, [at]);
  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    const watch = new ResizeObserver(() => setView({ top: el.scrollTop, height: el.clientHeight }));
    watch.observe(el);
    return () => watch.disconnect();
  }, []);
  const w = rowWindow(rows.length, ROW, view.top, view.height);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it has one of two roles.
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: so it has.
    <div
      className="capture-rows"
      ref={box}
      onScroll={look}
      onKeyDown={onKeyDown}
      tabIndex={0}
      role={rows.length > 0 ? role : 'group'}
      aria-label={name}
      data-testid="capture-rows"
      data-count={rows.length}
    >
      {rows.length === 0 && <p className="muted pad">{none}</p>}
      <div role="presentation" style={{ paddingTop: w.above, paddingBottom: w.below }}>
        {rows.slice(w.first, w.end).map((row) => (
          <div role="presentation" key={keyOf(row)}>
            {children(row)}
          </div>
        ))}
      </div>
    </div>
  );
}
