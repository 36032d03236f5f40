/**
 * No worker makes workers: who leads others (coordinator, supervisor) asks the page for them by message and gets a line to
 * each. The page makes them, ends them, and tells who leads when one has failed, which a line of its own does not show.
 */
import type { FromMaker, ToMaker } from './lead.ts';
import { makeWorker } from './make-worker.ts';
import { whenItEnds } from './port.ts';

export interface Made {
  worker: Worker;
  /** Why it has ended; empty while it lives. */
  ended: string;
  onEnd: (why: string) => void;
}

/** The page's end, of one leader. */
export class Maker {
  private readonly line: MessagePort;
  private readonly inUse = new Map<number, Made>();

  constructor(
    leader: Worker,
    private readonly script: string,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.line = port1;
    leader.postMessage(port2, [port2]);
    port1.onmessage = (e: MessageEvent<ToMaker>) => this.hear(e.data);
  }

  private hear(m: ToMaker): void {
    if (m.kind === 'end') {
      this.inUse.get(m.id)?.worker.terminate();
      this.inUse.delete(m.id);
      return;
    }
    const tell = (why: string): void => {
      const ended: FromMaker = { kind: 'ended', id: m.id, why };
      this.line.postMessage(ended);
    };
    try {
      const made = this.make(m.name);
      this.inUse.set(m.id, made);
      made.onEnd = tell;
      if (made.ended) tell(made.ended);
      else made.worker.postMessage(m.line, [m.line]);
    } catch (e) {
      tell(e instanceof Error ? e.message : String(e));
    }
  }

  protected make(name: string): Made {
    const made: Made = { worker: makeWorker(this.script, name), ended: '', onEnd: () => {} };
    whenItEnds(made.worker, (why) => {
      made.ended = why;
      made.onEnd(why);
    });
    return made;
  }

  /** Ends all that were made. */
  close(): void {
    this.line.close();
    for (const { worker } of this.inUse.values()) worker.terminate();
    this.inUse.clear();
  }
}
