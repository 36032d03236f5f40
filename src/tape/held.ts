/** What of a capture is in a tape: said before a tape of somebody's own capture is made or saved. */
import { counted } from '../door/index.ts';
import type { Tape } from './schema.ts';

/** Named at most. */
const SOME = 6;

/** "2 addresses (127.0.0.1:40853, …), 3 CIDs (7ca48148…, …)": those of the first frame, as the tape has them. */
export function heldOf({ first }: Pick<Tape, 'first'>): string {
  const clients = [...new Set(Object.values(first.conns).map((c) => c.client))];
  const cids = Object.keys(first.cids);
  const some = (all: readonly string[]): string => all.slice(0, SOME).join(', ');
  return `${counted(clients.length, 'address', 'addresses')} (${some(clients)}), ${counted(cids.length, 'CID')} (${some(cids)})`;
}
