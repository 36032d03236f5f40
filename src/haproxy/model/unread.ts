/**
 * Client datagrams of a capture that are not replayed: they keep their place and number in the store and never leave. They are no drops
 * of HAProxy's.
 */

/** Why; the number in `DatagramStore.unread` is the place in this list, 0 for a datagram that is replayed. */
export const UNREAD = [
  '',
  'keys-missing',
  'before-capture',
  'version',
  'other-server',
  'not-opened',
] as const;
export type Unread = Exclude<(typeof UNREAD)[number], ''>;

/** The same in words, as they stand behind a count. */
export const UNREAD_TEXT: Readonly<Record<Unread, string>> = {
  'keys-missing': 'to an ID that was never seen given out (keys missing)',
  'before-capture': 'of a connection older than the capture',
  version: 'of a version that HAProxy does not speak: it answers Version Negotiation',
  'other-server': 'to another server',
  'not-opened': 'that open with no connection’s keys',
};

/** How many of a capture's datagrams are not replayed (`DatagramStore.unread`), and why; empty where all are. */
export function unreadCounts(unread: Uint8Array | undefined): string {
  const counts = UNREAD.map((reason, i) => ({ reason, n: unread?.filter((u) => u === i).length ?? 0 }));
  return counts
    .flatMap(({ reason, n }) => (reason && n > 0 ? [`${n} ${UNREAD_TEXT[reason]}`] : []))
    .join(', ');
}

/** The same of one datagram, in a list. */
export const UNREAD_ONE: Readonly<Record<Unread, string>> = {
  'keys-missing': 'Its ID was never seen given out: keys missing.',
  'before-capture': 'Its connection is older than the capture.',
  version: 'HAProxy does not speak this version: it answers Version Negotiation.',
  'other-server': 'It goes to another server.',
  'not-opened': 'It opens with no connection’s keys.',
};
