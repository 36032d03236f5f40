/** A file that somebody has packed by gzip once more, as a whole. */
import { LIMIT } from '../../door/index.ts';
import { FileProblem } from './fields.ts';
import { looksFrozen, looksPacked, MAGIC, PREAMBLE, packedSize } from './format.ts';
import { Unpacking } from './zip.ts';

/** Whether what is packed in a gzip file begins as a moment does. */
export async function holdsFrozen(file: Uint8Array): Promise<boolean> {
  const outer = new Unpacking(file);
  try {
    return looksFrozen(await outer.take(MAGIC.length));
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return false;
  } finally {
    await outer.stop();
  }
}

/** The file itself: taken out of gzip where it is packed, no more of it than it says to hold. Throws FileProblem. */
export async function unwrapped(file: Uint8Array): Promise<Uint8Array> {
  if (!looksPacked(file) || !(await holdsFrozen(file))) return file;
  const outer = new Unpacking(file);
  try {
    const first = await outer.take(PREAMBLE);
    const packed = packedSize(first);
    if (packed > LIMIT.moment)
      throw new FileProblem(
        `The file says that it holds ${packed} bytes; at most ${LIMIT.moment} are unpacked.`,
      );
    const out = new Uint8Array(PREAMBLE + packed);
    out.set(first);
    out.set(await outer.take(packed), PREAMBLE);
    await outer.end();
    return out;
  } finally {
    await outer.stop();
  }
}
