import { describe, expect, test } from 'vitest';
import { dissect, toTruth } from './index.ts';
import { loadSample, sampleNames, sampleTruth } from './testing/samples.ts';

describe('every packet of every capture is what tshark reads', () => {
  test('all thirteen are here', () => {
    expect(sampleNames).toHaveLength(13);
  });

  test.each(sampleNames)('%s', (name) => {
    const { capture, keyLog } = loadSample(name);
    const { datagrams } = dissect(capture, { keyLog });
    expect(datagrams.map((d) => toTruth(capture.datagrams, d))).toStrictEqual(sampleTruth(name));
  });
});
