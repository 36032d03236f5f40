/** Captures that are opened by AES-GCM compiled to WebAssembly. */
import { expect, test } from 'vitest';
import { loadGcm } from '../quic/load-gcm.ts';
import { dissect, toTruth } from './index.ts';
import { loadSample, sampleNames, sampleTruth } from './testing/samples.ts';

const gcm = await loadGcm(4);

test.each(sampleNames)('%s reads the same', (name) => {
  expect(gcm).toBeDefined();
  const { capture, keyLog } = loadSample(name);
  const { datagrams } = dissect(capture, { keyLog, engines: { gcm } });
  expect(datagrams.map((d) => toTruth(capture.datagrams, d))).toStrictEqual(sampleTruth(name));
});
