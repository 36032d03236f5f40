/** The kinds of input beside packets, with their seeds from the bundled captures. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseKeyLog, readCapture } from '../../capture/index.ts';
import { beginning } from '../../scenario/beginning.ts';
import type { WorldData } from '../../scenario/data.ts';
import { partOf } from '../../scenario/part.ts';
import { captures, keyLogs } from './captures.ts';
import type { FuzzedKind } from './kind.ts';
import { links } from './links.ts';
import { messages } from './messages.ts';
import { moments } from './moments.ts';

/** Larger files break in the same places, and take longer to read. */
const LARGEST = 25_000;

export const KINDS = ['links', 'moments', 'captures', 'keylogs', 'messages'] as const;
export type KindName = (typeof KINDS)[number];

export async function kindOf(name: KindName, folder: string): Promise<FuzzedKind<unknown>> {
  const files = readdirSync(folder).filter((f) => /\.pcap(ng)?$/.test(f));
  const read = (file: string) => new Uint8Array(readFileSync(join(folder, file)));
  const keysOf = (file: string) => read(file.replace(/\.pcap(ng)?$/, '.keys'));
  switch (name) {
    case 'links':
      return links(worldOf('v07', files, read, keysOf)) as FuzzedKind<unknown>;
    case 'moments':
      return (await moments(worldOf('v03', files, read, keysOf))) as FuzzedKind<unknown>;
    case 'messages':
      return messages();
    case 'captures': {
      const small = files.filter((f) => read(f).length <= LARGEST);
      const seeds = small.map((f) => ({ bytes: read(f), keys: keysOf(f) }));
      const packed = seeds.map(({ bytes, keys }) => ({ bytes: packedAs(bytes), keys: packedAs(keys) }));
      return captures([...seeds, ...packed]) as FuzzedKind<unknown>;
    }
    case 'keylogs':
      return keyLogs(
        files.map(keysOf).flatMap((keys) => [keys, packedAs(keys), new Uint8Array(wide(keys))]),
      ) as FuzzedKind<unknown>;
  }
}

const packedAs = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
/** ASCII as UTF-16 with its mark. */
const wide = (bytes: Uint8Array): Buffer =>
  Buffer.from(`\ufeff${Buffer.from(bytes).toString('latin1')}`, 'utf16le');

function worldOf(
  prefix: string,
  files: readonly string[],
  read: (file: string) => Uint8Array,
  keysOf: (file: string) => Uint8Array,
): WorldData {
  const file = files.find((f) => f.startsWith(prefix));
  if (!file) throw new Error(`there is no capture ${prefix}`);
  const r = readCapture(read(file));
  if (!r.ok) throw new Error(r.error.text);
  const data = beginning(file, r.capture, parseKeyLog(keysOf(file)));
  return partOf(
    data,
    data.conns.slice(0, 6).map((c) => c.index),
  );
}
