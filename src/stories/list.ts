/** What the chooser says of each story before any is loaded; a test holds it against the files. */
import { type Named, STORY_NAMES } from './names.ts';

export interface Listed extends Named {
  /** One line: what is there, and what to see in it. */
  look: string;
}

/** By name. */
const LOOKS: Readonly<Record<string, string>> = {
  first:
    'Datagrams lie with the old thread when their connection moves. See which way they go, and that none is lost.',
  store: 'Many steps prepare a move; one write makes it. See what is true just before and just after.',
  twice:
    'A goes on to a third thread while its datagrams are on their way to the second. See a datagram take two hops.',
  socket:
    'With a socket of its own nothing of a connection comes late: the socket moves too. See what waits where.',
  race: 'A client’s first datagram comes twice and two threads take one each. See both begin to create A, and one of them lose.',
  'no-memory':
    'A rebind allocates everything before it touches anything. See it run out of memory, and what is left behind.',
  closing: 'A is being closed when its rebind is ordered. See who says no, and why it has to.',
  cids: 'After its handshake a server announces further CIDs. See why a connection that has several cannot be moved with one store.',
  hot: 'All six clients end up on one thread. See it happen at accept, and take load away by hand.',
  ring: 'A connection is moved when it is accepted, and its new thread has no place left for it. See who keeps A, and what an older HAProxy did.',
  thaw: 'The first version of the move leaves a connection that nothing will ever wake. See what is missing, and what the fix added.',
};

/** In the chooser's order. */
export const STORY_LIST: readonly Listed[] = STORY_NAMES.map((s) => ({ ...s, look: LOOKS[s.name]! }));
