import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Aead } from './aead.ts';
import { AesGcm } from './aes-gcm.ts';
import { readU32, toHex } from './bytes.ts';
import { ChaChaPoly } from './chacha-poly.ts';
import { loadEngines } from './load-engines.ts';
import { Workspace } from './workspace.ts';

const TAG = 16;
const NODES = { aes128: 'aes-128-gcm', aes256: 'aes-256-gcm', chacha: 'chacha20-poly1305' } as const;
type Name = keyof typeof NODES;

const ours = new Workspace(2);
const wasm = new Workspace(2, await loadEngines(2));

/** Every AEAD there is, and with what it works. */
const ALL = (['aes128', 'aes256', 'chacha'] as const).flatMap((name) =>
  [ours, wasm].map((ws) => ({ title: `${name}${ws === wasm ? ', compiled' : ''}`, name, ws })),
);

const keyOf = (name: Name, seed = 0): Uint8Array => pattern(name === 'aes128' ? 16 : 32, 31 + seed);
const aead = (name: Name, key: Uint8Array): Aead =>
  name === 'chacha' ? new ChaChaPoly(key) : new AesGcm(key);

/** Bytes that differ from place to place and from seed to seed. */
function pattern(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 167 + seed * 59 + (i >> 3) * seed) & 255);
}

/** Ciphertext and tag, by OpenSSL. */
function reference(
  name: Name,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  text: Uint8Array,
): Uint8Array {
  // Node's types tell the two apart; their calls are the same.
  const cipher = createCipheriv(NODES[name] as 'aes-128-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(aad, { plaintextLength: text.length });
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

function seal(own: Aead, ws: Workspace, nonce: Uint8Array, aad: Uint8Array, text: Uint8Array): Uint8Array {
  const buf = new Uint8Array(text.length + TAG);
  buf.set(text);
  own.seal(
    ws,
    readU32(nonce, 0),
    readU32(nonce, 4),
    readU32(nonce, 8),
    aad,
    0,
    aad.length,
    buf,
    0,
    text.length,
  );
  return buf;
}

/** The plaintext; undefined when the tag does not match. Nothing may have been written then. */
function open(
  own: Aead,
  ws: Workspace,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const out = new Uint8Array(sealed.length - TAG).fill(0xa5);
  const [n0, n1, n2] = [readU32(nonce, 0), readU32(nonce, 4), readU32(nonce, 8)];
  if (own.open(ws, n0, n1, n2, aad, 0, aad.length, sealed, 0, sealed.length, out, 0)) return out;
  expect(out.every((byte) => byte === 0xa5)).toBe(true);
  return undefined;
}

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
