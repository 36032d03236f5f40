/** Reads and packs the files of frozen moments off the page's thread; cancelled by ending the worker. */
import { canShare } from '../../hosts/sharing.ts';
import { decodeFrozen, encodeFrozen, FileProblem, type OpenedFile } from '../../link/file/index.ts';
import type { Moment } from '../../link/index.ts';
import { programAt } from '../../report/program.ts';
import { WorldReader } from '../../report/reader.ts';
import { showAt } from '../../report/show.ts';
import { closedOpener } from '../../scenario/closed.ts';
import type { Frozen } from '../../scenario/frozen.ts';
import { shared } from '../../scenario/share.ts';
import { layOutWorld } from '../../scenario/world.ts';

export type MomentOrder =
  | { kind: 'open'; bytes: Uint8Array }
  | { kind: 'pack'; frozen: Frozen; here: Moment | null };

export type MomentAnswer =
  | { kind: 'opened'; file: OpenedFile }
  | { kind: 'packed'; bytes: Uint8Array }
  | { kind: 'unusable'; message: string; advice: string };

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = async ({ data: o }: MessageEvent<MomentOrder>) => {
  try {
    if (o.kind === 'open') {
      const file = await opened(o.bytes);
      scope.postMessage({ kind: 'opened', file } satisfies MomentAnswer, [
        file.frozen.begin.image.words.buffer,
      ]);
    } else {
      const bytes = await encodeFrozen(o.frozen, o.here);
      scope.postMessage({ kind: 'packed', bytes } satisfies MomentAnswer, [bytes.buffer]);
    }
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    const { message, advice } = error;
    scope.postMessage({ kind: 'unusable', message, advice } satisfies MomentAnswer);
  }
};

async function opened(bytes: Uint8Array): Promise<OpenedFile> {
  const { frozen, ...more } = await decodeFrozen(bytes);
  drawable(frozen);
  const { begin } = frozen;
  const data = canShare() ? shared(begin.data) : begin.data;
  return { frozen: { ...frozen, begin: { ...begin, data } }, ...more };
}

/** Reads one picture of it here, where it can harm nobody: the words of the block are whatever the file says. */
function drawable({ begin: { data, options, image } }: Frozen): void {
  const { W, P, revision } = layOutWorld(data, options, closedOpener);
  const block = new Int32Array(W.layout.words);
  block.set(image.words);
  try {
    const reader = new WorldReader(W, P, revision, data.notes, { foreign: true });
    const stage = reader.stage(block);
    const first = stage.conns[0]?.index ?? -1;
    reader.sentence(stage, first);
    programAt(reader, block, first);
    showAt(reader, block, stage, true);
  } catch {
    throw new FileProblem('The file is not what it says: the state in it cannot be drawn.');
  }
}
