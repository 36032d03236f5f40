/** What the chooser says of each story before any is loaded; a test holds it against the files. In the chooser's order. */
export interface Listed {
  name: string;
  title: string;
  /** One line: what is there, and what to see in it. */
  look: string;
  beats: number;
  /** Id of the bundled capture that it begins with. */
  sample: string;
  /** Of the museum, where it is about one; else ''. */
  bug: string;
}

export const STORY_LIST: readonly Listed[] = [
  {
    name: 'first',
    title: 'Moved while packets wait',
    look: 'Datagrams lie with the old thread when their connection moves. See which way they go, and that none is lost.',
    beats: 6,
    sample: 'six',
    bug: '',
  },
  {
    name: 'store',
    title: 'The one store that decides',
    look: 'Many steps prepare a move; one write makes it. See what is true just before and just after.',
    beats: 5,
    sample: 'six',
    bug: '',
  },
  {
    name: 'twice',
    title: 'Moved again before it arrived',
    look: 'A goes on to a third thread while its datagrams are on their way to the second. See a datagram take two hops.',
    beats: 5,
    sample: 'six',
    bug: '',
  },
  {
    name: 'socket',
    title: 'The listener’s socket, or its own',
    look: 'With a socket of its own nothing of a connection comes late: the socket moves too. See what waits where.',
    beats: 5,
    sample: 'six',
    bug: '',
  },
  {
    name: 'race',
    title: 'Two threads, one Initial',
    look: 'A client’s first datagram comes twice and two threads take one each. See both begin to create A, and one of them lose.',
    beats: 4,
    sample: 'six',
    bug: '',
  },
  {
    name: 'no-memory',
    title: 'No memory, nothing changed',
    look: 'A rebind allocates everything before it touches anything. See it run out of memory, and what is left behind.',
    beats: 4,
    sample: 'six',
    bug: '',
  },
  {
    name: 'closing',
    title: 'A closing connection refuses',
    look: 'A is being closed when its rebind is ordered. See who says no, and why it has to.',
    beats: 3,
    sample: 'six',
    bug: '',
  },
  {
    name: 'cids',
    title: 'Several CIDs, and why a rebind by hand is refused',
    look: 'After its handshake a server announces further CIDs. See why a connection that has several cannot be moved with one store.',
    beats: 3,
    sample: 'six',
    bug: '',
  },
  {
    name: 'hot',
    title: 'A hot thread',
    look: 'All six clients end up on one thread. See it happen at accept, and take load away by hand.',
    beats: 5,
    sample: 'six',
    bug: '',
  },
  {
    name: 'ring',
    title: 'The accept ring is full',
    look: 'A connection is moved when it is accepted, and its new thread has no place left for it. See who keeps A, and what an older HAProxy did.',
    beats: 5,
    sample: 'six',
    bug: 'M08',
  },
  {
    name: 'thaw',
    title: 'The seed freezes, finalize thaws',
    look: 'The first version of the move leaves a connection that nothing will ever wake. See what is missing, and what the fix added.',
    beats: 4,
    sample: 'six',
    bug: 'M04',
  },
];
