/** What a person chooses before a world begins. */
export interface WorldOptions {
  /** 1 to 64. */
  threads: number;
  /** Id of a revision; see `findRevision`. */
  revision: string;
  /** Fixes taken out of it; see `chooseRevision`. */
  without?: readonly string[];
  /** Mutations put into it. */
  mutations?: readonly string[];
  /** What a person changes of its steps, in words of `haproxy/ideas.ts`. */
  ideas?: readonly string[];
  /** Thread groups: 2, or 1 when absent. Each has a listener of its own, of one shard. */
  threadGroups?: 2;
  /** Each of two groups has fd tables of its own (tune.fd.tables per-thread-group), which HAProxy has from 3430556a8 on; else they share them. */
  ownFdTables?: boolean;
  /**
   * Every client resumes with early data and a token that counts as valid: its connection is accepted as soon as the ClientHello has been read. What the
   * early packets hold stays unread.
   */
  earlyData?: boolean;
  socketOwner: 'listener' | 'connection';
  /** Keep one CID a connection, so that it can be rebound again and again. */
  withholdPostHandshake: boolean;
  /** Connections that the listener takes at once (bind maxconn): 1 to 3, as many as come when absent. */
  maxconn?: number;
  /** A tcp-request rule rejects each connection when its session starts. */
  rejects?: boolean;
  /** A mux stays, for good, when it is told that its connection ends; else it lets go at once. */
  muxStays?: boolean;
  /** Most calls of one round of the scheduler (tune.runqueue-depth): 1 to 200, HAProxy's 200 when absent. */
  runqueueDepth?: number;
  /** Places in an accept ring, one of which stays empty: 2 to 1023, HAProxy's 1023 when absent. */
  ringSize?: number;
  /** Where datagrams wait in byte rings: records that one has room for, 1 to 4, each taking what the longest datagram needs; HAProxy's 256 KiB when absent. */
  inboxRecords?: number;
  /** Batch limit of one callback (tune.maxpollevents): 1 to 200, HAProxy's 200 when absent. */
  maxPollEvents?: number;
}
