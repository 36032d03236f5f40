/** Frozen moments as files: opened from what a person gives, saved to what they keep. Loaded when the first is met. */
import { makeWorker } from '../../hosts/make-worker.ts';
import { EXTENSION } from '../../link/file/format.ts';
import type { Moment } from '../../link/index.ts';
import type { Frozen } from '../../scenario/frozen.ts';
import { openedFrom } from '../live/frozen.ts';
import { type Opened, UnusableInput } from './contract.ts';
import type { MomentAnswer, MomentOrder } from './moment-worker.ts';
import momentScript from './moment-worker.ts?worker-chunk';

/** What is in a file that looks like a moment. Rejects with UnusableInput, or with an AbortError. */
export async function openMoment(bytes: Uint8Array, name: string, signal: AbortSignal): Promise<Opened> {
  const answer = await asked({ kind: 'open', bytes }, [bytes.buffer as ArrayBuffer], signal);
  if (answer.kind !== 'opened') throw new Error('the file was not opened');
  const { frozen, here, carried } = answer.file;
  return openedFrom(frozen, { name, carried }, here);
}

/** The bytes of the file of a moment. */
export async function packMoment(frozen: Frozen, here: Moment | null): Promise<Uint8Array> {
  const answer = await asked({ kind: 'pack', frozen, here }, []);
  if (answer.kind !== 'packed') throw new Error('the moment was not packed');
  return answer.bytes;
}

/** What the file of a moment is called: "live-00m08s-step-12.rebind". */
export function nameOfMoment({ begin }: Frozen, here: Moment | null): string {
  const s = Math.floor(begin.image.ms / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const step = here?.playhead.at ? `-step-${here.playhead.at}` : '';
  return `live-${two(Math.floor(s / 60))}m${two(s % 60)}s${step}${EXTENSION}`;
}

function asked(order: MomentOrder, give: Transferable[], signal?: AbortSignal): Promise<MomentAnswer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(stopped());
      return;
    }
    const worker = makeWorker(momentScript, 'moment');
    const end = (): void => {
      worker.terminate();
      signal?.removeEventListener('abort', aborted);
    };
    const aborted = (): void => {
      end();
      reject(stopped());
    };
    signal?.addEventListener('abort', aborted);
    worker.onmessage = (e: MessageEvent<MomentAnswer>) => {
      end();
      if (e.data.kind === 'unusable') reject(new UnusableInput(e.data.message, e.data.advice));
      else resolve(e.data);
    };
    worker.onerror = (e) => {
      end();
      reject(new Error(e.message || 'The worker that reads moments has ended.'));
    };
    worker.postMessage(order, give);
  });
}

const stopped = (): DOMException => new DOMException('stopped', 'AbortError');
