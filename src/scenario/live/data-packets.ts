/**
 * The 1-RTT packets of established clients: each really sealed, each with a number larger than its client's last. Sealing
 * one costs as much as opening one, and there is one load generator for all threads. But clients share their key, and their
 * packets of one number differ in nothing but the CID. In AES-GCM a CID changes of the sealed packet only the tag, and that
 * by the same sixteen bytes whatever the number: AES-CTR does not look at the header, and GHASH is linear in it. So a packet is
 * sealed once for a number, for no client in particular, and each client's is that one with its CID and its tag put in.
 */
import {
  type PacketKeys,
  sealPacket,
  type Workspace,
  writePadding,
  writePing,
  writeShortHeader,
} from '../../quic/index.ts';

const TAG = 16;
const CID = 8;
/** Bytes of the packet number: clients leave out numbers, more than two bytes can tell. */
const PN_BYTES = 4;

/** Numbers of one key. Then it is another key's turn, and whoever has this one leaves. */
export const NUMBERS_OF_A_KEY = 2 ** 30;

/** Writes a PING in a short header packet of `size` bytes and seals it. */
export function sealPing(
  keys: PacketKeys,
  buf: Uint8Array,
  cid: Uint8Array,
  pn: number,
  size: number,
  ws: Workspace,
): void {
  const pnOff = writeShortHeader(buf, 0, cid, pn, PN_BYTES, 0);
  const end = size - TAG;
  const body = writePing(buf, pnOff + PN_BYTES);
  writePadding(buf, body, end - body);
  sealPacket(keys, buf, 0, pnOff, PN_BYTES, end, pn, ws);
}

export class DataPackets {
  /** Packets sealed in full. */
  sealed = 0;
  /** The newest packet, for a CID of zeros. */
  private readonly front: Uint8Array;
  private readonly scratch: Uint8Array;
  /** What a client's CID changes in the tag, and which of those that had the place it is of, + 1. */
  private readonly changes: Uint8Array;
  private readonly changesOf: Int32Array;
  /** Number that each client has used last. */
  private readonly used: Int32Array;
  private readonly usedBy: Int32Array;
  /** Of the newest packet; the largest that anybody has used. */
  private number = -1;
  private top: number;
  private keys: PacketKeys | null = null;
  private readonly nobody = new Uint8Array(CID);

  /** Packets of `size` bytes (at least 48) for `places` clients. `from`: the largest number that any has used, -1 none. */
  constructor(
    private readonly size: number,
    places: number,
    private readonly ws: Workspace,
    private from = -1,
    /** Number of the key that clients begin with now. */
    public key = 0,
  ) {
    this.top = from;
    this.front = new Uint8Array(size);
    this.scratch = new Uint8Array(size);
    this.changes = new Uint8Array(places * TAG);
    this.changesOf = new Int32Array(places);
    this.used = new Int32Array(places);
    this.usedBy = new Int32Array(places);
  }

  /** The largest number used so far. */
  get largest(): number {
    return this.top;
  }

  /** From now on clients begin with the next key, whose numbers begin anew. Those that have the old one only close. */
  rekey(): void {
    this.key++;
    this.keys = null;
    this.number = this.from = this.top = -1;
  }

  /** A number for a packet of another kind of a client that has key `key`; the next one written is larger. */
  numberFor(place: number, generation: number, key: number): number {
    const n = this.lastOf(place, generation) + 1;
    this.note(place, generation, n);
    if (key === this.key) this.top = Math.max(this.top, n);
    return n;
  }

  /** Writes the next packet of a client that has the present key, `keys`, at `to[at]`. Returns its length. */
  write(
    keys: PacketKeys,
    to: Uint8Array,
    at: number,
    cid: Uint8Array,
    place: number,
    generation: number,
  ): number {
    const { size, front, changes } = this;
    const last = this.lastOf(place, generation);
    if (this.keys !== keys || this.number <= last) this.advance(keys, this.top + 1);
    this.note(place, generation, this.number);
    if (this.changesOf[place] !== generation + 1) return this.first(keys, to, at, cid, place, generation);
    to.set(front, at);
    to.set(cid, at + 1);
    const tag = at + size - TAG;
    for (let i = 0; i < TAG; i++) to[tag + i]! ^= changes[place * TAG + i]!;
    return size;
  }

  /** A client's first one is sealed in full: that shows what its CID changes. */
  private first(
    keys: PacketKeys,
    to: Uint8Array,
    at: number,
    cid: Uint8Array,
    place: number,
    generation: number,
  ): number {
    const { size, front, scratch, changes } = this;
    sealPing(keys, scratch, cid, this.number, size, this.ws);
    this.sealed++;
    for (let i = 0; i < TAG; i++)
      changes[place * TAG + i] = front[size - TAG + i]! ^ scratch[size - TAG + i]!;
    this.changesOf[place] = generation + 1;
    to.set(scratch, at);
    return size;
  }

  private advance(keys: PacketKeys, number: number): void {
    this.keys = keys;
    this.number = this.top = number;
    sealPing(keys, this.front, this.nobody, number, this.size, this.ws);
    this.sealed++;
  }

  /** Number that a client has used last, -1 none. Of one that was there before this began nothing is known but the largest. */
  private lastOf(place: number, generation: number): number {
    return this.usedBy[place] === generation + 1 ? this.used[place]! : this.from;
  }

  private note(place: number, generation: number, number: number): void {
    this.used[place] = number;
    this.usedBy[place] = generation + 1;
  }
}
