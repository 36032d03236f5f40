import { bigCapture, dissectWork, readWork } from '../src/capture/bench.ts';
import { parseKeyLog } from '../src/capture/index.ts';
import type { Suite } from './contract.ts';
import { type Case, measure } from './measure.ts';

const SIZE = 100e6;
const ROUNDS = 3;

/** The 100 MB capture beside another program that opens QUIC, with the same keys in the same run. Where that is not installed: no rows. */
export const besideTshark: Suite = {
  name: 'beside-tshark',
  where: ['node'],
  async run(now) {
    const { spawnSync } = await import('node:child_process');
    const { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const { nativeAead } = await import('../src/cli/native-aead.ts');
    if (spawnSync('tshark', ['--version']).error) return [];
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const [path, keysPath] = [join(folder, 'big.pcap'), join(folder, 'big.keys')];
    const { file, keys } = bigCapture(SIZE);
    writeFileSync(path, file);
    writeFileSync(keysPath, keys);
    const keyLog = parseKeyLog(keys);

    /** A program from beginning to end, with its output in a file; seconds. */
    const process_ = (program: string, ...args: string[]): number => {
      const out = openSync(join(folder, 'out'), 'w');
      const began = now();
      const { status, error } = spawnSync(program, args, { stdio: ['ignore', out, 'ignore'] });
      const took = now() - began;
      closeSync(out);
      if (error || status !== 0) throw new Error(`${program} ended with ${error?.message ?? status}`);
      return took / 1000;
    };

    const fields = ['frame.number', 'quic.packet_number', 'quic.frame_type'].flatMap((name) => ['-e', name]);
    let theirs = 0;
    const over = (what: string, atMost: number, work: () => number): Case => ({
      what: `${what}, over tshark`,
      unit: 'times',
      atMost,
      once: () => work() / theirs,
    });
    const cases: Case[] = [
      {
        what: 'tshark -T fields: 100 MB, every packet opened',
        unit: 's',
        once() {
          theirs = process_(
            'tshark',
            '-r',
            path,
            '-o',
            `tls.keylog_file:${keysPath}`,
            '-T',
            'fields',
            ...fields,
          );
          return theirs;
        },
      },
      over('the same by the engine, one core', 0.6, () => {
        const began = now();
        dissectWork(readWork(file), keyLog, { engines: { native: nativeAead }, keepPlaintext: false });
        return (now() - began) / 1000;
      }),
      over('the same by `rebind dissect`, a whole process', 1.2, () =>
        process_(process.execPath, '--import', 'tsx', 'src/cli/main.ts', 'dissect', path, '--keys', keysPath),
      ),
    ];
    try {
      return await measure(cases, now, ROUNDS);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
