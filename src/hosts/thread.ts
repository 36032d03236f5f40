/** A thread's worker: steps its own thread when it is its turn, and nothing else. */
import { Machine } from '../machine/machine.ts';
import { EventCatcher } from '../machine/recording/catcher.ts';
import { recording } from '../machine/sink.ts';
import { memOf, refill } from '../memory/bounded.ts';
import type { PlainMem } from '../memory/plain.ts';
import { makeWhenLoaded } from '../scenario/make-when.ts';
import type { FromThread, ToThread, Turn } from './messages.ts';
import type { Port } from './port.ts';

interface Bench {
  tid: number;
  mem: PlainMem;
  machine: Machine;
  caught: EventCatcher;
}

async function seat(init: ToThread & { kind: 'init' }): Promise<Bench> {
  const { W, P } = await makeWhenLoaded(init.data, init.options);
  const mem = memOf(init.shared ? new Int32Array(init.shared) : new Int32Array(0), init.foreign);
  const caught: EventCatcher = new EventCatcher(recording, () => machine.happened);
  const machine: Machine = new Machine(mem, W, P, caught);
  return { tid: init.tid, mem, machine, caught };
}

function takeTurn({ tid, mem, machine, caught }: Bench, turn: Turn): FromThread {
  if (turn.pick.tid !== tid) throw new Error(`T${tid} was given a turn of T${turn.pick.tid}`);
  if (turn.block) mem.moveTo(new Int32Array(turn.block));
  refill(mem, turn.limit);
  machine.happened = turn.at;
  const taken = machine.turn(turn.pick, turn.limit, turn.horizon);
  return { kind: 'done', seq: turn.seq, taken, told: caught.take(), block: turn.block };
}

/** Serves one thread over `port` until the worker ends. */
export function serveThread(port: Port<ToThread, FromThread>): void {
  let bench: Bench | undefined;
  /** What came while the world was being made. */
  const early: ToThread[] = [];
  const hear = (message: ToThread): void => {
    if (message.kind === 'init') {
      bench = undefined;
      seat(message).then(
        (made) => {
          bench = made;
          port.post({ kind: 'ready' });
          for (const m of early.splice(0)) hear(m);
        },
        // Outside of the promise, so that the worker ends by it and is known to.
        (error: unknown) =>
          setTimeout(() => {
            throw error;
          }),
      );
      return;
    }
    if (!bench) {
      early.push(message);
      return;
    }
    if (message.kind === 'move') {
      bench.mem.moveTo(new Int32Array(message.shared));
      return;
    }
    try {
      const done = takeTurn(bench, message);
      port.post(done, message.block ? [message.block] : []);
    } catch (e) {
      port.post({ kind: 'failed', seq: message.seq, why: e instanceof Error ? e.message : String(e) });
    }
  };
  port.onMessage(hear);
}
