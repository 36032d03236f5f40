/** A frozen moment of Live as something Step mode can begin from. */
import type { Frozen } from '../../hosts/live/contract.ts';
import { startEngine } from '../../hosts/pool.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { WorldReader } from '../../report/reader.ts';
import { closedOpener } from '../../scenario/closed.ts';
import { layOutWorld } from '../../scenario/world.ts';
import { type Opened, UnusableInput } from '../contract.ts';
import { plural } from '../stage/text.ts';
import { pastLines } from './past.ts';
import { runClock } from './words.ts';

/** The image as a beginning. It can only begin with the options it was frozen with. */
export function openedFrom(frozen: Frozen): Opened {
  const { data, options, image } = frozen.begin;
  const n = data.conns.length;
  return {
    name: `Live, frozen at ${runClock(image.ms)}`,
    notes: [
      `Frozen in Live at ${runClock(image.ms)} with ${plural(options.threads, 'thread')}. From here on every step is exact.`,
      ...data.notes,
    ],
    datagrams: data.datagrams.count,
    connections: n,
    keys: 'all',
    autoplay: 0,
    options,
    data,
    past: pastLines(frozen.past),
    scenario: null,
    start: async (wanted) => {
      if (!same(wanted, options)) {
        throw new UnusableInput(
          'A moment frozen in Live keeps its threads, revision and sockets.',
          'Change them in Live and freeze again.',
        );
      }
      const { W, P, revision } = layOutWorld(data, options, closedOpener);
      return {
        engine: startEngine(frozen.begin),
        reader: new WorldReader(W, P, revision, data.notes),
        fingerprint: P.fingerprint,
      };
    },
  };
}

function same(a: WorldOptions, b: WorldOptions): boolean {
  return (
    a.threads === b.threads &&
    a.revision === b.revision &&
    a.socketOwner === b.socketOwner &&
    a.withholdPostHandshake === b.withholdPostHandshake
  );
}
