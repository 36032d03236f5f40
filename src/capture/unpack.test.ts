import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { join } from './craft.ts';
import { CaptureScan, dissect, parseKeyLog, readCapture, toTruth, Unpacking } from './index.ts';
import { sampleBytes, sampleTruth } from './testing/samples.ts';

function unpacked(bytes: Uint8Array, most?: number): { end: string | undefined; out: Uint8Array } {
  const parts: Uint8Array[] = [];
  const unpacking = new Unpacking(bytes, (part) => parts.push(part.slice()), most);
  while (!unpacking.step(1000));
  return { end: unpacking.end, out: join(...parts) };
}

const text = Uint8Array.from({ length: 60_000 }, (_, i) => Math.imul(i, i * 40_503) >> 13);

describe('what gzip has packed', () => {
  test('one member or several, cut anywhere between two pushes', () => {
    expect(unpacked(gzipSync(text))).toEqual({ end: 'whole', out: text });
    const members = [
      text.subarray(0, 10),
      text.subarray(10, 10),
      text.subarray(10, 29_000),
      text.subarray(29_000),
    ];
    expect(unpacked(join(...members.map((part) => gzipSync(part))))).toEqual({ end: 'whole', out: text });
  });

  test('any split into members reads as the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 8 }), (parts) => {
        const { end, out } = unpacked(join(...parts.map((part) => gzipSync(part))));
        expect([end, out]).toEqual(['whole', join(...parts)]);
      }),
      { numRuns: 200 },
    );
  });

  test('what stands behind the last member and is none is passed over', () => {
    expect(unpacked(join(gzipSync(text), new Array(600).fill(0)))).toEqual({ end: 'whole', out: text });
  });

  test('cut: what came before, and that it was cut', () => {
    const whole = gzipSync(text);
    for (const at of [whole.length - 1, whole.length - 9, whole.length >> 1, 11]) {
      const { end, out } = unpacked(whole.subarray(0, at));
      expect(end).toBe('broken');
      expect(out).toEqual(text.subarray(0, out.length));
    }
  });

  test('damaged: said, also where it can be unpacked all the same', () => {
    for (const at of [200, 0]) {
      const first = gzipSync(text);
      first[first.length - 6 - at]! ^= 0x10;
      expect(unpacked(join(first, gzipSync(text))).end).toBe('broken');
      expect(unpacked(first).end).toBe('broken');
    }
  });

  test('no more than is allowed comes out', () => {
    const zeros = gzipSync(new Uint8Array(3_000_000));
    expect(unpacked(zeros, 3_000_000).end).toBe('whole');
    const { end, out } = unpacked(zeros, 2_999_999);
    expect([end, out.length < 3_000_000]).toEqual(['bomb', true]);
    const many = join(...new Array(40).fill(gzipSync(new Uint8Array(100_000))));
    expect(unpacked(many, 3_999_999).end).toBe('bomb');
  });
});

describe('a packed capture', () => {
  const name = 'v07-ngtcp2x20-haproxy29.pcap';
  const keys = sampleBytes(name.replace('.pcap', '.keys'));

  test('reads as the one in it, with a packed key log, and with growing progress', () => {
    const scan = new CaptureScan(gzipSync(sampleBytes(name)));
    const seen = [scan.progress];
    while (!scan.step(100)) seen.push(scan.progress);
    expect(seen.length).toBeGreaterThan(20);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const result = scan.result();
    if (!result.ok) throw new Error(result.error.text);
    const { capture } = result;
    expect(capture.datagrams.file).toEqual(sampleBytes(name));
    const keyLog = parseKeyLog(gzipSync(keys));
    const read = dissect(capture, { keyLog }).datagrams.map((d) => toTruth(capture.datagrams, d));
    expect(read).toStrictEqual(sampleTruth(name));
  });

  test('that was cut keeps what is before, and says so', () => {
    const packed = gzipSync(sampleBytes(name));
    const result = readCapture(packed.subarray(0, packed.length / 2));
    if (!result.ok) throw new Error(result.error.text);
    expect(result.capture.datagrams.length).toBeGreaterThan(100);
    expect(result.capture.problems.map(({ frame, text }) => [frame > 0, text.split(';')[0]])).toEqual([
      [false, 'The file is packed by gzip, and cut or damaged'],
      [true, expect.stringMatching(/^The file ends in the middle of packet \d+$/)],
    ]);
  });

  test('that is too large is refused', () => {
    const scan = new CaptureScan(gzipSync(sampleBytes(name)), 100_000);
    while (!scan.step(1000));
    const result = scan.result();
    expect(result.ok ? '' : result.error.text).toBe(
      'What is packed in the file is larger than 1 GiB; cut it into pieces.',
    );
  });
});
