/** Packing with gzip, which every platform that runs this has; unpacking gives only so much as is asked for. */
import { FileProblem } from './fields.ts';

/** The parts, one after the other, packed. */
export async function pack(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const packed: Uint8Array[] = [];
  const reader = through(parts, new CompressionStream('gzip'));
  for (let r = await reader.read(); !r.done; r = await reader.read()) packed.push(r.value);
  const out = new Uint8Array(packed.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of packed) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

const through = (
  parts: readonly Uint8Array[],
  stream: CompressionStream | DecompressionStream,
): ReadableStreamDefaultReader<Uint8Array> =>
  new Blob(parts as Uint8Array<ArrayBuffer>[]).stream().pipeThrough(stream).getReader();

const damaged = (): FileProblem =>
  new FileProblem(
    'The file is damaged: what is in it does not fit its checksum.',
    'Copy it again from where it was saved.',
  );

/** What is packed, from its beginning on. Nothing is unpacked that was not asked for, a chunk of the platform's aside. */
export class Unpacking {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private chunk = new Uint8Array(0);

  constructor(packed: Uint8Array) {
    this.reader = through([packed], new DecompressionStream('gzip'));
  }

  /** The next `n` bytes, in memory of their own. Throws FileProblem when there are fewer. */
  async take(n: number): Promise<Uint8Array<ArrayBuffer>> {
    const out = new Uint8Array(n);
    for (let at = 0; at < n; ) {
      if (this.chunk.length === 0) this.chunk = (await this.next()) ?? new Uint8Array(0);
      if (this.chunk.length === 0) throw damaged();
      const part = this.chunk.subarray(0, n - at);
      out.set(part, at);
      at += part.length;
      this.chunk = this.chunk.subarray(part.length);
    }
    return out;
  }

  /** Throws FileProblem when there is more, or the checksum is another. */
  async end(): Promise<void> {
    if (this.chunk.length > 0 || (await this.next())) throw damaged();
  }

  /** Nothing more is wanted. */
  async stop(): Promise<void> {
    // Whatever the stream says of what was not read is of no interest.
    await this.reader.cancel().catch(() => {});
  }

  private async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      for (;;) {
        const { done, value } = await this.reader.read();
        if (done) return null;
        if (value.length > 0) return value as Uint8Array<ArrayBuffer>;
      }
    } catch {
      // What platforms throw here differs; there is one thing that it means.
      throw damaged();
    }
  }
}
