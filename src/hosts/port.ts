/** One end of a line to a worker: the same over web workers and over Node's, so that tests run the real thing. */
export interface Port<In, Out> {
  post(message: Out, transfer?: Transferable[]): void;
  onMessage(cb: (message: In) => void): void;
  /** The worker has ended, or can't be started. */
  onEnd(cb: (reason: string) => void): void;
  close(): void;
}

/** The line to a web worker. */
export function workerPort<In, Out>(worker: Worker): Port<In, Out> {
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage: (cb) => {
      worker.onmessage = (e: MessageEvent<In>) => cb(e.data);
    },
    onEnd: (cb) => {
      worker.onerror = (e) => cb(e.message || 'the worker could not go on');
      worker.onmessageerror = () => cb('a message could not be read');
    },
    close: () => worker.terminate(),
  };
}

/** A worker's own end. */
export function selfPort<In, Out>(): Port<In, Out> {
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  return {
    post: (message, transfer = []) => scope.postMessage(message, transfer),
    onMessage: (cb) => {
      scope.onmessage = (e: MessageEvent<In>) => cb(e.data);
    },
    onEnd: () => {},
    close: () => scope.close(),
  };
}
