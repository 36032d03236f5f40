/** Worlds from the bundled captures, for tests. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseKeyLog, readCapture } from '../../capture/index.ts';
import type { EventSink } from '../../haproxy/step/events.ts';
import { silent } from '../../haproxy/step/events.ts';
import { Machine } from '../../machine/machine.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { setUp } from '../../machine/setup.ts';
import { PlainMem } from '../../memory/plain.ts';
import { beginning } from '../beginning.ts';
import type { WorldData } from '../data.ts';
import { makeWorld } from '../make.ts';
import type { Wanted } from '../moment.ts';

const folder = join(import.meta.dirname, '../../../public/captures');

/** The bundled capture whose name begins with `prefix`, with its keys or without. */
export function dataOf(prefix: string, withKeys = true): WorldData {
  const name = readdirSync(folder).find((f) => f.startsWith(prefix) && /\.pcap(ng)?$/.test(f));
  if (!name) throw new Error(`no capture ${prefix}`);
  const r = readCapture(new Uint8Array(readFileSync(join(folder, name))));
  if (!r.ok) throw new Error(r.error.text);
  const keys = withKeys ? [readFileSync(join(folder, name.replace(/\.pcap(ng)?$/, '.keys')))] : [];
  return beginning(name, r.capture, parseKeyLog(...keys));
}

export const OPTIONS: WorldOptions = {
  threads: 4,
  revision: 'finalized',
  socketOwner: 'listener',
  withholdPostHandshake: true,
};

/** A booted machine over plain memory. */
export function machineOf(
  data: WorldData,
  options: Partial<WorldOptions> = {},
  sink: EventSink = silent,
): Machine {
  const made = makeWorld(data, { ...OPTIONS, ...options });
  const m = new PlainMem(new Int32Array(made.W.layout.words));
  setUp(m, made.W, made.P);
  const machine = new Machine(m, made.W, made.P, sink);
  machine.boot();
  return machine;
}

/** Random numbers that a seed repeats: mulberry32, [0, 1). */
export function seeded(seed: number): () => number {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Where the first story begins: so many datagrams of A wait with a thread that is held. */
export const FIRST_MOMENT: Wanted = { conn: 0, holdFrom: 50.7, waiting: 3 };
