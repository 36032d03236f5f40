/** What the page is told of a run, kept up to date and sent when it changes and once a second. */
import { HEAD } from './board.ts';
import type { LiveBegin, LiveMemory, LivePhase, LiveSettings, LiveStatus, SafePoint } from './contract.ts';
import type { LiveReading } from './reading.ts';
import { NUMBER } from './slots.ts';

const SECOND = 1000;
/** Troubles and losses kept. */
const KEPT = 50;

const nameOf = (tid: number): string => (tid < 0 ? 'Load generator' : `T${tid}`);

const mute = (tid: number): string => `${nameOf(tid)} has not answered for 1.5 s.`;

export class StatusBook {
  private readonly status: LiveStatus;
  private since = 0;
  private handledThen = 0;
  private busyThen = 0;
  private noClientThen = 0;
  private readonly told = new Map<string, number>();
  private changed = false;
  private readonly captured: boolean;

  constructor(
    begin: LiveBegin,
    private readonly reading: LiveReading,
    private readonly numbers: Float64Array,
    private readonly send: (status: LiveStatus) => void,
    compiled = false,
  ) {
    this.captured = begin.source.kind === 'capture';
    this.status = {
      phase: 'starting',
      load: begin.opening ? 'with opening' : 'routing only',
      compiled,
      ceiling: '',
      handledPerSecond: 0,
      mostPerSecond: 0,
      settings: { ...begin.settings },
      memory: null,
      safePoint: null,
      imageAt: -1,
      lost: [],
      stopped: '',
      message: '',
      troubles: [],
      firstHandledMs: -1,
    };
  }

  get phase(): LivePhase {
    return this.status.phase;
  }

  get stopped(): boolean {
    return this.status.stopped !== '';
  }

  get firstHandled(): boolean {
    return this.status.firstHandledMs >= 0;
  }

  say(phase: LivePhase): void {
    if (this.stopped) return;
    this.status.phase = phase;
    this.post();
  }

  stop(why: LiveStatus['stopped'], message: string): void {
    if (this.stopped) return;
    this.status.phase = 'stopped';
    this.status.stopped = why;
    if (message) this.status.message = message;
    this.post();
  }

  settings(s: Partial<LiveSettings>): void {
    this.status.settings = { ...this.status.settings, ...s };
    this.post();
  }

  memory(m: LiveMemory): void {
    this.status.memory = m;
    this.changed = true;
  }

  safePoint(p: SafePoint): void {
    this.status.safePoint = p;
    this.post();
  }

  /** There is no memory for an image. */
  noImage(bytes: number): void {
    const text = `There is no memory for an image of ${Math.round(bytes / 1e6)} MB: where a worker is lost, the run begins anew.`;
    this.status.troubles = [...this.status.troubles, { at: this.reading.ms, text }].slice(-KEPT);
    this.post();
  }

  imageAt(ms: number): void {
    this.status.imageAt = ms;
    this.changed = true;
  }

  lost(tid: number, why: string, at: number): void {
    this.status.lost = [...this.status.lost, { tid, why, at, imageAge: -1 }].slice(-KEPT);
    this.status.message = `${nameOf(tid)}: its worker is lost (${why}). The others stop; the run goes on from its last image.`;
    this.post();
  }

  silent(tid: number): void {
    this.status.message = mute(tid);
    this.post();
  }

  /** It has answered after all. */
  heard(tid: number): void {
    if (this.status.message !== mute(tid)) return;
    this.status.message = '';
    this.post();
  }

  recovered(age: number): void {
    const lost = this.status.lost.map((l) => (l.imageAge < 0 ? { ...l, imageAge: age } : l));
    this.status.lost = lost;
    const names = [...new Set(lost.filter((l) => l.imageAge === age).map((l) => nameOf(l.tid)))];
    this.status.message = `${names.join(', ')}: a new worker. The run went on from an image ${(age / 1000).toFixed(1)} s old.`;
    this.post();
  }

  /** The run is another's, from its last image on. */
  wentOn(ms: number, age: number): void {
    this.status.troubles = [
      {
        at: ms,
        text: `The supervisor was lost. The run went on from an image ${(age / 1000).toFixed(1)} s old, with new workers.`,
      },
    ];
    this.changed = true;
  }

  lossesWithin(ms: number): number {
    const now = this.reading.ms;
    return this.status.lost.filter((l) => now - l.at < ms).length;
  }

  /** `passed` ms of the host since the last time. */
  tick(passed: number): void {
    const handled = this.reading.total('handled');
    if (this.status.firstHandledMs < 0 && handled > 0) {
      this.status.firstHandledMs = this.reading.ms;
      this.changed = true;
    }
    this.since += passed;
    if (this.since >= SECOND) this.second(handled);
    if (this.changed) this.post();
  }

  private second(handled: number): void {
    const { status, numbers } = this;
    if (status.phase === 'running') {
      status.handledPerSecond = Math.max(0, Math.round(((handled - this.handledThen) * 1000) / this.since));
      status.mostPerSecond = Math.max(status.mostPerSecond, status.handledPerSecond);
      const busy = (numbers[NUMBER.busyMs]! - this.busyThen) / this.since;
      status.ceiling = this.ceiling(busy);
    } else status.handledPerSecond = 0;
    this.handledThen = handled;
    this.busyThen = numbers[NUMBER.busyMs]!;
    this.noClientThen = numbers[NUMBER.noClient]!;
    this.since = 0;
    this.lookForTrouble();
    this.changed = true;
  }

  private ceiling(generatorBusy: number): string {
    const { status } = this;
    if (this.numbers[NUMBER.opensFirst]) return 'the opening of connections, which comes first';
    const rate = status.settings.datagramsPerSecond;
    if (Number.isFinite(rate) && status.handledPerSecond >= 0.9 * rate) return 'the chosen rate';
    // A capture's clients do the sending by coming and going.
    if (this.captured && this.numbers[NUMBER.noClient]! > this.noClientThen) return 'the places for clients';
    return generatorBusy > 0.9 ? 'the load generator' : 'the threads';
  }

  private lookForTrouble(): void {
    const { numbers, reading } = this;
    const jumped = reading.head(HEAD.jumpedMs);
    this.trouble(
      'jump',
      jumped,
      (n) =>
        `The machine slept, or stood still, for ${(n / 1000).toFixed(1)} s. The run’s clock did not see it.`,
    );
    this.trouble(
      'memory',
      reading.total('noMemory'),
      (n) => `A pool was empty ${n} times: what asked for memory did without.`,
    );
    this.trouble(
      'client',
      numbers[NUMBER.noClient]!,
      () => 'No place for a further client was free: the server still remembers those that left.',
    );
    this.trouble(
      'place',
      numbers[NUMBER.noPlace]!,
      () => 'No place for a further datagram was free: the threads are too far behind.',
    );
    this.trouble(
      'full',
      numbers[NUMBER.dropped + 11]!,
      (n) => `A socket’s buffer was full: ${n} datagrams were dropped there.`,
    );
  }

  /** Tells of a count that has gone up, by how much, at most once every ten seconds each. */
  private trouble(kind: string, count: number, text: (n: number) => string): void {
    const now = this.reading.ms;
    const before = this.told.get(kind) ?? 0;
    const last = this.told.get(`${kind} at`) ?? -10_000;
    if (count <= before || now - last < 10_000) return;
    this.told.set(kind, count);
    this.told.set(`${kind} at`, now);
    this.status.troubles = [...this.status.troubles, { at: now, text: text(count - before) }].slice(-KEPT);
    this.changed = true;
  }

  private post(): void {
    this.changed = false;
    this.send({ ...this.status });
  }
}
