/**
 * The constant side of a world: what never changes once it has begun. Bytes of datagrams, addresses, what the captured
 * server answered and when, and how packets are opened. The block refers to these by number.
 */

/**
 * The client's datagrams in order of arrival. All arrays have one entry a datagram; a store with room for duplicates has
 * count + 1 more, and entry count + 1 + d is the duplicate of d.
 */
export interface DatagramStore {
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Datagram i is bytes[offset[i] .. offset[i] + length[i]). */
  readonly offset: Int32Array | Uint32Array | Float64Array;
  readonly length: Int32Array;
  /** Arrival, virtual ms and ns within the ms. */
  readonly ms: Int32Array;
  readonly ns: Int32Array;
  /** Number of the source address in `addresses`. */
  readonly saddr: Int32Array;
  /** Capture connection, by first appearance; -1 when it belongs to none. */
  readonly conn: Int32Array;
  /** Frame number in the capture, from 1. */
  readonly frame: Int32Array;
  /** Why a datagram is not replayed, by number in `UNREAD`; 0: it is. Absent: all are. */
  readonly unread?: Uint8Array;
  /**
   * 1: its time says nothing, so that it comes after everything in front of it in the file had its effect: when no thread has work
   * left but timers, and a millisecond later. Absent: no datagram is such.
   */
  readonly quiet?: Uint8Array;
  /** Where places come round again: which datagram of its connection's script stands there. Absent: its own number. */
  readonly order?: Int32Array;
}

/** The datagram of the capture that entry `d` is, or is a duplicate of. */
export function originalOf(store: DatagramStore, d: number): number {
  return d > store.count ? d - store.count - 1 : d;
}

/** The same store with an entry for a duplicate of every datagram; their bytes are the originals'. */
export function withCopies(s: DatagramStore): DatagramStore {
  if (s.length.length !== s.count) return s;
  const twice = <T extends Int32Array | Uint32Array | Float64Array>(a: T, make: (n: number) => T): T => {
    const out = make(2 * s.count + 1);
    out.set(a.subarray(0, s.count));
    out.set(a.subarray(0, s.count), s.count + 1);
    return out;
  };
  const ints = (a: Int32Array): Int32Array => twice(a, (n) => new Int32Array(n));
  const offset = twice(Float64Array.from(s.offset), (n) => new Float64Array(n));
  const [length, ms, ns] = [ints(s.length), ints(s.ms), ints(s.ns)];
  const [saddr, conn, frame] = [ints(s.saddr), ints(s.conn), ints(s.frame)];
  const { unread, quiet } = s;
  return {
    count: s.count,
    bytes: s.bytes,
    offset,
    length,
    ms,
    ns,
    saddr,
    conn,
    frame,
    ...(unread ? { unread } : {}),
    ...(quiet ? { quiet } : {}),
  };
}

/** Length of the server's CIDs as datagram `dg` is read, bytes. */
export function cidLengthOf({ cidLength, cidLengths, datagrams }: Constants, dg: number): number {
  return cidLengths?.[datagrams.conn[dg]!] ?? cidLength;
}

export interface Address {
  text: string;
  /** IP bytes then port in network order: what the first CID is derived from. */
  bytes: Uint8Array;
}

/** One packet of a captured server datagram. */
export interface SentPacket {
  space: 0 | 1 | 2;
  pn: number;
  ackEliciting: boolean;
  /** Carries an ACK frame. */
  ack: boolean;
  length: number;
}

/** A scripted send: leaves when the client's datagram `cause` (index in the store, -1 = none) has been processed. */
export interface ScriptedSend {
  cause: number;
  bytes: number;
  packets: SentPacket[];
  /** Carries frames that only a started mux sends (STREAM, flow control) or post-handshake frames. */
  needsMux: boolean;
  closes: boolean;
  /** Virtual arrival at the client in the capture, ms, for the picture's numbers only. */
  frame: number;
}

export interface ConnScript {
  index: number;
  /** The client's first DCID, and the address it came from. */
  odcid: Uint8Array;
  saddr: number;
  /** The client's own CID. */
  clientCid: Uint8Array;
  version: number;
  /** Server CIDs in order of sequence number: the first is K. More than one only with keys or from NEW_CONNECTION_ID. */
  scids: Uint8Array[];
  sends: readonly ScriptedSend[];
  /** Length in bytes of the client's first TLS message, and of its Handshake-level stream up to the end of Finished; 0 unknown. */
  clientHelloEnd: number;
  finishedEnd: number;
  /** Peer's transport parameters that the model uses; ms and counts. */
  maxIdleTimeout: number;
  maxAckDelay: number;
  ackDelayExponent: number;
  activeConnectionIdLimit: number;
  /** Whether 1-RTT packets of this connection can be opened. */
  hasKeys: boolean;
  /** A server that is not HAProxy, or an Initial with a token: said on screen. */
  notes: string[];
}

/** One frame of an opened packet, as far as the model acts on it. */
export interface OpenedFrame {
  /** PADDING … by the names of RFC 9000 as in a key log reader's listing. */
  name: string;
  ackEliciting: boolean;
  /** CRYPTO: from and to. RETIRE_CONNECTION_ID: sequence number in `from`. CONNECTION_CLOSE: error code in `from`. */
  from: number;
  to: number;
  /** ACK: pairs smallest, largest, from the newest range down; ack delay in us in `from`. */
  ranges: number[];
}

export interface OpenedPacket {
  pn: number;
  ackEliciting: boolean;
  frames: OpenedFrame[];
}

/**
 * Opens packets inside a step: synchronous, the same in gives the same out. Results are kept outside the block by
 * (datagram, packet, key generation); packet number expansion and the choice of key generation stay in the block.
 */
export interface PacketOpener {
  /** Removes header protection. Full packet number, or -1 when it can't be done (no keys). `largest` -1 = none yet. */
  packetNumber(dgram: number, ordinal: number, level: number, largest: number): number;
  /** Key phase bit of a 1-RTT packet whose header protection could be removed. */
  keyPhase(dgram: number, ordinal: number): number;
  /** null: the tag does not fit (or no keys). */
  open(dgram: number, ordinal: number, level: number, pn: number, keyGen: number): OpenedPacket | null;
  hasKeys(dgram: number, level: number): boolean;
}

/** Who the clients are, by number: listed, or worked out when asked for, since there may be a million of them. */
export interface Clients {
  /** How many connections and addresses there are. */
  readonly conns: number;
  readonly addresses: number;
  /** undefined where there is none of that number. */
  conn(i: number): ConnScript | undefined;
  address(i: number): Address | undefined;
}

export interface Constants {
  datagrams: DatagramStore;
  clients: Clients;
  opener: PacketOpener;
  /** Where the first CID of (ODCID, address) is not in the capture: derived with XXH64 over these 20 bytes too. */
  bootSeed: Uint8Array;
  /** Length of the server's CIDs: 8 as HAProxy's, or the override for another server's capture. */
  cidLength: number;
  /**
   * The same by connection of the capture, where the captured server gave out IDs of several lengths: a short header is read with that of
   * the connection it was sent to. Absent: all have `cidLength`.
   */
  cidLengths?: readonly number[];
  /** The captured server is not HAProxy and let its client clear the fixed bit (RFC 9287): taken all the same, said on screen. */
  anyFixedBit: boolean;
  /** The captured server asked for a Retry: replayed with `quic-force-retry` and a cluster secret, tokens taken as valid. */
  forceRetry: boolean;
  /** The listener's address. */
  serverAddress: string;
}
