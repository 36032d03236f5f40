import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dissect } from './dissect.ts';
import { parseKeyLog } from './keylog.ts';
import { readCapture } from './read.ts';
import { toTruth } from './truth.ts';

const captures = new URL('../../public/captures/', import.meta.url);
const truths = new URL('./testdata/', import.meta.url);
const names = readdirSync(captures).filter((name) => /\.pcap(ng)?$/.test(name));

describe('every packet of every capture is what tshark reads', () => {
  test('all thirteen are here', () => {
    expect(names).toHaveLength(13);
  });

  test.each(names)('%s', (name) => {
    const base = name.replace(/\.pcap(ng)?$/, '');
    const result = readCapture(readFileSync(new URL(name, captures)));
    if (!result.ok) throw new Error(result.error.text);
    const keyLog = parseKeyLog(readFileSync(new URL(`${base}.keys`, captures)));
    const { datagrams } = dissect(result.capture, { keyLog });
    const truth: unknown = JSON.parse(readFileSync(new URL(`${base}.truth.json`, truths), 'utf8'));
    expect(datagrams.map((d) => toTruth(result.capture.datagrams, d))).toStrictEqual(truth);
  });
});
