/** A beginning whose large arrays lie in shared memory: handing it to workers then copies nothing. */
import type { WorldData } from './data.ts';

/** Needs `SharedArrayBuffer`; the data given is left as it is. */
export function shared(data: WorldData): WorldData {
  const d = data.datagrams;
  return {
    ...data,
    datagrams: {
      ...d,
      bytes: copy(d.bytes),
      offset: copy(d.offset),
      length: copy(d.length),
      ms: copy(d.ms),
      ns: copy(d.ns),
      saddr: copy(d.saddr),
      conn: copy(d.conn),
      frame: copy(d.frame),
      ...(d.unread ? { unread: copy(d.unread) } : {}),
      ...(d.quiet ? { quiet: copy(d.quiet) } : {}),
    },
  };
}

function copy<T extends Uint8Array | Int32Array | Uint32Array | Float64Array>(from: T): T {
  const Kind = from.constructor as new (buffer: SharedArrayBuffer) => T;
  const to = new Kind(new SharedArrayBuffer(from.byteLength));
  to.set(from);
  return to;
}
