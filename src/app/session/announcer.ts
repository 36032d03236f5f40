/** What the live region says, and how often: one message a second while playing, commits and violations first. */
import type { Happening } from '../../report/view.ts';

export interface Said {
  text: string;
  /** Interrupts what is being read. */
  urgent: boolean;
}

/** Least time between two polite messages while playing, in ms. */
export const POLITE_MS = 1000;

const WEIGHT: Partial<Record<Happening['kind'], number>> = {
  bug: 9,
  commit: 8,
  refused: 7,
  error: 7,
  finalize: 6,
  redispatch: 5,
  'rebind-start': 5,
  drop: 4,
  close: 3,
  create: 3,
  accept: 3,
};

/** Of several happenings the one most worth saying; the later of two that weigh the same. */
export function mostWorthSaying(news: readonly Happening[]): Happening | null {
  let best: Happening | null = null;
  for (const h of news) if (!best || (WEIGHT[h.kind] ?? 1) >= (WEIGHT[best.kind] ?? 1)) best = h;
  return best;
}

export interface Announcer {
  /** What to say now, or null. `now` in ms, only compared with itself. `sentence` is said when nothing happened. */
  next(news: readonly Happening[], sentence: string, playing: boolean, now: number): Said | null;
}

/** Keeps back, while playing, all but the weightiest message of each second. */
export function createAnnouncer(): Announcer {
  let saidAt = Number.NEGATIVE_INFINITY;
  let said = '';
  let kept: Happening | null = null;
  const say = (text: string, urgent: boolean, now: number): Said | null => {
    if (!text || text === said) return null;
    said = text;
    saidAt = now;
    kept = null;
    return { text, urgent };
  };
  return {
    next(news, sentence, playing, now) {
      const best = mostWorthSaying(kept ? [kept, ...news] : news);
      if (best?.kind === 'bug') return say(best.text, true, now);
      if (!playing) return say(best?.text || sentence, false, now);
      kept = best;
      if (now - saidAt < POLITE_MS || !best) return null;
      return say(best.text, false, now);
    },
  };
}
