/**
 * Signs of life: whoever works gives one twice a second, and whoever waits counts its own ticks since the last, but only those
 * that came on time. On a machine that sleeps or has too much to do, and in a page that is hidden, the one who waits is late
 * itself; then silence says nothing.
 */

/** A worker gives a sign of life so often, ms. */
export const BEAT = 500;
/** Its watcher counts in ticks of so many ms. */
export const TICK = 250;
/** A tick that comes so long after the one before was late, ms. */
const TOO_LATE = 2 * TICK;
/** Ticks without a sign: from then on figures are old; then it is said that it does not answer. Together under 2 s. */
const LATE = 4;
const SILENT = 7;
/** The same while its script is loaded, and from then until it is at work. */
const LOADING = 80;
const STARTING = 20;

/** A message that says nothing but that its sender lives. `way`: how far it is on the way to a stored moment, happenings. */
export interface Beat {
  kind: 'beat';
  way: Way | null;
}

export interface Way {
  done: number;
  /** 0: nobody knows. */
  of: number;
}

/** What is known of somebody who should be at work. */
export interface Pulse {
  /**
   * `loading` its script, `starting` to work, `fresh`; `late`: figures are as old as `ms`; `silent`: so late that it is said;
   * `ended`: it is known to have ended, and `why`.
   */
  state: 'loading' | 'starting' | 'fresh' | 'late' | 'silent' | 'ended';
  /** Since the last sign, by the watcher's own ticks. */
  ms: number;
  why: string;
}

/** In a worker: gives signs of life for as long as its messages are looked at. */
export function keepBeating(post: (beat: Beat) => void): void {
  const beat: Beat = { kind: 'beat', way: null };
  post(beat);
  setInterval(() => post(beat), BEAT);
}

/** Signs from within a long stretch of work, at most as often as others. */
export class Beating {
  private last = performance.now();

  constructor(private readonly post: (beat: Beat) => void) {}

  on(way: Way | null): void {
    const now = performance.now();
    if (now - this.last < BEAT / 2) return;
    this.last = now;
    this.post({ kind: 'beat', way });
  }
}

/** Ticks of one who waits; `tick` hears of those that came on time. */
export class Ticks {
  private last = performance.now();
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(tick: () => void) {
    this.timer = setInterval(() => {
      const now = performance.now();
      const passed = now - this.last;
      this.last = now;
      if (passed < TOO_LATE) tick();
    }, TICK);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/** Watches one who should be at work. */
export class Watch {
  private silence = 0;
  private phase: 'loading' | 'starting' | 'working' = 'loading';
  private readonly ticks = new Ticks(() => this.look());
  private said: Pulse = { state: 'loading', ms: 0, why: '' };
  private readonly listeners = new Set<(pulse: Pulse) => void>();

  /** A sign of life; `working`: it has shown that it is at work, and the shorter limits hold from now on. */
  heard(working = false): void {
    if (this.said.state === 'ended') return;
    this.silence = 0;
    if (working) this.phase = 'working';
    else if (this.phase === 'loading') this.phase = 'starting';
    const state = this.phase === 'working' ? 'fresh' : this.phase;
    if (this.said.state !== state) this.say({ state, ms: 0, why: '' });
  }

  ended(why: string): void {
    if (this.said.state === 'ended') return;
    this.ticks.stop();
    this.say({ state: 'ended', ms: this.silence * TICK, why });
  }

  /** With what is known at once, then with each change, and with each tick while there is no sign. */
  on(cb: (pulse: Pulse) => void): () => void {
    this.listeners.add(cb);
    cb(this.said);
    return () => this.listeners.delete(cb);
  }

  stop(): void {
    this.ticks.stop();
    this.listeners.clear();
  }

  private look(): void {
    this.silence++;
    const { silence, phase } = this;
    const ms = silence * TICK;
    if (phase === 'working') {
      if (silence >= SILENT) this.say({ state: 'silent', ms, why: '' });
      else if (silence >= LATE) this.say({ state: 'late', ms, why: '' });
    } else if (silence >= (phase === 'loading' ? LOADING : STARTING))
      this.say({ state: 'silent', ms, why: '' });
  }

  private say(pulse: Pulse): void {
    this.said = pulse;
    for (const cb of this.listeners) cb(pulse);
  }
}
