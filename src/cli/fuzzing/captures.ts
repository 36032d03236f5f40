/** Captures and key logs, broken. */
import { dissect, parseKeyLog, readCapture } from '../../capture/index.ts';
import type { FuzzedKind } from './kind.ts';
import { broken } from './kind.ts';

interface Seed {
  bytes: Uint8Array;
  keys: Uint8Array;
}

export function captures(seeds: readonly Seed[]): FuzzedKind<Seed> {
  return {
    name: 'captures',
    make(random) {
      const { bytes, keys } = random.pick(seeds);
      return { bytes: broken(bytes, random, random.oneIn(3) ? 200 : bytes.length), keys };
    },
    read({ bytes, keys }) {
      const result = readCapture(bytes);
      if (!result.ok) return 'refused';
      const { capture } = result;
      const { datagrams: table } = capture;
      for (let i = 0; i < table.length; i++)
        if (table.capturedLength(i) > table.payloadLength(i))
          throw new Error(`datagram ${i} holds more than it has`);
      return dissect(capture, { keyLog: parseKeyLog(keys) }).datagrams.length > 0 ? 'read' : 'empty';
    },
    show: ({ bytes }) => Buffer.from(bytes).toString('base64'),
  };
}

export function keyLogs(seeds: readonly Uint8Array[]): FuzzedKind<Uint8Array> {
  return {
    name: 'key logs',
    make: (random) => broken(random.pick(seeds), random),
    read(bytes) {
      const { size, problems } = parseKeyLog(bytes);
      return size === 0 ? 'nothing in it' : problems.length > 0 ? 'read with problems' : 'read whole';
    },
    show: (bytes) => Buffer.from(bytes).toString('base64'),
  };
}
