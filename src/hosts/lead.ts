/** How the workers that lead others, and those others, come to their lines. None of them makes a worker: see `maker.ts`. */
import { channelPort, type Port, selfPort } from './port.ts';

/** From who leads to the page. */
export type ToMaker =
  /** `line` is the new worker's end of a channel; it gets it as its first message. */
  { kind: 'make'; id: number; name: string; line: MessagePort } | { kind: 'end'; id: number };

/** From the page to who leads. */
export interface FromMaker {
  kind: 'ended';
  id: number;
  why: string;
}

/** Asks the page for a worker, and gives the line to it at once: what is said before it listens waits in the line. */
export type Spawn<In, Out> = (name: string) => Port<In, Out>;

/** In a leader's worker: begins once the page can be asked for workers. */
export function lead<In, Out, FromMade, ToMade>(
  begin: (page: Port<In, Out>, spawn: Spawn<FromMade, ToMade>) => void,
): void {
  selfPort<MessagePort, never>().onMessage((maker) => begin(selfPort(), spawnBy(maker)));
}

function spawnBy<In, Out>(maker: MessagePort): Spawn<In, Out> {
  const ends = new Map<number, (why: string) => void>();
  let made = 0;
  const ask = (m: ToMaker, transfer: Transferable[] = []): void => maker.postMessage(m, transfer);
  maker.onmessage = (e: MessageEvent<FromMaker>) => ends.get(e.data.id)?.(e.data.why);
  return (name) => {
    const { port1, port2 } = new MessageChannel();
    const id = made++;
    ask({ kind: 'make', id, name, line: port2 }, [port2]);
    const line = channelPort<In, Out>(port1);
    return {
      ...line,
      onEnd: (cb) => {
        ends.set(id, cb);
        line.onEnd(cb);
      },
      close: () => {
        ends.delete(id);
        line.close();
        ask({ kind: 'end', id });
      },
    };
  };
}

/** In a worker that was made so: serves whoever asked for it. Closing the line ends the worker. */
export function serveLeader<In, Out>(serve: (leader: Port<In, Out>) => void): void {
  const page = selfPort<MessagePort, never>();
  page.onMessage((line) => serve({ ...channelPort<In, Out>(line), close: () => page.close() }));
}
