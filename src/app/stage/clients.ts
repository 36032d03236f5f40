/** Which clients have a row on the stage when there are more than fit. */
import type { ClientView, StageView } from '../../report/view.ts';

/** Rows beyond these can't be told apart. */
export const MOST_CLIENTS = 24;

/**
 * All clients, or of very many those that matter now: the selected connection's, those with something in flight, then the
 * first ones. Always in the capture's order.
 */
export function clientsInView(view: StageView, selected: number): readonly ClientView[] {
  const { clients, flights } = view;
  if (clients.length <= MOST_CLIENTS) return clients;
  const sending = new Set(flights.map((f) => f.connIndex));
  const chosen = new Set(clients.filter((c) => c.connIndex === selected || sending.has(c.connIndex)));
  for (const c of clients) {
    if (chosen.size >= MOST_CLIENTS) break;
    chosen.add(c);
  }
  return clients.filter((c) => chosen.has(c));
}
