/** Share's end of the worker that makes tapes, pictures, documents and folders. It is begun with the first order, and ended with the dialog. */

import scriptOfMaker from '../../figure/poster/share-worker.ts?worker-chunk';
import { makeWorker } from '../../hosts/make-worker.ts';
import type { Given, MakeAnswer, MakeOrder } from './contract.ts';

export interface Maker {
  /** Rejects with the reason where it cannot be made, or when the maker is closed. */
  make<K extends MakeOrder['kind']>(order: Extract<MakeOrder, { kind: K }>): Promise<Given[K]>;
  close(): void;
}

export function createMaker(): Maker {
  let worker: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let giveUp: ((why: Error) => void) | null = null;

  const one = (order: MakeOrder): Promise<MakeAnswer> =>
    new Promise((resolve, reject) => {
      giveUp = reject;
      worker ??= makeWorker(scriptOfMaker, 'share');
      worker.onmessage = (e: MessageEvent<MakeAnswer>) => resolve(e.data);
      worker.onerror = (e) => {
        worker?.terminate();
        worker = null;
        reject(new Error(e.message || 'The worker that makes it has ended.'));
      };
      worker.postMessage(order);
    });

  return {
    async make(order) {
      const before = last;
      const mine = before.catch(() => {}).then(() => one(order));
      last = mine;
      const answer = await mine;
      if ('why' in answer) throw new Error(answer.why);
      return answer.made as Given[(typeof order)['kind']];
    },
    close() {
      worker?.terminate();
      worker = null;
      giveUp?.(new DOMException('closed', 'AbortError'));
    },
  };
}
