/** Where the order of a capture's file says more than its times. */
import {
  type Connection,
  DatagramFlag,
  type DatagramTable,
  type DissectedDatagram,
} from '../capture/index.ts';

/** A clock that tells such times apart is good enough for two equal ones to be two moments, ns. */
const FINE = 100_000;

/**
 * A client sends because of what it got before. Where the times of a capture do not say that it got it before (they are missing, too
 * coarse, or go back), the order of the file is the order of cause.
 */
export class Causes {
  /** Smallest difference between two times of a connection that is none, ns. */
  private readonly finest = new Map<Connection, number>();
  /** Time of what the server sent since the client's last datagram, ns. */
  private readonly answers = new Map<Connection, number>();
  private readonly begun = new Set<Connection>();

  /** @param datagrams all of the capture, in its order */
  constructor(
    private readonly table: DatagramTable,
    datagrams: readonly DissectedDatagram[],
  ) {
    const last = new Map<Connection, number>();
    for (const { connection, row } of datagrams) {
      if (!connection) continue;
      const at = table.tNs(row);
      const gap = Math.abs(at - (last.get(connection) ?? at));
      if (gap > 0 && gap < this.tick(connection)) this.finest.set(connection, gap);
      last.set(connection, at);
    }
  }

  /** The server has sent row `row`. Rows must be given in the order of the file. */
  fromServer(conn: Connection, row: number): void {
    this.answers.set(conn, this.table.tNs(row));
  }

  /** Whether the time of a client's datagram does not tell that it comes after what is in front of it. */
  unclear(conn: Connection | undefined, row: number): boolean {
    if (!conn) return false;
    const answer = this.answers.get(conn);
    this.answers.delete(conn);
    const first = !this.begun.has(conn);
    this.begun.add(conn);
    if (first && answer === undefined) return false;
    if (this.table.flags(row) & DatagramFlag.noTime) return true;
    const at = this.table.tNs(row);
    return answer !== undefined && (at < answer || (at === answer && this.tick(conn) > FINE));
  }

  private tick(conn: Connection): number {
    return this.finest.get(conn) ?? Number.POSITIVE_INFINITY;
  }
}
