/** A thread's worker: steps its own thread when it is its turn, and nothing else. */
import { Machine } from '../machine/machine.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import type { FromThread, ToThread, Turn } from './messages.ts';
import type { Port } from './port.ts';

export function serveThread(port: Port<ToThread, FromThread>): void {
  let tid = -1;
  let mem: PlainMem | undefined;
  let machine: Machine | undefined;

  const takeTurn = (turn: Turn): void => {
    if (!machine || !mem) throw new Error('a turn before the world');
    if (turn.pick.tid !== tid) throw new Error(`T${tid} was given a turn of T${turn.pick.tid}`);
    if (turn.block) mem.moveTo(new Int32Array(turn.block));
    const back = turn.block ? [turn.block] : [];
    try {
      const taken = machine.turn(turn.pick, turn.limit, turn.horizon);
      port.post({ kind: 'done', seq: turn.seq, taken, block: turn.block }, back);
    } catch (e) {
      const why = e instanceof Error ? e.message : String(e);
      port.post({ kind: 'failed', seq: turn.seq, why, block: turn.block }, back);
    }
  };

  port.onMessage((message) => {
    if (message.kind === 'turn') {
      takeTurn(message);
      return;
    }
    tid = message.tid;
    const { W, P } = makeWorld(message.data, message.options);
    mem = new PlainMem(message.shared ? new Int32Array(message.shared) : new Int32Array(0));
    machine = new Machine(mem, W, P, recording);
    port.post({ kind: 'ready' });
  });
}
