/** Bytes of a link: unsigned numbers of any length, strings, sections. Reading past the end says so and never throws anything else. */

import { visible } from '../door/index.ts';

/** Thrown inside while a section is read, caught by the decoder. */
export class LinkProblem extends Error {}

/** Runs a reading; what was wrong with it, or an empty string. */
export function problemOf(read: () => void): string {
  try {
    read();
    return '';
  } catch (e) {
    if (e instanceof LinkProblem) return e.message;
    throw e;
  }
}

/** Numbers up to 2^53 - 1 as seven bits a byte, least significant first. */
export class Writer {
  private readonly out: number[] = [];

  byte(v: number): this {
    this.out.push(v & 0xff);
    return this;
  }

  /** `v`: a whole number, 0 or more. */
  num(v: number): this {
    let rest = v;
    while (rest >= 0x80) {
      this.out.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.out.push(rest);
    return this;
  }

  bytes(b: Uint8Array): this {
    for (const v of b) this.out.push(v);
    return this;
  }

  text(s: string): this {
    const b = new TextEncoder().encode(s);
    return this.num(b.length).bytes(b);
  }

  done(): Uint8Array {
    return Uint8Array.from(this.out);
  }
}

export class Reader {
  private at = 0;

  constructor(private readonly b: Uint8Array) {}

  get left(): number {
    return this.b.length - this.at;
  }

  byte(): number {
    const v = this.b[this.at++];
    if (v === undefined) throw new LinkProblem('it ends too early');
    return v;
  }

  num(): number {
    let v = 0;
    for (let unit = 1; ; unit *= 0x80) {
      const b = this.byte();
      v += (b & 0x7f) * unit;
      if (v > Number.MAX_SAFE_INTEGER) throw new LinkProblem('it holds a number that is too large');
      if (b < 0x80) return v;
    }
  }

  bytes(n: number): Uint8Array {
    if (n > this.left) throw new LinkProblem('it ends too early');
    this.at += n;
    return this.b.subarray(this.at - n, this.at);
  }

  /** At most `most` bytes of UTF-8, as they may be shown. */
  text(most = 200): string {
    const n = this.num();
    if (n > most) throw new LinkProblem('it holds a text that is too long');
    return visible(new TextDecoder().decode(this.bytes(n)));
  }
}

/** Two check bytes (Fletcher-16). */
export function check(b: Uint8Array): number {
  let low = 0;
  let high = 0;
  for (const v of b) {
    low = (low + v) % 255;
    high = (high + low) % 255;
  }
  return (high << 8) | low;
}
