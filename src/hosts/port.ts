/** One end of a line to a worker: the same over web workers and over Node's, so that tests run the real thing. */
export interface Port<In, Out> {
  post(message: Out, transfer?: Transferable[]): void;
  onMessage(cb: (message: In) => void): void;
  /** The worker has ended, or can't be started. */
  onEnd(cb: (reason: string) => void): void;
  close(): void;
}

const UNREADABLE = 'a message could not be read';

/** Why a worker has ended, as its maker hears of it. */
export function whenItEnds(worker: Worker, cb: (why: string) => void): void {
  worker.onerror = (e) => cb(e.message || 'its script could not be loaded or has failed');
  worker.onmessageerror = () => cb(UNREADABLE);
}

/** The line to a web worker. */
export function workerPort<In, Out>(worker: Worker): Port<In, Out> {
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage: (cb) => {
      worker.onmessage = (e: MessageEvent<In>) => cb(e.data);
    },
    onEnd: (cb) => whenItEnds(worker, cb),
    close: () => worker.terminate(),
  };
}

/** A line between two workers. */
export function channelPort<In, Out>(port: MessagePort): Port<In, Out> {
  return {
    post: (message, transfer = []) => port.postMessage(message, transfer),
    onMessage: (cb) => {
      port.onmessage = (e: MessageEvent<In>) => cb(e.data);
    },
    onEnd: (cb) => {
      port.onmessageerror = () => cb(UNREADABLE);
    },
    close: () => port.close(),
  };
}

const scope = (): DedicatedWorkerGlobalScope => globalThis as unknown as DedicatedWorkerGlobalScope;

/** A worker's own end of the line to the page. */
export function selfPort<In, Out>(): Port<In, Out> {
  return {
    post: (message, transfer = []) => scope().postMessage(message, transfer),
    onMessage: (cb) => {
      scope().onmessage = (e: MessageEvent<In>) => cb(e.data);
    },
    onEnd: () => {},
    close: () => scope().close(),
  };
}
