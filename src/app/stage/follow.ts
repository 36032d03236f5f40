/** What of the stage is one connection's: the rest steps back while it is followed. */
import type { StageView } from '../../report/view.ts';

/** Keys of the parts that are lit; null when the connection is not there, so that nothing has to step back. */
export function followed(view: StageView, conn: number): ReadonlySet<string> | null {
  const client = view.clients.find((c) => c.connIndex === conn);
  const c = view.conns.find((k) => k.index === conn);
  const letter = c?.name.letter ?? client?.conn.letter;
  if (!letter) return null;
  const keys = new Set([
    'headings',
    'commit',
    'trunk',
    `chip:${letter}`,
    `entry:${letter}`,
    `wire:${letter}`,
    `client:${letter}`,
  ]);
  for (const t of view.threads) {
    const own = t.inbox.filter((d) => d.conn?.letter === letter);
    if (c?.owner === t.tid || own.length > 0 || t.hand?.conn?.letter === letter) {
      keys.add(`lane:${t.tid}`);
      keys.add(`inbox:${t.tid}`);
    }
  }
  for (const s of view.sockets)
    for (const d of s.waiting) if (d.conn?.letter === letter) keys.add(`datagram:${d.id}`);
  return keys;
}
