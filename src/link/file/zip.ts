/** Packing with gzip, which every platform that runs this has; unpacking takes no more room than was said. */
import { FileProblem } from './fields.ts';

/** The parts, one after the other, packed. */
export async function pack(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const packed: Uint8Array[] = [];
  await read(parts, new CompressionStream('gzip'), (chunk) => {
    packed.push(chunk);
    return true;
  });
  const out = new Uint8Array(packed.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of packed) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

/** The `size` bytes that `packed` holds. Throws FileProblem when it does not hold exactly that, or its checksum is another. */
export async function unpack(packed: Uint8Array, size: number): Promise<Uint8Array> {
  const damaged = new FileProblem(
    'The file is damaged: what is in it does not fit its checksum.',
    'Copy it again from where it was saved.',
  );
  const out = new Uint8Array(size);
  let at = 0;
  try {
    await read([packed], new DecompressionStream('gzip'), (chunk) => {
      if (at + chunk.length <= size) out.set(chunk, at);
      at += chunk.length;
      return at <= size;
    });
  } catch {
    // What platforms throw here differs; there is one thing that it means.
    throw damaged;
  }
  if (at !== size) throw damaged;
  return out;
}

/** Sends parts through a stream; `take` says whether it wants more. */
async function read(
  parts: readonly Uint8Array[],
  through: CompressionStream | DecompressionStream,
  take: (chunk: Uint8Array) => boolean,
): Promise<void> {
  const stream: ReadableStream<Uint8Array> = new Blob(parts as Uint8Array<ArrayBuffer>[])
    .stream()
    .pipeThrough(through);
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    if (!take(value)) {
      await reader.cancel();
      return;
    }
  }
}
