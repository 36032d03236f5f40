import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Capture, type KeyLog, parseKeyLog, readCapture } from '../index.ts';

const captures = join(import.meta.dirname, '../../../public/captures');
const truths = join(import.meta.dirname, '../testdata');

/** File names of all bundled captures. */
export const sampleNames: readonly string[] = readdirSync(captures).filter((name) =>
  /\.pcap(ng)?$/.test(name),
);

/** The path of a bundled file. */
export function samplePath(name: string): string {
  return join(captures, name);
}

/** The bytes of a bundled file. */
export function sampleBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(captures, name)));
}

/** A bundled capture with its key log. */
export function loadSample(name: string): { capture: Capture; keyLog: KeyLog } {
  const result = readCapture(sampleBytes(name));
  if (!result.ok) throw new Error(result.error.text);
  return { capture: result.capture, keyLog: parseKeyLog(sampleBytes(`${stem(name)}.keys`)) };
}

/** tshark's reading of a bundled capture. */
export function sampleTruth(name: string): unknown {
  return JSON.parse(readFileSync(join(truths, `${stem(name)}.truth.json`), 'utf8'));
}

function stem(name: string): string {
  return name.replace(/\.pcap(ng)?$/, '');
}
