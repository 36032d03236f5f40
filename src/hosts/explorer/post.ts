import type { BetweenWorkers } from './messages.ts';

/** Words of a parcel of states; a greater state travels alone. */
const PARCEL = 1 << 15;
/** Parcels on the way to one worker at a time. More would only fill its memory. */
const ON_THE_WAY = 8;

/** The line to one other worker: states are gathered to parcels, and empty ones come back to be filled again. */
export class PeerLine {
  private filling: Int32Array<ArrayBuffer> = new Int32Array(PARCEL);
  private filled = 0;
  private readonly spare: Int32Array<ArrayBuffer>[] = [];
  private away = 0;

  constructor(private readonly port: MessagePort) {}

  /** The other worker is behind: nothing more should be sent for now. */
  get busy(): boolean {
    return this.away >= ON_THE_WAY;
  }

  /** Copies a packed state, the first `words` of `from`, into a parcel. */
  put(from: Int32Array, words: number): void {
    if (this.filled + words > this.filling.length) {
      this.flush();
      if (words > this.filling.length) this.filling = new Int32Array(words);
    }
    const { filling, filled } = this;
    for (let k = 0; k < words; k++) filling[filled + k] = from[k]!;
    this.filled = filled + words;
  }

  /** Sends what has been gathered. */
  flush(): void {
    if (this.filled === 0) return;
    const { buffer } = this.filling;
    this.say({ kind: 'states', buffer, words: this.filled }, [buffer]);
    this.away++;
    this.filling = this.spare.pop() ?? new Int32Array(PARCEL);
    this.filled = 0;
  }

  /** A parcel has come back. */
  back(buffer: ArrayBuffer): void {
    this.away--;
    this.spare.push(new Int32Array(buffer));
  }

  say(message: BetweenWorkers, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }
}
