import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AesGcm } from './aes-gcm.ts';
import { readU32, toHex } from './bytes.ts';
import { ChaChaPoly } from './chacha-poly.ts';
import { Workspace } from './workspace.ts';

const bytes = (n: number) => fc.uint8Array({ minLength: n, maxLength: n });

describe('own AEADs agree with noble', () => {
  const ws = new Workspace(2);
  for (const name of ['aes128', 'aes256', 'chacha'] as const) {
    test(name, () => {
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
