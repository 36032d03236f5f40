/**
 * What the page opens first, made ready at build: the bundled capture as it is read, its story as it is found in it, and the picture
 * that stands in the page before any script has run. See scripts/vite/made-at-build.ts.
 */
import { pack } from '../../scenario/packed.ts';
import { compact } from '../../scenario/part.ts';
import { SAMPLES } from '../../scenario/samples.ts';
import { DEFAULTS } from '../opening/defaults.ts';
import { readOrder } from '../opening/reading.ts';
import { firstMarkup } from './markup.tsx';
import type { Prepared } from './prepared.ts';

export interface Made {
  /** A `Prepared`, packed. */
  bytes: Uint8Array;
  /** For the body of the page. */
  html: string;
}

/** `read` gives a file of public/captures. Throws where the capture or its story is not what it was. */
export async function make(read: (file: string) => Uint8Array): Promise<Made> {
  const prepared = await prepare(read);
  return { bytes: pack(prepared), html: firstMarkup(prepared) };
}

export async function prepare(read: (file: string) => Uint8Array): Promise<Prepared> {
  const spec = SAMPLES[0]!;
  const answer = await readOrder(
    {
      kind: 'capture',
      name: spec.name,
      bytes: read(spec.file),
      keys: read(spec.keys),
      conns: spec.conns ?? null,
      story: spec.story ? { name: spec.story, options: { ...DEFAULTS, ...spec.options } } : null,
      server: undefined,
      awaited: undefined,
    },
    () => {},
  );
  if (answer.kind !== 'done') throw new Error(answer.message);
  if (!answer.tale) throw new Error(answer.data.notes.at(-1));
  return { sample: spec.id, data: compact(answer.data), tale: answer.tale };
}
