import type { Connection } from './connection.ts';
import type { Paths } from './paths.ts';

/** Whose an ID is: an end that gave it out, or a client's first choice, which the server is addressed by until it has given one. */
export type CidSide = 'client' | 'server' | 'first';

export interface CidEntry {
  readonly conn: Connection;
  readonly side: CidSide;
  /** Only on this pair of endpoints, and only until something proven contradicts; undefined: proven. */
  readonly onlyOn: number | undefined;
  /** Its end was seen giving it out; otherwise it was only met as a destination. */
  readonly announced: boolean;
}

/** An ID shorter than this says nothing on addresses that the connection was never seen on, bytes. */
const TELLING = 4;

/**
 * Connection IDs, each with the connections that it may stand for: IDs are only unique to who gave them out, so several clients may use
 * the same, and several servers too.
 */
export class CidIndex {
  private readonly entries = new Map<string, CidEntry[]>();
  /** Bit n: connection IDs of n bytes exist. */
  private lengths = 0;

  constructor(private readonly paths: Paths) {}

  /** Adds an ID; what is proven puts away what was only thought on the same endpoints. */
  add(key: string, entry: CidEntry): void {
    const list = this.entries.get(key);
    this.lengths |= 1 << key.length;
    if (!list) {
      this.entries.set(key, [entry]);
      return;
    }
    const same = list.find((one) => one.conn === entry.conn && one.side === entry.side);
    const better = entry.onlyOn === undefined || entry.announced;
    if (same && (!better || (same.onlyOn === undefined && (same.announced || !entry.announced)))) return;
    const kept = list.filter(
      (one) => one !== same && !(entry.onlyOn === undefined && this.contradicts(one, entry)),
    );
    kept.push(entry);
    this.entries.set(key, kept);
  }

  /** The connection that an ID names on row `i`; the latest among those that fit equally well. */
  best(i: number, key: string): CidEntry | undefined {
    const list = this.entries.get(key);
    if (!list) return undefined;
    let best: CidEntry | undefined;
    let bestRank = 0;
    for (const entry of list) {
      const rank = this.rank(i, key, entry);
      if (rank > 0 && rank >= bestRank) {
        best = entry;
        bestRank = rank;
      }
    }
    return best;
  }

  /** Whether IDs of this length exist. */
  has(length: number): boolean {
    return (this.lengths & (1 << length)) !== 0;
  }

  private contradicts(one: CidEntry, proven: CidEntry): boolean {
    return one.onlyOn !== undefined && one.conn !== proven.conn && proven.conn.paths.includes(one.onlyOn);
  }

  /** How well the endpoints of row `i` fit: 0 not at all; then thought of on them, another server address, the server's, both. */
  private rank(i: number, key: string, { conn, side, onlyOn }: CidEntry): number {
    const { paths } = this;
    const path = paths.of(i);
    const [src, dst] = [paths.src(i), paths.dst(i)];
    const serverEnd = side === 'client' ? src : dst;
    if (onlyOn !== undefined) return onlyOn === path && serverEnd === conn.serverEnd ? 1 : 0;
    if (conn.paths.includes(path)) {
      const clientEnd = serverEnd === src ? dst : src;
      // On a pair of endpoints that is known, the direction is too.
      return clientEnd === conn.serverEnd && src !== dst ? 0 : 4;
    }
    if (key.length < TELLING) return 0;
    return serverEnd === conn.serverEnd ? 3 : 2;
  }
}
