/** Every AEAD of ours, in JavaScript and compiled, and what OpenSSL gives in its place. */
import { createCipheriv } from 'node:crypto';
import { expect } from 'vitest';
import type { Aead } from '../aead.ts';
import { AesGcm } from '../aes-gcm.ts';
import { readU32 } from '../bytes.ts';
import { ChaChaPoly } from '../chacha-poly.ts';
import { loadEngines } from '../load-engines.ts';
import { Workspace } from '../workspace.ts';

export const TAG = 16;
const NODES = { aes128: 'aes-128-gcm', aes256: 'aes-256-gcm', chacha: 'chacha20-poly1305' } as const;
export type Name = keyof typeof NODES;

export const ours = new Workspace(2);
const wasm = new Workspace(2, await loadEngines(2));

/** Every AEAD there is, and with what it works. */
export const ALL = (['aes128', 'aes256', 'chacha'] as const).flatMap((name) =>
  [ours, wasm].map((ws) => ({ title: `${name}${ws === wasm ? ', compiled' : ''}`, name, ws })),
);

export const keyOf = (name: Name, seed = 0): Uint8Array => pattern(name === 'aes128' ? 16 : 32, 31 + seed);
export const aead = (name: Name, key: Uint8Array): Aead =>
  name === 'chacha' ? new ChaChaPoly(key) : new AesGcm(key);

/** Bytes that differ from place to place and from seed to seed. */
export function pattern(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 167 + seed * 59 + (i >> 3) * seed) & 255);
}

/** Ciphertext and tag, by OpenSSL. */
export function reference(
  name: Name,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  text: Uint8Array,
): Uint8Array {
  // Node's types tell the two apart; their calls are the same.
  const cipher = createCipheriv(NODES[name] as 'aes-128-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(aad, { plaintextLength: text.length });
  return Uint8Array.from(Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]));
}

export function seal(
  own: Aead,
  ws: Workspace,
  nonce: Uint8Array,
  aad: Uint8Array,
  text: Uint8Array,
): Uint8Array {
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
export function open(
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
