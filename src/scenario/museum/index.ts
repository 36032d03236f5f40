/** The museum: worlds in which a historical bug or a mutation shows, each beside itself without it. */
import { chooseRevision } from '../../haproxy/revisions.ts';
import type { ExploreBounds } from '../../machine/explore/bounds.ts';
import { MachineWorld } from '../../machine/explore/machine-world.ts';
import type { WorldOptions } from '../../machine/options.ts';
import type { Schedule } from '../../machine/schedule.ts';
import type { WorldData } from '../data.ts';
import type { WorldBounds, WorldSpec } from '../explore.ts';
import { built } from './built.ts';
import { changedIn } from './changed.ts';
import { H01 } from './h01.ts';
import { H02 } from './h02.ts';
import { H06 } from './h06.ts';
import { H11 } from './h11.ts';
import { H11b } from './h11b.ts';
import { H12 } from './h12.ts';
import { H13 } from './h13.ts';
import { H15 } from './h15.ts';
import { H16 } from './h16.ts';
import { H17 } from './h17.ts';
import { H18 } from './h18.ts';
import { M01 } from './m01.ts';
import { M02 } from './m02.ts';
import { M04 } from './m04.ts';
import { M05 } from './m05.ts';
import { M08 } from './m08.ts';
import { M09 } from './m09.ts';
import { M10 } from './m10.ts';
import { M12 } from './m12.ts';
import { M13 } from './m13.ts';
import { M15 } from './m15.ts';
import { M16 } from './m16.ts';
import { M17 } from './m17.ts';
import { M18 } from './m18.ts';
import { M19 } from './m19.ts';
import { M22 } from './m22.ts';
import { M24 } from './m24.ts';
import { M25 } from './m25.ts';
import { M31 } from './m31.ts';
import { M32 } from './m32.ts';
import { M33 } from './m33.ts';
import { M36 } from './m36.ts';
import { M37 } from './m37.ts';
import { M38 } from './m38.ts';
import { M39 } from './m39.ts';
import { Prelude } from './prelude.ts';
import { aboutOn, type MuseumWorld, revisionOf, sparesOn } from './world.ts';
import { X01 } from './x01.ts';
import { X02 } from './x02.ts';
import { X03 } from './x03.ts';
import { X04 } from './x04.ts';
import { X05 } from './x05.ts';
import { X06 } from './x06.ts';
import { X11 } from './x11.ts';
import { X13 } from './x13.ts';
import { X14 } from './x14.ts';
import { X15 } from './x15.ts';
import { X16 } from './x16.ts';
import { X17 } from './x17.ts';
import { X18 } from './x18.ts';
import { X20 } from './x20.ts';
import { X21 } from './x21.ts';
import { X22 } from './x22.ts';
import { X25 } from './x25.ts';

export { aboutHypothesis, aboutOn, type MuseumWorld, mutationRunsOn, sidesOf, sparesOn } from './world.ts';

export const MUSEUM: readonly MuseumWorld[] = [
  M01,
  M02,
  M04,
  M05,
  M08,
  M09,
  M10,
  M12,
  M13,
  M15,
  M16,
  M17,
  M18,
  M19,
  M22,
  M24,
  M25,
  M31,
  M32,
  M33,
  M36,
  M37,
  M38,
  M39,
  X01,
  X02,
  X03,
  X04,
  X05,
  X06,
  X11,
  X13,
  X14,
  X15,
  X16,
  X17,
  X18,
  X20,
  X21,
  X22,
  X25,
  H01,
  H02,
  H06,
  H11,
  H11b,
  H12,
  H13,
  H15,
  H16,
  H17,
  H18,
];

export const museumWorld = (id: string): MuseumWorld | undefined => MUSEUM.find((w) => w.id === id);

/** Name under which a museum world's data stands in links and schedules. */
export const museumScenario = (id: string): string => `museum ${id}`;

/** A museum world's datagrams and scripts; the same for each revision. */
export const museumData = (world: MuseumWorld): WorldData =>
  built(museumScenario(world.id), world.conns, world.datagrams, world);

/** Everything a search needs, and what plays its runs on the stage. */
export interface MuseumRun {
  world: MuseumWorld;
  data: WorldData;
  options: WorldOptions;
  /** The way to where the search begins: departures from the clock, and how many happenings. */
  beginning: Pick<Schedule, 'departures' | 'end'>;
  bounds: ExploreBounds;
  /** Rules and watches that are not looked at. */
  off: ReadonlySet<string>;
  explorable: MachineWorld;
}

/** Throws RangeError on bounds that the world does not have. */
function checkBounds(world: MuseumWorld, b: WorldBounds): void {
  const own = world.bounds;
  const most: [keyof WorldBounds, number, string][] = [
    ['datagrams', own.deliver.length, 'datagrams on their way'],
    ['rebinds', own.rebinds.length, 'rebinds by hand'],
    ['timerFirings', 9, 'timers to run out'],
    ['allocationFailures', 9, 'allocations to fail'],
    ['socketFailures', 9, 'calls on sockets to fail'],
  ];
  for (const [key, n, what] of most) {
    const v = b[key];
    if (v !== undefined && !(Number.isInteger(v) && v >= 0 && v <= n))
      throw new RangeError(`${world.id}: 0 to ${n} ${what} are possible, not ${v}`);
  }
  if (b.connections !== undefined && b.connections !== world.conns)
    throw new RangeError(`${world.id} has ${world.conns} connections, no more and no less`);
}

/** Options of a world as `spec` wants it. Throws RangeError on an unknown world and on bounds that it does not have. */
export function museumOptions(spec: WorldSpec): WorldOptions {
  const world = museumWorld(spec.world);
  if (!world) throw new RangeError(`there is no world ${spec.world}`);
  checkBounds(world, spec.bounds ?? {});
  const own = revisionOf(world, spec.fixed);
  const batch = spec.bounds?.batchLimit ?? world.maxPollEvents;
  const ring = spec.bounds?.ringSize ?? world.ringSize;
  const records = spec.bounds?.inboxRecords ?? world.inboxRecords;
  return {
    threads: spec.bounds?.threads ?? world.threads,
    revision: spec.revision ?? own.revision,
    without: [...(spec.without ?? [])],
    mutations: [...new Set([...own.mutations, ...(spec.mutations ?? [])])],
    ...(spec.ideas?.length ? { ideas: [...spec.ideas] } : {}),
    ...(world.threadGroups ? { threadGroups: world.threadGroups } : {}),
    socketOwner: world.socketOwner,
    withholdPostHandshake: !world.furtherCids,
    ...world.settings,
    ...(ring === undefined ? {} : { ringSize: ring }),
    ...(records === undefined ? {} : { inboxRecords: records }),
    ...(batch === undefined ? {} : { maxPollEvents: batch }),
  };
}

/** How much may happen in a world from where its search begins. */
export function boundsIn(world: MuseumWorld, spec: WorldSpec): ExploreBounds {
  const own = world.bounds;
  return {
    deliver: own.deliver.slice(0, spec.bounds?.datagrams ?? own.deliver.length),
    rebinds: own.rebinds.slice(0, spec.bounds?.rebinds ?? own.rebinds.length),
    timerFirings: spec.bounds?.timerFirings ?? own.timerFirings,
    allocationFailures: spec.bounds?.allocationFailures ?? own.allocationFailures,
    socketFailures: spec.bounds?.socketFailures ?? own.socketFailures,
  };
}

/**
 * Sets a world up and leads it to where the search begins. Throws RangeError on an unknown world, on switches that cannot
 * stand together, and where the way to the beginning does not exist with them.
 */
export function museumRun(spec: WorldSpec): MuseumRun {
  const options = museumOptions(spec);
  const world = museumWorld(spec.world)!;
  const revision = chooseRevision(options);
  if (typeof revision === 'string') throw new RangeError(revision);
  const data = museumData(world);
  const way = new Prelude(data, options);
  try {
    world.prelude(way);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RangeError(`${world.id} cannot begin with these switches: ${why}`);
  }
  const bounds = boundsIn(world, spec);
  const spared = !sparesOn(world, spec.fixed) || spec.unspared ? [] : Object.keys(world.spared);
  const off = new Set([...Object.keys(revision.knownBroken), ...spared, ...(spec.rulesOff ?? [])]);
  for (const r of aboutOn(world, spec.fixed)) if (!spec.rulesOff?.includes(r)) off.delete(r);
  const { W, P } = way.made;
  return {
    world,
    data,
    options,
    beginning: { departures: way.departures, end: way.x.happened },
    bounds,
    off,
    explorable: new MachineWorld(W, P, way.x.m.w, bounds, off, changedIn(options)),
  };
}
