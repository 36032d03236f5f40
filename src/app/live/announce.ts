/** Polite messages at most one a second, the latest of those kept back; urgent ones at once. */
import { POLITE_MS, type Said } from '../session/announcer.ts';

export interface Caller {
  say(text: string, urgent?: boolean): void;
  stop(): void;
}

/** `speak` says it; `later` calls back after ms and returns how not to. */
export function createCaller(
  speak: (said: Said) => void,
  now: () => number,
  later: (cb: () => void, ms: number) => () => void,
): Caller {
  let saidAt = Number.NEGATIVE_INFINITY;
  let kept = '';
  let stop = () => {};
  const flush = () => {
    if (!kept) return;
    speak({ text: kept, urgent: false });
    saidAt = now();
    kept = '';
  };
  return {
    say(text, urgent = false) {
      if (urgent) {
        speak({ text, urgent });
        return;
      }
      const waiting = kept !== '';
      kept = text;
      const wait = saidAt + POLITE_MS - now();
      if (wait <= 0) flush();
      else if (!waiting) stop = later(flush, wait);
    },
    stop: () => stop(),
  };
}
