import { type RefObject, useLayoutEffect, useState } from 'react';
import { BACK } from '../../report/listing.ts';
import { type Jump, type LaidJumps, layJumps } from './jumps.ts';

export interface MeasuredJumps extends LaidJumps {
  /** Where jumps back to the caller leave their rows, px. */
  readonly back: readonly number[];
  readonly height: number;
}

const NONE: MeasuredJumps = { trunks: [], lanes: 0, back: [], height: 0 };

/** Of a row's height: its first line, which jumps lead to, px. */
const FIRST_LINE = 13;

/** Reads from the rows where each jump begins and ends, whenever their heights change. */
export function useJumps(list: RefObject<HTMLElement | null>, rows: unknown): MeasuredJumps {
  const [laid, setLaid] = useState(NONE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows are measured anew.
  useLayoutEffect(() => {
    const el = list.current;
    if (!el) return;
    const measure = (): void => setLaid((before) => keptIfSame(before, measured(el)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(el);
    return () => observer.disconnect();
  }, [list, rows]);
  return laid;
}

function measured(el: HTMLElement): MeasuredJumps {
  const top = el.getBoundingClientRect().top;
  const y = (node: Element): DOMRect => node.getBoundingClientRect();
  const row = new Map<string, number>();
  for (const li of el.querySelectorAll<HTMLElement>('[data-step]'))
    row.set(li.dataset.step!, Math.round(y(li).top - top) + FIRST_LINE);
  const jumps: Jump[] = [];
  const back: number[] = [];
  for (const edge of el.querySelectorAll<HTMLElement>('[data-jump]')) {
    const { top: at, height } = y(edge);
    const from = Math.round(at + height / 2 - top);
    const target = edge.dataset.jump!;
    const to = row.get(target);
    if (target === BACK) back.push(from);
    else if (to !== undefined) jumps.push({ target, from, to });
  }
  return { ...layJumps(jumps), back, height: el.clientHeight };
}

/** What is measured twice and found the same draws nothing anew. */
const keptIfSame = (a: MeasuredJumps, b: MeasuredJumps): MeasuredJumps =>
  JSON.stringify(a) === JSON.stringify(b) ? a : b;
