/** A worker works in slices of so many ms, so that a pause or a parcel is seen at once. */
const SLICE_MS = 8;
const PROGRESS_MS = 100;

/** What a slice does: goes on for about so many transitions. False: there is nothing to do for now. */
export type Slice = (transitions: number) => boolean;

const TRANSITIONS = 512;

/** Turns a search's crank between the messages that come in. */
export class Crank {
  private readonly bell = new MessageChannel();
  private slice: Slice | null = null;
  private ringing = false;
  private paused = false;
  /** Set while it rests. */
  private resting: ReturnType<typeof setTimeout> | undefined;
  private told = 0;

  constructor(
    private readonly progress: () => void,
    private readonly failed: (why: string) => void,
  ) {
    this.bell.port1.onmessage = () => this.turn();
  }

  /** Calls `slice` until it answers false. */
  run(slice: Slice): void {
    this.slice = slice;
    this.ring();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.ring();
  }

  /** Leaves its core to others for so many ms; what it searches counts as going on. */
  rest(ms: number): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.resting = undefined;
      this.ring();
    }, ms);
  }

  private ring(): void {
    if (this.ringing || this.slice === null || this.paused || this.resting !== undefined) return;
    this.ringing = true;
    this.bell.port2.postMessage(0);
  }

  private turn(): void {
    this.ringing = false;
    if (this.paused || this.slice === null || this.resting !== undefined) return;
    const began = performance.now();
    try {
      do {
        if (!this.slice(TRANSITIONS)) {
          this.slice = null;
          return;
        }
      } while (performance.now() - began < SLICE_MS);
    } catch (e) {
      this.slice = null;
      this.failed(e instanceof Error ? e.message : String(e));
      return;
    }
    if (began - this.told >= PROGRESS_MS) {
      this.told = began;
      this.progress();
    }
    this.ring();
  }
}
