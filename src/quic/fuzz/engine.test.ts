import { describe, expect, test } from 'vitest';
import { Frame } from '../frame.ts';
import { parseFrame } from '../parse-frame.ts';
import { Fuzzer, FuzzFailure, type InputReader } from './engine.ts';
import { vectorSeeds } from './vector-seeds.ts';

describe('the fuzzer', () => {
  test('finds nothing in 20 000 inputs made from the packets of the RFCs', () => {
    const fuzzer = new Fuzzer(vectorSeeds(), 1);
    fuzzer.step(20_000);
    expect(fuzzer.report.inputs).toBe(20_000);
    expect(fuzzer.report.byTarget.size).toBe(7);
    // Inputs that only ever failed, or never did, would test little.
    expect(fuzzer.report.accepted).toBeGreaterThan(2000);
    expect(fuzzer.report.reasons.size).toBeGreaterThan(25);
  });

  test('makes the same inputs from the same seed', () => {
    const [a, b, c] = [1, 1, 2].map((seed) => {
      const fuzzer = new Fuzzer(vectorSeeds(), seed);
      fuzzer.step(500);
      return [...fuzzer.report.reasons].sort();
    });
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  test('one seed has every kind of frame', () => {
    const seed = vectorSeeds().find((one) => one.target === 'frames' && one.packet === '1-RTT');
    const names = new Set<string>();
    const frame = new Frame();
    const bytes = seed?.bytes ?? new Uint8Array(0);
    for (let at = 0; at < bytes.length; at += Math.max(1, parseFrame(bytes, at, bytes.length, frame))) {
      expect(parseFrame(bytes, at, bytes.length, frame)).toBeGreaterThan(0);
      names.add(frame.name);
    }
    expect(names.size).toBe(23);
  });

  test.each<[string, InputReader['read'], RegExp]>([
    [
      'reads past the end',
      (_seed, buf, _off, end, _choice, verdict) => verdict.note(buf[end]!),
      /outside of the input/,
    ],
    [
      'reads before the beginning',
      (_seed, buf, off, _end, _choice, verdict) => verdict.note(buf[off - 1]!),
      /outside/,
    ],
    [
      'changes its input',
      (_seed, buf, off) => {
        buf[off]! ^= 1;
      },
      /changed byte/,
    ],
    [
      'throws',
      () => {
        throw new TypeError('no');
      },
      /no/,
    ],
    [
      'reports a place outside',
      (_seed, _buf, off, end, _choice, verdict) => verdict.fail(-1, end + 1, off, end),
      /empty at/,
    ],
  ])('sees a parser that %s', (_, read, message) => {
    const fuzzer = new Fuzzer(vectorSeeds(), 1, 0, { read });
    expect(() => fuzzer.step(1)).toThrow(message);
    expect(() => new Fuzzer(vectorSeeds(), 1, 0, { read }).step(1)).toThrow(FuzzFailure);
  });
});
