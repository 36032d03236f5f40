/**
 * Which redispatches stand in the handoff gutter. A stage shows one moment, and at speed a redispatch fits between two
 * frames; it is kept here so that none goes by unseen.
 */
import type { ConnName, Happening, StageView } from '../../report/view.ts';

export interface Trunk {
  dgram: number;
  conn: ConnName | null;
  from: number;
  to: number;
  /** False while the datagram is still in the hands of the old thread. */
  arrived: boolean;
  /** Wall-clock milliseconds after which a playing stage lets go of it. */
  until: number;
}

/** How long a redispatch stays on a playing stage, in ms. A paused stage keeps it until the next step. */
export const LINGER_MS = 700;

/**
 * The trunks of the next picture.
 * @param now wall clock in ms, only compared with `until`.
 */
export function nextTrunks(
  before: readonly Trunk[],
  stage: StageView,
  news: readonly Happening[],
  playing: boolean,
  now: number,
): Trunk[] {
  const out: Trunk[] = [];
  const put = (t: Trunk) => {
    const at = out.findIndex((o) => o.dgram === t.dgram && o.from === t.from);
    if (at >= 0) out[at] = t;
    else out.push(t);
  };
  if (playing) for (const t of before) if (t.until > now && t.arrived) out.push(t);
  for (const h of news) {
    if (h.kind !== 'redispatch' || h.other < 0) continue;
    put({ dgram: h.dgram, conn: h.conn, from: h.tid, to: h.other, arrived: true, until: now + LINGER_MS });
  }
  for (const thread of stage.threads) {
    const r = thread.redispatching;
    if (!r) continue;
    const there = stage.threads[r.to]?.inbox.some((d) => d.id === r.dgram.id) ?? false;
    const row = { dgram: r.dgram.id, conn: r.dgram.conn, from: thread.tid, to: r.to };
    put({ ...row, arrived: there, until: now + LINGER_MS });
  }
  // One lane pair cannot show a dozen trunks side by side: the newest of each pair stands, the count is in the gutter.
  const newest = new Map<string, Trunk>();
  for (const t of out) newest.set(`${t.from}>${t.to}`, t);
  return [...newest.values()];
}
