/** What a person chooses before a world begins. */
export interface WorldOptions {
  /** 1 to 64. */
  threads: number;
  /** Id of a revision; see `findRevision`. */
  revision: string;
  socketOwner: 'listener' | 'connection';
  /** Keep one CID a connection, so that it can be rebound again and again. */
  withholdPostHandshake: boolean;
}
