/** Files of saved moments that say what no run ever was: for tests. Their checksums fit. */
import { silent } from '../../../haproxy/step/events.ts';
import { atBeginning } from '../../../machine/setup.ts';
import { PlainMem } from '../../../memory/plain.ts';
import type { WorldData } from '../../../scenario/data.ts';
import { makeWorld } from '../../../scenario/make.ts';
import { encodeFrozen } from '../encode.ts';
import { FILE_FORMAT, MAGIC, PREAMBLE } from '../format.ts';
import { pack, Unpacking } from '../zip.ts';

const OPTIONS = {
  threads: 4,
  revision: 'finalized',
  socketOwner: 'listener',
  withholdPostHandshake: true,
} as const;

/** A file around `parts`, one after the other; `size` is what it says they hold. */
export async function sealed(
  parts: Uint8Array[],
  size = parts.reduce((n, p) => n + p.length, 0),
): Promise<Uint8Array> {
  const packed = await pack(parts);
  const out = new Uint8Array(PREAMBLE + packed.length);
  out.set([...MAGIC, FILE_FORMAT]);
  const view = new DataView(out.buffer);
  view.setUint32(12, packed.length, true);
  view.setUint32(16, size, true);
  out.set(packed, PREAMBLE);
  return out;
}

/** An honest moment, so many steps into the run of `data`: its file, and its head and the words behind it. */
export async function honest(
  data: WorldData,
  steps: number,
): Promise<{ file: Uint8Array; head: Uint8Array; words: Uint8Array }> {
  const { W, P } = makeWorld(data, OPTIONS, 1);
  const x = atBeginning(new PlainMem(new Int32Array(W.layout.words)), W, P, silent);
  x.run(steps);
  const image = { words: x.m.w.slice(), ms: 1 };
  const file = await encodeFrozen({
    why: 'asked',
    begin: { data, options: OPTIONS, moment: null, image },
    past: [],
  });
  const size = new DataView(file.buffer, file.byteOffset).getUint32(16, true);
  const body = await new Unpacking(file.subarray(PREAMBLE)).take(size);
  const head = 4 + new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  return { file, head: body.slice(0, head), words: body.slice(head) };
}
