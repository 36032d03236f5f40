/** What goes between a page and a figure in it. Version 1: what is added is left alone by whoever does not know it. */
export const VERSION = 1;

/** To the figure, over the port. */
export type Order =
  | { do: 'play' }
  | { do: 'pause' }
  /** A position: a step, or a name as `A.redispatch.1`, `start`, `@55.85`. */
  | { do: 'seek'; to: number | string }
  /** A connection by its letter, or the one of a datagram by its number. */
  | { do: 'select'; conn?: string; dgram?: number | string }
  | { do: 'theme'; theme: FigureTheme };

export type FigureTheme = 'auto' | 'light' | 'dark';

export interface FigureMark {
  step: number;
  kind: string;
  name: string;
}

/** From the figure. */
export interface Events {
  ready: { title: string; look: string; lasts: number; marks: FigureMark[] };
  mark: { step: number; name: string };
  step: { step: number };
  end: Record<never, never>;
  /** What it needs to show all of itself at its present width, px. */
  height: { height: number };
  error: { text: string };
}

export type EventName = keyof Events;

const number = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v);
const text = (v: unknown): v is string => typeof v === 'string';
const isMark = (v: unknown): v is FigureMark => {
  const m = v as FigureMark | null;
  return typeof m === 'object' && m !== null && number(m.step) && text(m.kind) && text(m.name);
};

const CHECKS: { [K in EventName]: (d: Record<string, unknown>) => boolean } = {
  ready: (d) =>
    text(d.title) && text(d.look) && number(d.lasts) && Array.isArray(d.marks) && d.marks.every(isMark),
  mark: (d) => number(d.step) && text(d.name),
  step: (d) => number(d.step),
  end: () => true,
  height: (d) => number(d.height) && d.height > 0 && d.height < 10_000,
  error: (d) => text(d.text),
};

/** The event that a message is, with what it says; null for what is none. */
export function eventIn(data: unknown): { [K in EventName]: { on: K } & Events[K] }[EventName] | null {
  if (typeof data !== 'object' || data === null) return null;
  const d = data as Record<string, unknown>;
  const check = text(d.on) && Object.hasOwn(CHECKS, d.on) ? CHECKS[d.on as EventName] : undefined;
  return check?.(d) ? (d as never) : null;
}
