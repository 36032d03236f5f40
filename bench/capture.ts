import { bigCapture, dissectWork, readWork } from '../src/capture/bench.ts';
import { parseKeyLog } from '../src/capture/index.ts';
import type { Suite } from './contract.ts';
import { type Case, measure } from './measure.ts';

const SIZE = 100e6;

/** Heap and buffers in use, MB; undefined where nobody tells. */
function memoryInUse(): number | undefined {
  if (typeof process === 'undefined' || !process.memoryUsage) return undefined;
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

/** Opening a capture of 100 MB: to a table of datagrams, to connections, and with every packet in clear. */
export const capture: Suite = {
  name: 'capture',
  where: ['node', 'chromium'],
  run(now) {
    const before = memoryInUse();
    const { file, keys } = bigCapture(SIZE);
    const read = readWork(file);
    const keyLog = parseKeyLog(keys);
    const timed = (work: () => unknown) => (): number => {
      const began = now();
      work();
      return (now() - began) / 1000;
    };
    const cases: Case[] = [
      {
        what: 'read 100 MB into a table of datagrams',
        unit: 's',
        atMost: 10,
        once: timed(() => readWork(file)),
      },
      {
        what: 'the same with every datagram given to its connection',
        unit: 's',
        atMost: 10,
        once: timed(() => dissectWork(readWork(file), undefined)),
      },
      {
        what: 'the same with every packet opened',
        unit: 's',
        atMost: 10,
        once: timed(() => dissectWork(readWork(file), keyLog)),
      },
    ];
    if (before !== undefined) {
      cases.push({
        what: 'memory then, over the size of the file (garbage included)',
        unit: 'times',
        atMost: 2.7,
        once() {
          const dissection = dissectWork(read, keyLog);
          const used = ((memoryInUse() ?? 0) - before) / (file.length / 1e6);
          if (dissection.datagrams.length === 0) throw new Error('nothing was read');
          return used;
        },
      });
    }
    return measure(cases, now, 3);
  },
};
