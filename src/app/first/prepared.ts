/** The first sample as it was made ready at build: nothing of it has to be read or found again. */
import { canShare } from '../../hosts/sharing.ts';
import type { WorldData } from '../../scenario/data.ts';
import { unpack } from '../../scenario/packed.ts';
import { shared } from '../../scenario/share.ts';
import type { Tale } from '../../stories/index.ts';
import address from './prepare.ts?made-at-build';

export interface Prepared {
  /** Id of the sample. */
  sample: string;
  data: WorldData;
  /** The sample's story, in the options that the page has by itself. */
  tale: Tale;
}

/** Null where there is none, as on the development server, or it cannot be had: the capture itself is read then. */
export async function prepared(signal: AbortSignal): Promise<Prepared | null> {
  if (!address) return null;
  try {
    const r = await fetch(address, { signal });
    if (!r.ok) return null;
    const p = unpack(new Uint8Array(await r.arrayBuffer())) as Prepared;
    return canShare() ? { ...p, data: shared(p.data) } : p;
  } catch (error) {
    signal.throwIfAborted();
    // The network is gone, or the page was replaced on its server: what reads the capture says which.
    console.error(error);
    return null;
  }
}
