/** Reads a capture off the page's thread: progress ten times a second, cancelled by ending the worker. */
import { canShare } from '../../hosts/sharing.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { loadEngines } from '../../quic/load-engines.ts';
import type { WorldData } from '../../scenario/data.ts';
import { shared } from '../../scenario/share.ts';
import type { Tale } from '../../stories/index.ts';
import { type Read, type ReadOrder, readOrder, type Unusable } from './reading.ts';

/** A capture's bytes to read, or a museum world's datagrams to build. */
export type Order =
  | ReadOrder
  | { kind: 'world'; world: string }
  /** What in a capture that was read is worth looking at first. */
  | { kind: 'look'; data: WorldData; options: WorldOptions };

export type ReadAnswer =
  | { kind: 'progress'; read: number; total: number; unit: string; connections: number }
  | { kind: 'seen'; tale: Tale | null }
  | Unusable
  | Read;

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const say = (a: ReadAnswer): void => scope.postMessage(a);
/** What was read is handed over in shared memory, where there is such. */
const done = (a: Read): void => say({ ...a, data: canShare() ? shared(a.data) : a.data });
/** Keys whose tables are kept: packets of hundreds of connections come interleaved. */
const KEYS = 1024;
/** Progress is told so often, ms. */
const TELL = 100;

scope.onmessage = (e: MessageEvent<Order>) => {
  if (e.data.kind === 'capture') void read(e.data);
  else if (e.data.kind === 'world') void build(e.data.world);
  else void look(e.data.data, e.data.options);
};

/** What only some orders need is loaded with them. */
async function look(data: WorldData, options: WorldOptions): Promise<void> {
  const { yourTale } = await import('../../stories/yours.ts');
  say({ kind: 'seen', tale: yourTale(data, options) });
}

async function build(id: string): Promise<void> {
  const { museumData, museumWorld } = await import('../../scenario/museum/index.ts');
  const world = museumWorld(id);
  if (!world) {
    say({ kind: 'unusable', message: `There is no world “${id}” in the museum.`, advice: '' });
    return;
  }
  const data = museumData(world);
  done({ kind: 'done', data, tale: null, contents: null, sha256: '', server: '' });
}

async function read(order: ReadOrder): Promise<void> {
  const engines = loadEngines(KEYS);
  let told = performance.now();
  const tell = (read: number, total: number, unit: string, connections: number): void => {
    if (performance.now() - told < TELL) return;
    told = performance.now();
    say({ kind: 'progress', read: Math.round(read), total, unit, connections });
  };
  const answer = await readOrder(order, tell, engines);
  if (answer.kind === 'done') done(answer);
  else say(answer);
}
