/** A clock moves with every step, and with it all timers: no more of them than can be drawn, so that most pictures are alike. */
import type { StageView, TimerView } from '../../report/view.ts';

/** Steps of the time left, ms: the finest that words tell. */
const TENTHS = 10;
/** Parts of a ring: the largest on the page has fewer pixels. */
const RING = 256;

function coarse(t: TimerView): TimerView {
  return {
    ...t,
    leftMs: Math.floor(t.leftMs * TENTHS) / TENTHS,
    share: Math.round(t.share * RING) / RING,
  };
}

export function drawable(stage: StageView): StageView {
  const conns = stage.conns.map((c) => ({
    ...c,
    idle: coarse(c.idle),
    loss: coarse(c.loss),
    ackDelay: coarse(c.ackDelay),
  }));
  return { ...stage, conns };
}
