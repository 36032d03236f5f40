/** A worker of Live mode: one thread, or the load generator. It does not come back to its messages until told to end. */
import { SharedMem } from '../../memory/shared.ts';
import type { Engines } from '../../quic/index.ts';
import { ClientOpener } from '../../scenario/live/opener.ts';
import { liveData, liveWorld, storeOver } from '../../scenario/live/store.ts';
import { layOutWorld } from '../../scenario/world.ts';
import type { Port } from '../port.ts';
import { Board, HEAD, ROW, STATE } from './board.ts';
import { hostClock, RunClock } from './clock.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { LiveThread } from './thread.ts';
import { Traffic } from './traffic.ts';

/** Records of the block's own event ring: what happens is told on the board instead. */
const UNWATCHED = 1;

/** `loaded`: what opens and seals in the place of our own JavaScript, where there is such a thing. */
export function serveLive(
  port: Port<ToWorker, FromWorker>,
  loaded: Promise<Engines> = Promise.resolve({}),
): void {
  port.onMessage(async (message) => {
    const { run, tid, worker } = message;
    const board = new Board(run.board);
    const stateAt = tid < 0 ? HEAD.trafficState : board.row(tid) + ROW.state;
    const leftAt = tid < 0 ? HEAD.trafficLeft : board.row(tid) + ROW.left;
    try {
      const engines = await loaded;
      const opener = new ClientOpener(run.spec, storeOver(run.store), engines);
      const m = new SharedMem(run.block);
      const clock = new RunClock(board, hostClock(run.epoch));
      if (tid < 0) {
        const W = liveWorld(run.cfg, run.spec, run.store, run.options, opener);
        const traffic = new Traffic(m, W, board, run.spec, run.store, run.traffic, clock, worker, engines);
        port.post({ kind: 'ready' });
        traffic.run();
      } else {
        const data = liveData(run.spec, run.store, run.options);
        const { W, P } = layOutWorld(data, run.options, opener, UNWATCHED);
        const opened = (): number => opener.count;
        const thread = new LiveThread(m, W, P, board, tid, clock, opened, worker, undefined, run);
        port.post({ kind: 'ready' });
        thread.run();
      }
      Atomics.store(board.words, leftAt, worker);
      port.post({ kind: 'ended' });
      port.close();
    } catch (e) {
      Atomics.store(board.words, stateAt, STATE.failed);
      port.post({ kind: 'failed', why: e instanceof Error ? (e.stack ?? e.message) : String(e) });
    }
  });
}
