/** A frozen moment of Live as something Step mode can begin from. */
import type { Frozen } from '../../hosts/live/contract.ts';
import { startEngine } from '../../hosts/pool.ts';
import type { Moment } from '../../link/index.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { SampledReader } from '../../report/sample.ts';
import { closedOpener } from '../../scenario/closed.ts';
import { layOutWorld } from '../../scenario/world.ts';
import { revisionId } from '../address/revision-id.ts';
import { type Opened, UnusableInput } from '../opening/contract.ts';
import { changesInShort, UNCHANGED } from '../program/changes.ts';
import { plural } from '../stage/text.ts';
import { pastLines } from './past.ts';
import { runClock } from './words.ts';

const WHY: Record<Frozen['why'], string> = {
  asked: '',
  rule: ' because a rule was broken',
  balance: ' because datagrams did not add up',
  bug: ' because the run stopped at a bug',
  failed: ' because the pool could not go on',
};

/**
 * The image as a beginning. It can only begin with the options it was frozen with. `file`: the one it was saved in, and whether
 * another edition saved it; `here`: where whoever saved it had come to.
 */
export function openedFrom(
  frozen: Frozen,
  file: { name: string; carried: boolean } | null = null,
  here: Moment | null = null,
): Opened {
  const { data, image } = frozen.begin;
  const options = {
    ...UNCHANGED,
    ...frozen.begin.options,
    revision: revisionId(frozen.begin.options.revision),
  };
  const n = data.conns.length;
  const when = runClock(image.ms);
  return {
    name: `Live, frozen at ${when}`,
    notes: [
      `Frozen in Live at ${when}${WHY[frozen.why]}, with ${plural(options.threads, 'thread')}. From here on every step is exact.`,
      ...(file ? [`Opened from “${file.name}”.`] : []),
      ...(file?.carried
        ? ['Another edition of Rebind saved it: its memory was carried over, name by name.']
        : []),
      ...data.notes,
    ],
    datagrams: data.datagrams.count,
    connections: n,
    keys: 'all',
    options,
    data,
    past: pastLines(frozen.past),
    scenario: null,
    frozen,
    ...(here ? { here: { ...here, options } } : {}),
    start: async (wanted, moment) => {
      if (!same(wanted, options)) {
        throw new UnusableInput(
          'A moment frozen in Live keeps its threads, its program and its sockets.',
          'Change them in Live and freeze again.',
        );
      }
      const { W, P, revision } = layOutWorld(data, options, closedOpener);
      return {
        engine: startEngine({ ...frozen.begin, moment: moment ?? null }),
        reader: new SampledReader(W, P, revision, data.notes, {
          foreign: image.foreign,
          generated: true,
        }),
        fingerprint: P.fingerprint,
      };
    },
  };
}

function same(a: WorldOptions, b: WorldOptions): boolean {
  return (
    a.threads === b.threads &&
    a.revision === b.revision &&
    changesInShort(a) === changesInShort(b) &&
    a.socketOwner === b.socketOwner &&
    a.withholdPostHandshake === b.withholdPostHandshake
  );
}
