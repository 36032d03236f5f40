/** Reads a capture off the page's thread: progress ten times a second, cancelled by ending the worker. */
import { CaptureScan, keysMismatch, parseKeyLog } from '../../capture/index.ts';
import { canShare } from '../../hosts/sharing.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { sha256Hex } from '../../quic/sha256.ts';
import { Beginning } from '../../scenario/beginning.ts';
import type { WorldData } from '../../scenario/data.ts';
import { findMoment, type Moment, type Wanted } from '../../scenario/moment.ts';
import { museumData, museumWorld } from '../../scenario/museum/index.ts';
import { partOf } from '../../scenario/part.ts';
import { shared } from '../../scenario/share.ts';

/** A capture's bytes to read, or a museum world's datagrams to build. */
export type Order = ReadOrder | { kind: 'world'; world: string };

export interface ReadOrder {
  kind: 'capture';
  name: string;
  bytes: Uint8Array;
  keys: Uint8Array | null;
  conns: readonly number[] | null;
  moment: { wanted: Wanted; options: WorldOptions } | null;
}

export type ReadAnswer =
  | { kind: 'progress'; read: number; total: number; unit: string; connections: number }
  | { kind: 'unusable'; message: string; advice: string }
  /** `sha256` of the capture's bytes, as hex. */
  | { kind: 'done'; data: WorldData; moment: Moment | null; sha256: string };

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const say = (a: ReadAnswer): void => scope.postMessage(a);
/** Progress is told so often, ms. */
const TELL = 100;

scope.onmessage = (e: MessageEvent<Order>) => {
  if (e.data.kind === 'capture') read(e.data);
  else build(e.data.world);
};

function build(id: string): void {
  const world = museumWorld(id);
  if (!world) {
    say({ kind: 'unusable', message: `There is no world “${id}” in the museum.`, advice: '' });
    return;
  }
  const data = museumData(world);
  say({ kind: 'done', data: canShare() ? shared(data) : data, moment: null, sha256: '' });
}

function read(order: ReadOrder): void {
  let told = performance.now();
  const tell = (read: number, total: number, unit: string, connections: number): void => {
    if (performance.now() - told < TELL) return;
    told = performance.now();
    say({ kind: 'progress', read: Math.round(read), total, unit, connections });
  };
  const scan = new CaptureScan(order.bytes);
  while (!scan.step(20_000)) tell(scan.progress * order.bytes.length, order.bytes.length, 'bytes', 0);
  const result = scan.result();
  if (!result.ok) {
    say({ kind: 'unusable', message: result.error.text, advice: '' });
    return;
  }
  const { capture } = result;
  const log = parseKeyLog(...capture.embeddedKeys, ...(order.keys ? [order.keys] : []));
  if (order.keys && parseKeyLog(order.keys).size === 0) {
    say({
      kind: 'unusable',
      message: 'The key log holds no line that can be used.',
      advice: 'It should be the file that SSLKEYLOGFILE named.',
    });
    return;
  }
  const b = new Beginning(order.name, capture, log);
  const n = capture.datagrams.length;
  while (!b.step(500)) tell(b.progress * n, n, 'datagrams', b.connections.length);
  if (b.refusal) {
    say({ kind: 'unusable', message: b.refusal.text, advice: '' });
    return;
  }
  const mismatch = keysMismatch(b.connections, log);
  let data = b.finish();
  if (mismatch) data = { ...data, notes: [mismatch, ...data.notes] };
  if (order.conns) data = partOf(data, order.conns);
  const moment = order.moment ? findMoment(data, order.moment.options, order.moment.wanted) : null;
  say({ kind: 'done', data: canShare() ? shared(data) : data, moment, sha256: sha256Hex(order.bytes) });
}
