/** A line whose both ends are in this realm: page and coordinator in one test. Messages are cloned, buffers transferred. */
import type { Port } from '../port.ts';

export function portPair<A, B>(): [Port<A, B>, Port<B, A>] {
  const { port1, port2 } = new MessageChannel();
  const end = <I, O>(p: MessagePort): Port<I, O> => ({
    post: (message, transfer = []) => p.postMessage(message, transfer),
    onMessage: (cb) => {
      p.onmessage = (e: MessageEvent<I>) => cb(e.data);
    },
    onEnd: () => {},
    close: () => p.close(),
  });
  return [end<A, B>(port1), end<B, A>(port2)];
}
