import { writeU32 } from '../bytes.ts';
import type { Random } from './random.ts';
import type { Field, Seed } from './seed.ts';

/** Where inputs are put together: room for a super-frame and for what mutations add. */
export const ROOM = 16_384;
/** Inputs do not begin at 0, so that a read before their beginning would be seen. */
export const MARGIN = 64;

/** Names of the mutations, for the report. */
export const MUTATIONS = [
  'first byte',
  'version',
  'CID length',
  'varint',
  'frame type',
  'length',
  'byte',
  'insert',
  'remove',
  'repeat',
  'cut',
  'trail',
  'coalesce',
  'none',
] as const;
export type Mutation = (typeof MUTATIONS)[number];

const VERSIONS = [0, 1, 0x6b3343cf, 0xff00001d, 0xff00001c, 2, 0x0a0a0a0a, 0xffffffff];
const CID_LENGTHS = [0, 1, 7, 8, 17, 18, 20, 21, 40, 127, 255];
const LENGTHS = [0, 1, 2, 4, 16, 20, 63, 64, 127, 128, 255];
const VARINTS: readonly (readonly number[])[] = [
  [0x00],
  [0x01],
  [0x3f],
  [0x40, 0x00],
  [0x40, 0x40],
  [0x44, 0xb0],
  [0x7f, 0xff],
  [0x80, 0x00, 0x00, 0x05],
  [0x80, 0x01, 0x00, 0x00],
  [0xbf, 0xff, 0xff, 0xff],
  [0xc0, 0, 0, 0, 0, 0, 0, 0],
  [0xc0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xc0, 0x20, 0, 0, 0, 0, 0, 0],
  [0xd0, 0, 0, 0, 0, 0, 0, 1],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
];

/** An input under construction: bytes at buf[MARGIN, MARGIN + length). */
export class Mutant {
  readonly buf = new Uint8Array(ROOM + 2 * MARGIN);
  length = 0;
  readonly counts: Record<Mutation, number> = Object.fromEntries(
    MUTATIONS.map((name) => [name, 0]),
  ) as Record<Mutation, number>;

  /** Makes the next input from `seed`; `others` are what may be put behind it. */
  make(seed: Seed, others: readonly Seed[], random: Random): void {
    this.buf.set(seed.bytes, MARGIN);
    this.length = seed.bytes.length;
    if (random.oneIn(40)) {
      this.counts.none++;
      return;
    }
    // Fields lie where the seed has them, so at most one is changed before bytes are moved about.
    if (seed.fields.length > 0 && !random.oneIn(4)) this.field(random.pick(seed.fields), random);
    for (let more = random.below(3); more > 0; more--) this.anywhere(others, random);
  }

  private field(field: Field, random: Random): void {
    const at = MARGIN + field.at;
    this.counts[field.kind]++;
    switch (field.kind) {
      case 'first byte':
        this.buf[at]! ^= 1 << random.below(8);
        return;
      case 'version':
        writeU32(this.buf, at, random.pick(VERSIONS));
        return;
      case 'CID length':
        this.buf[at] = random.pick(CID_LENGTHS);
        return;
      case 'frame type':
        this.buf[at] = random.oneIn(8)
          ? random.below(256)
          : random.oneIn(8)
            ? 0x30 + random.below(2)
            : random.below(0x1f);
        return;
      case 'length':
        if (random.oneIn(2)) this.buf[at]! += random.oneIn(2) ? 1 : 255;
        else this.buf[at] = random.pick(LENGTHS);
        return;
      case 'varint': {
        const bytes = random.pick(VARINTS);
        const old = 1 << (this.buf[at]! >> 6);
        this.splice(at, Math.min(old, MARGIN + this.length - at), bytes.length);
        for (let i = 0; i < bytes.length; i++) this.buf[at + i] = bytes[i]!;
        return;
      }
    }
  }

  private anywhere(others: readonly Seed[], random: Random): void {
    const { length } = this;
    // Most of what can go wrong stands in the first bytes.
    const reach = random.oneIn(2) ? Math.min(length, 64) : length;
    const at = MARGIN + random.below(reach + 1);
    const size = Math.min(1 + random.below(random.oneIn(4) ? 40 : 4), MARGIN + length - at);
    switch (random.below(8)) {
      case 0:
      case 1:
        if (size === 0) return;
        this.counts.byte++;
        this.buf[at] = random.next();
        return;
      case 2:
        this.counts.insert++;
        this.splice(at, 0, 1 + random.below(9));
        return;
      case 3:
        this.counts.remove++;
        this.splice(at, size, 0);
        return;
      case 4:
        this.counts.repeat++;
        if (length + size > ROOM) return;
        this.splice(at + size, 0, size);
        this.buf.copyWithin(at + size, at, at + size);
        return;
      case 5:
        this.counts.cut++;
        this.length = at - MARGIN;
        return;
      case 6: {
        this.counts.trail++;
        const extra = Math.min(1 + random.below(40), ROOM - length);
        const value = random.oneIn(2) ? 0 : random.below(256);
        this.buf.fill(value, MARGIN + length, MARGIN + length + extra);
        this.length += extra;
        return;
      }
      default: {
        this.counts.coalesce++;
        const other = random.pick(others).bytes;
        const from = random.oneIn(2) ? 0 : random.below(other.length + 1);
        const part = other.subarray(from, from + Math.min(other.length - from, ROOM - length));
        this.buf.set(part, MARGIN + length);
        this.length += part.length;
      }
    }
  }

  /** Makes room for `put` bytes in the place of `take`; what was there before stands in the new ones. */
  private splice(at: number, take: number, put: number): void {
    const grown = this.length + put - take;
    if (grown > ROOM) return;
    this.buf.copyWithin(at + put, at + take, MARGIN + this.length);
    this.length = grown;
  }
}
