/** A safe point as the beginning of a world that is stepped. */
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import { frozenData } from '../../scenario/live/store.ts';
import { EVENTS } from './board.ts';
import type { Frozen, PastEvent } from './contract.ts';
import type { Run } from './run.ts';

/** Everyone stands still. */
export function freeze(run: Run, why: Frozen['why']): Frozen {
  const { options } = run.begin;
  return {
    why,
    begin: {
      data: frozenData(run.spec, run.parts.store, options),
      options,
      moment: null,
      image: { words: imageOf(run), ms: run.ms },
    },
    past: past(run),
  };
}

/**
 * The block. How often datagrams were redispatched begins anew: rules of Step mode know of no rebind before. A thread has the
 * time of when it last polled; whoever steps goes by these clocks, so all are brought to the latest of them. Otherwise one that polled
 * long ago and waits for room in its receive buffer would have to poll all the way there before the others make room.
 */
function imageOf(run: Run): Int32Array {
  const { m, W } = run.machine;
  // Shared: neither the page nor whoever steps on from here needs a copy of its own.
  const words = new Int32Array(new SharedArrayBuffer(m.w.byteLength));
  words.set(m.w);
  for (let d = 0; d < W.consts.datagrams.count; d++) {
    words[W.ledger(d)]! &= 0xffff;
    words[W.moreHops(d)] = 0;
  }
  let [ms, ns] = [0, 0];
  for (let t = 0; t < W.cfg.threads; t++) {
    const [tMs, tNs] = [words[W.th(t) + ThreadCtx.clockMs]!, words[W.th(t) + ThreadCtx.clockNs]!];
    if (tMs > ms || (tMs === ms && tNs > ns)) [ms, ns] = [tMs, tNs];
  }
  for (let t = 0; t < W.cfg.threads; t++) {
    words[W.th(t) + ThreadCtx.clockMs] = ms;
    words[W.th(t) + ThreadCtx.clockNs] = ns;
  }
  return words;
}

/** From each thread's own ring, put together by their times: observed, the order between threads approximate. */
function past(run: Run): PastEvent[] {
  const out: PastEvent[] = [];
  const { reading } = run;
  for (let tid = 0; tid < reading.threads; tid++) {
    reading.recentEvents(tid, reading.events(tid) - EVENTS, (ms, us, kind, conn, a, b) => {
      // A ring that has not come round yet has empty places.
      if (kind !== 0) out.push({ tid, ms, us, kind, conn, a, b });
    });
  }
  return out.sort((a, b) => a.ms - b.ms || a.us - b.us || a.tid - b.tid);
}
