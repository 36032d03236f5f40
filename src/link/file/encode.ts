/** A frozen moment to the bytes of a file. */

import { keptAs } from '../../haproxy/kept.ts';
import { closedOpener } from '../../scenario/closed.ts';
import type { Frozen } from '../../scenario/frozen.ts';
import { layOutWorld } from '../../scenario/world.ts';
import { encodeMoment } from '../encode.ts';
import type { Moment } from '../moment.ts';
import { type Columns, columnBytes, listed } from './columns.ts';
import { dataColumns, dataHead } from './data.ts';
import { editionOf } from './edition.ts';
import { FILE_FORMAT, MAGIC, PREAMBLE } from './format.ts';
import { layoutPrint } from './image.ts';
import { revisionName } from './options.ts';
import { pastColumn } from './past.ts';
import { editionHead } from './table.ts';
import { pack } from './zip.ts';

/**
 * The file of a frozen moment. `here`: where whoever saves it has come to from there; absent, the moment itself. It holds the
 * run's datagrams and the keys that open them.
 */
export async function encodeFrozen(frozen: Frozen, here: Moment | null = null): Promise<Uint8Array> {
  const { why, begin, past } = frozen;
  const { data, options, image } = begin;
  const { W, P } = layOutWorld(data, options, closedOpener, 1);
  const columns: Columns = {
    // The event ring lies behind everything else and begins empty.
    words: image.words.subarray(0, W.events.base),
    ...dataColumns(data),
    past: pastColumn(past),
  };
  const head = new TextEncoder().encode(
    JSON.stringify({
      program: P.fingerprint,
      layout: layoutPrint(W.layout),
      edition: editionHead(editionOf({ W, P })),
      revision: revisionName(options),
      why,
      ms: image.ms,
      options: { ...options, revision: keptAs(options.revision) },
      here: here ? encodeMoment(here) : '',
      data: dataHead(data),
      columns: listed(columns),
    }),
  );
  const parts = [Uint8Array.from(u32(head.length)), head, ...columnBytes(columns)];
  const packed = await pack(parts);
  const out = new Uint8Array(PREAMBLE + packed.length);
  const size = parts.reduce((n, p) => n + p.length, 0);
  out.set([...MAGIC, ...u32(FILE_FORMAT), ...u32(packed.length), ...u32(size)]);
  out.set(packed, PREAMBLE);
  return out;
}

const u32 = (v: number): number[] => [v & 255, (v >>> 8) & 255, (v >>> 16) & 255, v >>> 24];
