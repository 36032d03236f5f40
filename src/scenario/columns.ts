/** The client's datagrams as columns over one arena. */
import { UNREAD, type Unread } from '../haproxy/model/unread.ts';
import type { WorldData } from './data.ts';

const NS_PER_MS = 1_000_000;

/** One datagram to put in. */
export interface Row {
  /** ns since the first one that is replayed. */
  readonly at: number;
  readonly saddr: number;
  /** Connection of the world, -1 none. */
  readonly conn: number;
  readonly frame: number;
  /** Why it is not replayed. */
  readonly unread: Unread | undefined;
  /** Its time says nothing: see `DatagramStore.quiet`. */
  readonly quiet: boolean;
}

export class Columns {
  private bytes = new Uint8Array(1 << 16);
  private used = 0;
  private n = 0;
  private readonly offset: Float64Array;
  private readonly length: Int32Array;
  private readonly ms: Int32Array;
  private readonly ns: Int32Array;
  private readonly saddr: Int32Array;
  private readonly conn: Int32Array;
  private readonly frame: Int32Array;
  private readonly unread: Uint8Array;
  private readonly quiet: Uint8Array;
  private last = 0;

  constructor(count: number) {
    this.offset = new Float64Array(count);
    this.length = new Int32Array(count);
    this.ms = new Int32Array(count);
    this.ns = new Int32Array(count);
    this.saddr = new Int32Array(count);
    this.conn = new Int32Array(count);
    this.frame = new Int32Array(count);
    this.unread = new Uint8Array(count);
    this.quiet = new Uint8Array(count);
  }

  /** Bytes that the capture cut off stand as zeros, up to `len`. */
  add(b: Uint8Array, len: number, row: Row): number {
    while (this.used + len > this.bytes.length) {
      const wider = new Uint8Array(this.bytes.length * 2);
      wider.set(this.bytes.subarray(0, this.used));
      this.bytes = wider;
    }
    this.bytes.set(b, this.used);
    const i = this.n++;
    // Arrival never goes back: a capture's clock may.
    const at = Math.max(row.unread ? 0 : this.last, row.at);
    if (!row.unread) this.last = at;
    this.offset[i] = this.used;
    this.length[i] = len;
    this.ms[i] = Math.floor(at / NS_PER_MS);
    this.ns[i] = at % NS_PER_MS;
    this.saddr[i] = row.saddr;
    this.conn[i] = row.conn;
    this.frame[i] = row.frame;
    this.unread[i] = row.unread ? UNREAD.indexOf(row.unread) : 0;
    this.quiet[i] = row.quiet ? 1 : 0;
    this.used += len;
    return i;
  }

  /** Columns that say nothing of any datagram are left out. */
  store(): WorldData['datagrams'] {
    const { offset, length, ms, ns, saddr, conn, frame, unread, quiet } = this;
    return {
      count: this.n,
      bytes: this.bytes.slice(0, this.used),
      offset,
      length,
      ms,
      ns,
      saddr,
      conn,
      frame,
      ...(unread.some(Boolean) ? { unread } : {}),
      ...(quiet.some(Boolean) ? { quiet } : {}),
    };
  }
}
