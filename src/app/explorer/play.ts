/** A run of a search as a world that the stage plays: it stands where the search began, and the run lies ahead. */
import { chooseRevision } from '../../haproxy/revisions.ts';
import { startEngine } from '../../hosts/pool.ts';
import { WorldReader } from '../../report/reader.ts';
import { closedOpener } from '../../scenario/closed.ts';
import { museumData, museumWorld } from '../../scenario/museum/index.ts';
import { layOutWorld } from '../../scenario/world.ts';
import { type Opened, type RunSource, UnusableInput } from '../opening/contract.ts';
import { pageOptions, scheduleOf } from './museum.ts';
import { sentence } from './words.ts';

/** @throws UnusableInput on a world that is not there. */
export function openRun({ spec, run, broken, name }: RunSource): Opened {
  const world = museumWorld(spec.world);
  if (!world)
    throw new UnusableInput(`There is no world ${spec.world}.`, 'The worlds are in the Explorer’s museum.');
  const data = museumData(world);
  const wanted = pageOptions(spec);
  const { departures, from, end } = scheduleOf(spec, run);
  return {
    name,
    notes: [...data.notes, `${world.title}. ${world.trouble}`],
    datagrams: data.datagrams.count,
    connections: data.conns.length,
    keys: 'all',
    data,
    options: wanted,
    story: {
      from,
      at: end,
      heading: 'Violation',
      detail: sentence(broken.text),
      tid: run.rows.at(-1)?.thread ?? -1,
      touched: broken.symptom === 'owner' ? Number(/connection (\d+)/.exec(broken.text)?.[1] ?? -1) : -1,
    },
    scenario: { kind: 'world', world: spec.world, fixed: spec.fixed, bounds: { ...spec.bounds } },
    start: async (options, linked) => {
      const made = chooseRevision(options);
      if (typeof made === 'string') throw new Error(made);
      const { W, P } = layOutWorld(data, options, closedOpener);
      const same = JSON.stringify(options) === JSON.stringify({ ...options, ...wanted });
      return {
        engine: startEngine({
          data,
          options,
          moment: linked ?? (same ? { departures, end, at: from } : null),
        }),
        reader: new WorldReader(W, P, made, data.notes),
        fingerprint: P.fingerprint,
      };
    },
  };
}
