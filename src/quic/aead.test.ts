import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AesGcm, AesHeaderKey } from './aes-gcm.ts';
import { readU32, toHex } from './bytes.ts';
import { ChaChaPoly } from './chacha-poly.ts';
import { loadEngines } from './load-engines.ts';
import { Workspace } from './workspace.ts';

const bytes = (n: number) => fc.uint8Array({ minLength: n, maxLength: n });

const compiled = await loadEngines(2);

describe('own AEADs agree with noble', () => {
  const ours = new Workspace(2);
  const wasm = new Workspace(2, compiled);
  for (const [name, ws] of [
    ['aes128', ours],
    ['aes256', ours],
    ['chacha', ours],
    ['aes128', wasm],
    ['aes256', wasm],
    ['chacha', wasm],
  ] as const) {
    test(`${name}${ws === wasm ? ', compiled' : ''}`, () => {
      fc.assert(
        fc.property(
          bytes(name === 'aes128' ? 16 : 32),
          bytes(12),
          fc.uint8Array({ maxLength: 60 }),
          fc.uint8Array({ maxLength: 5000 }),
          fc.nat(5),
          (key, nonce, aad, text, shift) => {
            const reference = name === 'chacha' ? chacha20poly1305(key, nonce, aad) : gcm(key, nonce, aad);
            const own = name === 'chacha' ? new ChaChaPoly(key) : new AesGcm(key);
            const sealed = reference.encrypt(text);
            const buf = new Uint8Array(shift + text.length + 16);
            buf.set(text, shift);
            const [n0, n1, n2] = [readU32(nonce, 0), readU32(nonce, 4), readU32(nonce, 8)];
            own.seal(ws, n0, n1, n2, aad, 0, aad.length, buf, shift, text.length);
            expect(toHex(buf, shift)).toBe(toHex(sealed));
            const out = new Uint8Array(text.length + 3);
            expect(own.open(ws, n0, n1, n2, aad, 0, aad.length, buf, shift, sealed.length, out, 3)).toBe(
              true,
            );
            expect(toHex(out, 3)).toBe(toHex(text));
            const at = shift + (aad.length % sealed.length);
            buf[at]! ^= 1 << shift;
            expect(own.open(ws, n0, n1, n2, aad, 0, aad.length, buf, shift, sealed.length, out, 3)).toBe(
              false,
            );
          },
        ),
        { numRuns: 150 },
      );
    });
  }
});

describe('AES-GCM compiled to WebAssembly', () => {
  test('is there', () => expect(compiled.gcm).toBeDefined());

  test('gives what our JavaScript gives, for every length up to 5 blocks and around those at which the counter carries', () => {
    const [ours, wasm] = [new Workspace(2), new Workspace(2, compiled)];
    const aad = new Uint8Array(11).fill(3);
    const around = (at: number): number[] => Array.from({ length: 81 }, (_, i) => at - 40 + i);
    for (const bits of [128, 256]) {
      const key = new AesGcm(new Uint8Array(bits / 8).fill(bits & 77));
      // Of the first 256 counter blocks two are no text's.
      for (const length of [...around(40), ...around(254 * 16), ...around(510 * 16)]) {
        const text = Uint8Array.from({ length: length + 16 }, (_, i) => i * 7 + length);
        const other = text.slice();
        key.seal(ours, 1, 2, length, aad, 0, aad.length, text, 0, length);
        key.seal(wasm, 1, 2, length, aad, 0, aad.length, other, 0, length);
        expect(toHex(other, 0), `${length} bytes`).toBe(toHex(text, 0));
      }
    }
  });

  test('what stands behind a text that is opened or sealed stays, whatever its length and that of the additional data', () => {
    const ws = new Workspace(2, compiled);
    const key = new AesGcm(new Uint8Array(16).fill(9));
    for (let len = 0; len < 40; len++)
      for (const aadLen of [0, 1, 15, 16, 17]) {
        const buf = new Uint8Array(len + 16 + 8).fill(0xa5);
        const aad = new Uint8Array(aadLen).fill(3);
        key.seal(ws, 1, 2, 3, aad, 0, aadLen, buf, 0, len);
        expect(toHex(buf, len + 16)).toBe('a5'.repeat(8));
        const out = new Uint8Array(len + 8).fill(0x5a);
        expect(key.open(ws, 1, 2, 3, aad, 0, aadLen, buf, 0, len + 16, out, 0)).toBe(true);
        expect(toHex(out)).toBe('a5'.repeat(len) + '5a'.repeat(8));
      }
  });

  test('keys whose tables went to others come back', () => {
    const ws = new Workspace(2, compiled);
    const keys = [1, 2, 3, 4, 5].map((n) => new AesGcm(new Uint8Array(n % 2 ? 16 : 32).fill(n)));
    const texts = keys.map((key, n) => {
      const buf = new Uint8Array(100 + 16).fill(n);
      key.seal(ws, n, n, n, buf, 0, 0, buf, 0, 100);
      return buf;
    });
    for (const n of [3, 0, 4, 4, 1, 2, 0]) {
      const out = new Uint8Array(100);
      expect(keys[n]!.open(ws, n, n, n, out, 0, 0, texts[n]!, 0, 116, out, 0), `key ${n}`).toBe(true);
      expect(out).toEqual(new Uint8Array(100).fill(n));
    }
  });

  test('the masks of header protection are those of our JavaScript, however many keys there are', () => {
    const [ours, wasm] = [new Workspace(2), new Workspace(2, compiled)];
    const keys = [1, 2, 3, 4, 5].map((n) => new AesHeaderKey(new Uint8Array(n % 2 ? 16 : 32).fill(n)));
    // Whose tables lie beside the keys of masks.
    const text = new AesGcm(new Uint8Array(16).fill(6));
    fc.assert(
      fc.property(fc.nat(4), fc.uint8Array({ minLength: 16, maxLength: 40 }), fc.nat(), (n, buf, at) => {
        const off = at % (buf.length - 15);
        keys[n]!.mask(ours, buf, off);
        keys[n]!.mask(wasm, buf, off);
        expect(toHex(wasm.mask)).toBe(toHex(ours.mask));
        const [a, b] = [buf.slice(), buf.slice()];
        text.seal(ours, n, 1, 2, a, 0, 0, a, 0, a.length - 16);
        text.seal(wasm, n, 1, 2, b, 0, 0, b, 0, b.length - 16);
        expect(toHex(b)).toBe(toHex(a));
      }),
      { numRuns: 300 },
    );
  });

  test('what it has no room for, our JavaScript does', () => {
    const ws = new Workspace(2, compiled);
    const key = new AesGcm(new Uint8Array(16).fill(9));
    const aad = new Uint8Array(65_536);
    const buf = new Uint8Array(65_536 + 16).fill(7);
    expect(compiled.gcm!.takes(aad.length, 65_536)).toBe(false);
    key.seal(ws, 1, 2, 3, aad, 0, aad.length, buf, 0, 65_536);
    const out = new Uint8Array(65_536);
    expect(key.open(new Workspace(2), 1, 2, 3, aad, 0, aad.length, buf, 0, buf.length, out, 0)).toBe(true);
  });
});

describe('ChaCha20-Poly1305 compiled to WebAssembly', () => {
  test('is there', () => expect(compiled.chacha).toBeDefined());

  test('what stands behind a text that is opened or sealed stays, whatever its length and that of the additional data', () => {
    const ws = new Workspace(2, compiled);
    const key = new ChaChaPoly(new Uint8Array(32).fill(9));
    // Around 192 and 448 bytes, where key stream is made anew.
    for (const len of [...Array(70).keys(), 191, 192, 193, 447, 448, 449])
      for (const aadLen of [0, 1, 15, 16, 17]) {
        const buf = new Uint8Array(len + 16 + 8).fill(0xa5);
        const aad = new Uint8Array(aadLen).fill(3);
        key.seal(ws, 1, 2, 3, aad, 0, aadLen, buf, 0, len);
        expect(toHex(buf, len + 16)).toBe('a5'.repeat(8));
        const out = new Uint8Array(len + 8).fill(0x5a);
        expect(key.open(ws, 1, 2, 3, aad, 0, aadLen, buf, 0, len + 16, out, 0)).toBe(true);
        expect(toHex(out)).toBe('a5'.repeat(len) + '5a'.repeat(8));
      }
  });

  test('keys that take turns do not get into each other', () => {
    const [ours, wasm] = [new Workspace(2), new Workspace(2, compiled)];
    const keys = [1, 2, 3].map((n) => new ChaChaPoly(new Uint8Array(32).fill(n)));
    for (const n of [0, 1, 0, 2, 2, 1]) {
      const [a, b] = [new Uint8Array(316).fill(n), new Uint8Array(316).fill(n)];
      keys[n]!.seal(ours, n, 1, 2, a, 0, 0, a, 0, 300);
      keys[n]!.seal(wasm, n, 1, 2, b, 0, 0, b, 0, 300);
      expect(toHex(b)).toBe(toHex(a));
    }
  });

  test('all that it has room for it does as our JavaScript, which does what it has none for', () => {
    const [ours, wasm] = [new Workspace(2), new Workspace(2, compiled)];
    const key = new ChaChaPoly(new Uint8Array(32).fill(9));
    const aad = new Uint8Array(17).fill(4);
    const most = 131_072 - 17 - 15 - 16;
    for (const len of [most, most + 1]) {
      expect(compiled.chacha!.takes(17, len)).toBe(len === most);
      const [a, b] = [new Uint8Array(len + 16).fill(7), new Uint8Array(len + 16).fill(7)];
      key.seal(ours, 1, 2, 3, aad, 0, 17, a, 0, len);
      key.seal(wasm, 1, 2, 3, aad, 0, 17, b, 0, len);
      expect(b).toEqual(a);
      const out = new Uint8Array(len);
      expect(key.open(wasm, 1, 2, 3, aad, 0, 17, b, 0, len + 16, out, 0)).toBe(true);
      expect(out).toEqual(new Uint8Array(len).fill(7));
    }
  });
});
