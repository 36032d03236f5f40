/** Saved moments: their files broken, and the words, columns and heads inside them, packed anew so that the checksum fits. */
import { EV, silent } from '../../haproxy/step/events.ts';
import { FILE_FORMAT, MAGIC, PREAMBLE } from '../../link/file/format.ts';
import { decodeFrozen, encodeFrozen, FileProblem } from '../../link/file/index.ts';
import { pack, Unpacking } from '../../link/file/zip.ts';
import { Machine } from '../../machine/machine.ts';
import { atBeginning } from '../../machine/setup.ts';
import { memOf, refill } from '../../memory/bounded.ts';
import { PlainMem } from '../../memory/plain.ts';
import type { Random } from '../../quic/fuzz/random.ts';
import { WorldReader } from '../../report/reader.ts';
import { closedOpener } from '../../scenario/closed.ts';
import type { WorldData } from '../../scenario/data.ts';
import type { Frozen } from '../../scenario/frozen.ts';
import { makeWorld } from '../../scenario/make.ts';
import { layOutWorld } from '../../scenario/world.ts';
import { broken, type FuzzedKind, STEPS } from './kind.ts';

/** A file, or what is in one and still has to be packed. */
type Input = { file: Uint8Array } | { body: Uint8Array };

/** A body as if another edition had written it: its words are moved by the table in its head. */
function foreign(body: Uint8Array): Uint8Array {
  const out = body.slice();
  const length = new DataView(out.buffer).getUint32(0, true);
  const head = new TextDecoder('latin1').decode(out.subarray(4, 4 + length));
  out.set(new TextEncoder().encode('0badcafe'), 4 + head.indexOf('"program":"') + '"program":"'.length);
  return out;
}

const OPTIONS = {
  threads: 4,
  revision: 'finalized',
  socketOwner: 'listener',
  withholdPostHandshake: true,
} as const;

/** Honest files of one world at several moments, and what is in them. */
export async function moments(data: WorldData): Promise<FuzzedKind<Input>> {
  const { W, P } = makeWorld(data, OPTIONS, 1);
  const x = atBeginning(new PlainMem(new Int32Array(W.layout.words)), W, P, silent);
  const seeds: { file: Uint8Array; body: Uint8Array; head: number }[] = [];
  for (let i = 0; i < 6; i++) {
    x.run(700);
    const frozen: Frozen = {
      why: 'asked',
      begin: { data, options: OPTIONS, moment: null, image: { words: x.m.w.slice(), ms: 1 } },
      past: [{ tid: 0, ms: 1, us: 5, kind: EV.HANDLED, conn: 0, a: 7, b: 0 }],
    };
    const file = await encodeFrozen(frozen);
    const size = new DataView(file.buffer).getUint32(16, true);
    const body = await new Unpacking(file.subarray(PREAMBLE)).take(size);
    seeds.push({ file, body, head: 4 + new DataView(body.buffer).getUint32(0, true) });
  }
  const make = (random: Random): Input => {
    const { file, body, head } = random.pick(seeds);
    if (random.below(10) < 7)
      return { file: broken(file, random, random.oneIn(2) ? PREAMBLE + 30 : file.length) };
    const from = random.oneIn(3) ? foreign(body) : body;
    if (random.oneIn(4)) return { body: broken(from, random, head) };
    const other = from.slice();
    // The block comes first behind the head.
    const words = W.events.base;
    for (let n = 1 + random.below(6); n > 0; n--) {
      const at = head + 4 * random.below(words);
      const v = random.pick([0, 1, -1, random.below(words), random.next() | 0, 0x41414141]);
      new DataView(other.buffer).setInt32(at, v, true);
    }
    return { body: other };
  };
  return {
    name: 'moments',
    make,
    read: async (input) => ((await opened(input)) ? 'opened' : 'refused'),
    go: async (input) => {
      const frozen = await opened(input);
      return frozen ? goOn(frozen) : 'refused';
    },
    show: (input) => Buffer.from('file' in input ? input.file : input.body).toString('base64'),
  };
}

async function opened(input: Input): Promise<Frozen | null> {
  try {
    return (await decodeFrozen('file' in input ? input.file : await sealed(input.body))).frozen;
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return null;
  }
}

async function sealed(body: Uint8Array): Promise<Uint8Array> {
  const packed = await pack([body]);
  const out = new Uint8Array(PREAMBLE + packed.length);
  out.set([...MAGIC, FILE_FORMAT]);
  const view = new DataView(out.buffer);
  view.setUint32(12, packed.length, true);
  view.setUint32(16, body.length, true);
  out.set(packed, PREAMBLE);
  return out;
}

/** Draws it and goes on from it. Words from outside may end either in an error; both end. */
function goOn({ begin: { data, options, image } }: Frozen): string {
  const { W, P, revision } = layOutWorld(data, options, closedOpener, 1);
  const block = new Int32Array(W.layout.words);
  block.set(image.words);
  try {
    new WorldReader(W, P, revision, data.notes, { foreign: true }).stage(block);
  } catch {
    return 'cannot be drawn';
  }
  const made = makeWorld(data, options, 1);
  const m = memOf(block, true);
  const x = new Machine(m, made.W, made.P, silent);
  try {
    for (let n = 0; n < STEPS; n += 500) {
      refill(m, 500);
      if (x.run(500) === 0) return 'ran to its end';
    }
  } catch {
    return 'ended in an error';
  }
  return `${STEPS} steps on`;
}
