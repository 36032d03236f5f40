import { describe, expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import { ALL, aead, keyOf, open, pattern, reference, seal, TAG } from './testing/aeads.ts';

describe.each(ALL)('$title', ({ name, ws }) => {
  const key = keyOf(name);
  const own = aead(name, key);
  const nonce = pattern(12, 5);

  test('every length from 0 to 300, with additional data of as many lengths: what OpenSSL gives', () => {
    for (let len = 0; len <= 300; len++) {
      const text = pattern(len, len);
      // 7 has no divisor in common with 301: each length of the one meets its own of the other.
      for (const aadLen of [(len * 7) % 301, len % 17]) {
        const aad = pattern(aadLen, aadLen + 1);
        const sealed = seal(own, ws, nonce, aad, text);
        expect(toHex(sealed), `${len}, ${aadLen}`).toBe(toHex(reference(name, key, nonce, aad, text)));
        expect(open(own, ws, nonce, aad, sealed), `${len}, ${aadLen}`).toEqual(text);
      }
    }
  });

  test('nonces and keys of zeros, of ones, and with one bit: what OpenSSL gives', () => {
    const single = Array.from({ length: 96 }, (_, bit) => flipped(new Uint8Array(12), bit));
    const aad = pattern(11, 2);
    const text = pattern(45, 3);
    for (const fill of [0, 0xff, 0x80]) {
      const edge = new Uint8Array(key.length).fill(fill);
      const edged = aead(name, edge);
      for (const n of [new Uint8Array(12), new Uint8Array(12).fill(0xff), ...single]) {
        const sealed = seal(edged, ws, n, aad, text);
        expect(toHex(sealed), `key ${fill}, nonce ${toHex(n)}`).toBe(
          toHex(reference(name, edge, n, aad, text)),
        );
      }
    }
  });

  test.each([0, 1, 16, 45, 300])(
    'any one bit of %i bytes, their tag, additional data or nonce changed: refused',
    (len) => {
      const aad = pattern(19, 4);
      const text = pattern(len, 9);
      const sealed = seal(own, ws, nonce, aad, text);
      for (let bit = 0; bit < 8 * sealed.length; bit++)
        expect(open(own, ws, nonce, aad, flipped(sealed, bit)), `bit ${bit}`).toBeUndefined();
      for (let bit = 0; bit < 8 * aad.length; bit++)
        expect(open(own, ws, nonce, flipped(aad, bit), sealed), `bit ${bit} of the data`).toBeUndefined();
      for (let bit = 0; bit < 96; bit++)
        expect(open(own, ws, flipped(nonce, bit), aad, sealed), `bit ${bit} of the nonce`).toBeUndefined();
      expect(open(own, ws, nonce, aad, sealed)).toEqual(text);
    },
  );

  test('another tag, other keys, bytes moved between additional data and text: refused', () => {
    const aad = pattern(16, 4);
    const text = pattern(64, 9);
    const sealed = seal(own, ws, nonce, aad, text);
    const withTag = (tag: Uint8Array): Uint8Array => {
      const forged = sealed.slice();
      forged.set(tag, text.length);
      return forged;
    };
    const tag = sealed.subarray(text.length);
    for (const forged of [
      new Uint8Array(TAG),
      new Uint8Array(TAG).fill(0xff),
      tag.map((byte) => byte ^ 0xff),
      tag.toReversed(),
      // The halves changed by the same: differences that are compared half by half must not cancel out.
      tag.map((byte, i) => byte ^ (i % 8 === 3 ? 1 : 0)),
      seal(
        own,
        ws,
        nonce,
        aad,
        text.map((byte) => byte ^ 1),
      ).subarray(text.length),
    ])
      expect(open(own, ws, nonce, aad, withTag(forged)), toHex(forged)).toBeUndefined();
    for (let bit = 0; bit < 8 * key.length; bit++)
      expect(
        open(aead(name, flipped(key, bit)), ws, nonce, aad, sealed),
        `bit ${bit} of the key`,
      ).toBeUndefined();
    const longer = new Uint8Array([...aad, ...sealed.subarray(0, 16)]);
    expect(open(own, ws, nonce, longer, sealed.subarray(16))).toBeUndefined();
    expect(open(own, ws, nonce, aad.subarray(0, 15), sealed)).toBeUndefined();
    expect(open(own, ws, nonce, new Uint8Array([...aad, 0]), sealed)).toBeUndefined();
    expect(open(own, ws, nonce, aad, sealed)).toEqual(text);
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const other = bytes.slice();
  other[bit >> 3]! ^= 1 << (bit & 7);
  return other;
}
