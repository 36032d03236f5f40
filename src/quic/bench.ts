import { ecb, gcm } from '@noble/ciphers/aes.js';
import { chacha20, chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { CHACHA20_POLY1305, initialKeys, type PacketKeys, packetKeys, type Suite } from './keys.ts';
import { OpenedPacket, openPacket, sealPacket } from './protect.ts';
import { QUIC_V1 } from './version.ts';
import { type Engines, Workspace } from './workspace.ts';
import { writeShortHeader } from './write-header.ts';

const DCID = new Uint8Array([0x42, 0x98, 0xac, 0x76, 0x98, 0x9a, 0x64, 0x82]);
const PN_OFF = 1 + DCID.length;
/** 100 packets to go round, so that no single packet's bytes are all that a branch predictor ever sees. */
const PACKETS = 100;

interface Material {
  readonly keys: PacketKeys;
  readonly packets: readonly Uint8Array[];
}

function material(suite: Suite, size: number): Material {
  const keys = packetKeys(suite, new Uint8Array(suite.secretLength).fill(7), QUIC_V1);
  const { workspace } = new OpenedPacket();
  const packets: Uint8Array[] = [];
  for (let pn = 0; pn < PACKETS; pn++) {
    const buf = new Uint8Array(size);
    for (let i = 0; i < size; i++) buf[i] = i * 7 + pn;
    writeShortHeader(buf, 0, DCID, pn, 2, 0);
    sealPacket(keys, buf, 0, PN_OFF, 2, size - 16, pn, workspace);
    packets.push(buf);
  }
  return { keys, packets };
}

/** The same packet opened with the library, as one would who keeps keys but no tables: mask, header, AEAD. */
function openWithNoble(suite: Suite, keys: PacketKeys, buf: Uint8Array, pn: number): Uint8Array {
  const sample = buf.subarray(PN_OFF + 4, PN_OFF + 20);
  const mask =
    suite === CHACHA20_POLY1305
      ? chacha20(
          keys.hp,
          sample.subarray(4),
          new Uint8Array(5),
          undefined,
          new DataView(sample.buffer, sample.byteOffset).getUint32(0, true),
        )
      : ecb(keys.hp, { disablePadding: true }).encrypt(sample);
  const header = buf.slice(0, PN_OFF + 2);
  header[0]! ^= mask[0]! & 0x1f;
  header[PN_OFF]! ^= mask[1]!;
  header[PN_OFF + 1]! ^= mask[2]!;
  const nonce = keys.iv.slice();
  nonce[10]! ^= pn >> 8;
  nonce[11]! ^= pn;
  const aead =
    suite === CHACHA20_POLY1305 ? chacha20poly1305(keys.key, nonce, header) : gcm(keys.key, nonce, header);
  return aead.decrypt(buf.subarray(PN_OFF + 2));
}

/**
 * The work of opening a `size`-byte short header packet, once a call: with the keys kept, by `engines` where there are some, and with
 * the library as one would use it in the same place. Both throw when the packet does not open.
 */
export function openingWork(suite: Suite, size: number, engines?: Engines): { own(): void; noble(): void } {
  const { keys, packets } = material(suite, size);
  const payload = size - PN_OFF - 2 - 16;
  const out = new OpenedPacket(new Workspace(64, engines));
  let i = 0;
  let n = 0;
  return {
    own() {
      i = (i + 1) % PACKETS;
      const length = openPacket(keys, packets[i]!, 0, PN_OFF, size, i - 1, out);
      if (length !== payload) throw new Error(`opening gave ${length}`);
    },
    noble() {
      n = (n + 1) % PACKETS;
      const plain = openWithNoble(suite, keys, packets[n]!, n);
      if (plain.length !== payload) throw new Error(`the library gave ${plain.length} bytes`);
    },
  };
}

/** Derives the Initial keys of both sides, which every new connection costs. */
export function initialKeysWork(): void {
  initialKeys(QUIC_V1, DCID);
}
