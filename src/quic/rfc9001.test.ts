import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from './bytes.ts';
import { PacketHeader, parsePacket } from './header.ts';
import { CHACHA20_POLY1305, initialKeys, keyUpdate, packetKeys } from './keys.ts';
import { OpenedPacket, openPacket, sealPacket } from './protect.ts';
import { QUIC_V1 } from './version.ts';
import { Workspace } from './workspace.ts';

const DCID = fromHex('8394c8f03e515708');
const keys = initialKeys(QUIC_V1, DCID);
const ws = new Workspace();

describe('RFC 9001 appendix A', () => {
  test('A.1 keys', () => {
    expect(toHex(keys.client.secret)).toBe(
      'c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea',
    );
    expect(toHex(keys.client.key)).toBe('1f369613dd76d5467730efcbe3b1a22d');
    expect(toHex(keys.client.iv)).toBe('fa044b2f42a3fd3b46fb255c');
    expect(toHex(keys.client.hp)).toBe('9f50449e04a0e810283a1e9933adedd2');
    expect(toHex(keys.server.secret)).toBe(
      '3c199828fd139efd216c155ad844cc81fb82fa8d7446fa7d78be803acdda951b',
    );
    expect(toHex(keys.server.key)).toBe('cf3a5331653c364c88f0f379b6067e37');
    expect(toHex(keys.server.iv)).toBe('0ac1493ca1905853b0bba03e');
    expect(toHex(keys.server.hp)).toBe('c206b8d9b9f0f37644430b490eeaa314');
  });

  test('A.5 ChaCha20 short header', () => {
    const secret = fromHex('9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b');
    const k = packetKeys(CHACHA20_POLY1305, secret);
    expect(toHex(k.key)).toBe('c6d98ff3441c3fe1b2182094f69caa2ed4b716b65488960a7a984979fb23e1c8');
    expect(toHex(k.iv)).toBe('e0459b3474bdd0e44a41c144');
    expect(toHex(k.hp)).toBe('25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4');
    expect(toHex(keyUpdate(k).secret)).toBe(
      '1223504755036d556342ee9361d253421a826c9ecdf3c7148684b36b714881f9',
    );
    const buf = new Uint8Array(21);
    buf.set(fromHex('4200bff401'));
    expect(sealPacket(k, buf, 0, 1, 3, 5, 654360564, ws)).toBe(21);
    expect(toHex(buf)).toBe('4cfe4189655e5cd55c41f69080575d7999c25a5bfb');
    const out = new OpenedPacket(ws);
    const header = new PacketHeader();
    expect(parsePacket(buf, 0, 21, 0, header)).toBe(21);
    expect(openPacket(k, buf, 0, header.pnOff, 21, 654360563, out)).toBe(1);
    expect([out.pn, out.pnLen, out.bytes[out.payloadOff]]).toEqual([654360564, 3, 1]);
    expect(toHex(buf)).toBe('4cfe4189655e5cd55c41f69080575d7999c25a5bfb');
  });
});
