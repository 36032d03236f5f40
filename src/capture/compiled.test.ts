/** Captures that are opened by AEADs compiled to WebAssembly. */
import { expect, test } from 'vitest';
import { loadEngines } from '../quic/load-engines.ts';
import { dissect, toTruth } from './index.ts';
import { loadSample, sampleNames, sampleTruth } from './testing/samples.ts';

const engines = await loadEngines(4);

test.each(sampleNames)('%s reads the same', (name) => {
  expect(engines).toStrictEqual({ gcm: expect.anything(), chacha: expect.anything() });
  const { capture, keyLog } = loadSample(name);
  const { datagrams } = dissect(capture, { keyLog, engines });
  expect(datagrams.map((d) => toTruth(capture.datagrams, d))).toStrictEqual(sampleTruth(name));
});
