import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dissect, toTruth } from '../capture/index.ts';
import { loadSample, sampleNames, sampleTruth } from '../capture/testing/samples.ts';
import {
  OpenedPacket,
  openPacket,
  packetKeys,
  QUIC_V1,
  Reason,
  SUITES,
  sealPacket,
  Workspace,
  writeShortHeader,
} from '../quic/index.ts';
import { nativeAead } from './native-aead.ts';

const always = { ...nativeAead, from: 0 };

test.each(sampleNames)('%s reads the same', (name) => {
  const { capture, keyLog } = loadSample(name);
  const { datagrams } = dissect(capture, { keyLog, engines: { native: always } });
  expect(datagrams.map((d) => toTruth(capture.datagrams, d))).toStrictEqual(sampleTruth(name));
});

test('every suite, any number and size: opens what our own code sealed, and nothing that was changed', () => {
  const [ours, theirs] = [new OpenedPacket(), new OpenedPacket(new Workspace(4, { native: always }))];
  fc.assert(
    fc.property(
      fc.constantFrom(...SUITES),
      fc.integer({ min: 0, max: 2 ** 40 }),
      fc.uint8Array({ minLength: 4, maxLength: 1500 }),
      fc.nat(),
      (suite, pn, payload, at) => {
        const keys = packetKeys(suite, new Uint8Array(suite.secretLength).fill(7), QUIC_V1);
        const buf = new Uint8Array(payload.length + 60);
        const pnOff = writeShortHeader(buf, 0, new Uint8Array(8), pn, 4, 0);
        buf.set(payload, pnOff + 4);
        const end = sealPacket(keys, buf, 0, pnOff, 4, pnOff + 4 + payload.length, pn, new Workspace());
        for (const out of [ours, theirs]) {
          expect(openPacket(keys, buf, 0, pnOff, end, pn - 1, out)).toBe(payload.length);
          expect([out.pn, out.bytes.slice(out.payloadOff, out.payloadEnd)]).toEqual([pn, payload]);
        }
        buf[pnOff + 4 + (at % (end - pnOff - 4))]! ^= 1;
        expect(openPacket(keys, buf, 0, pnOff, end, pn - 1, theirs)).toBe(Reason.authenticationFailed);
      },
    ),
    { numRuns: 200 },
  );
});
