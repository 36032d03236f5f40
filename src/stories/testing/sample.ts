/** A bundled sample as the page opens it. */

import type { WorldData } from '../../scenario/data.ts';
import { partOf } from '../../scenario/part.ts';
import { SAMPLES } from '../../scenario/samples.ts';
import { dataOf } from '../../scenario/testing/worlds.ts';

export function sampleData(id: string): WorldData {
  const spec = SAMPLES.find((s) => s.id === id);
  if (!spec) throw new Error(`no sample ${id}`);
  const data = dataOf(spec.file.replace(/\.pcap(ng)?$/, ''));
  return spec.conns ? partOf(data, spec.conns) : data;
}
