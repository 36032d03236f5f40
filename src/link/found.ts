/**
 * Runs that a search has found, as links: the moment at the search's beginning with the run ahead; and what is left of one that
 * an earlier edition has found.
 */
import { AnchorReader } from '../machine/anchor.ts';
import { type Choice, happens, sameChoice } from '../machine/choice.ts';
import type { Broken } from '../machine/explorable.ts';
import { atBeginning } from '../machine/setup.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import type { WorldSpec } from '../scenario/explore.ts';
import { makeWorld } from '../scenario/make.ts';
import { museumRun, museumWorld } from '../scenario/museum/index.ts';
import { toHash } from './address.ts';
import { encodeMoment } from './encode.ts';
import { type Moment, withAnchors } from './moment.ts';
import { runMoment } from './run.ts';

/** The hash part of an address at which a run that was found lies ahead, ready to be played. `revision`: as the page calls it. */
export function linkOfFound(spec: WorldSpec, choices: readonly Choice[], revision?: string): string {
  const { options, beginning, data } = museumRun(spec);
  const { W, P } = makeWorld(data, options, 1);
  const named = revision === undefined ? options : { ...options, revision };
  const from = { spec, options: named, fingerprint: P.fingerprint, beginning };
  const moment = runMoment(from, choices);
  const machine = atBeginning(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
  const anchors = new AnchorReader(machine, moment.departures, moment.playhead);
  return toHash(encodeMoment(withAnchors(moment, anchors.read(Number.MAX_SAFE_INTEGER)!)));
}

/** What a search that found a moment's run began with; null for a moment that is no such run. */
export function searchOf({ scenario, options, playhead, departures }: Moment): WorldSpec | null {
  if (scenario?.kind !== 'world' || !museumWorld(scenario.world)) return null;
  const last = departures.at(-1);
  if (!last || last.at < playhead.at) return null;
  const { world, fixed, bounds } = scenario;
  const { revision, without, mutations, ideas } = options;
  return {
    world,
    fixed,
    bounds,
    revision,
    ...(without?.length ? { without } : {}),
    ...(mutations?.length ? { mutations } : {}),
    ...(ideas?.length ? { ideas } : {}),
  };
}

/**
 * What a found run breaks in this edition's program, followed as far as it goes; null when nothing, undefined when the moment is no
 * such run or its world cannot begin here.
 */
export function brokenBy(moment: Moment): Broken | null | undefined {
  const spec = searchOf(moment);
  if (!spec) return undefined;
  let world: ReturnType<typeof museumRun>;
  try {
    world = museumRun(spec);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const { explorable: x } = world;
  const codes = new Int32Array(x.maxEnabled);
  const seen = new Set<string>();
  for (const choice of ahead(moment)) {
    seen.add(x.mem.hash(false));
    const n = x.enabled(codes);
    const code = codes.subarray(0, n).find((c) => sameChoice(x.schedule([c])[0]!, choice));
    if (code === undefined) return null;
    x.take(code);
    const broken = x.broken();
    if (broken) return broken;
  }
  if (seen.has(x.mem.hash(false))) return { symptom: 'cycle', rule: '', text: 'the run repeats itself' };
  return atEnd(x, codes);
}

/** Choices that lie ahead of the playhead, in their order. */
function ahead({ departures, playhead: { at, undone } }: Moment): Choice[] {
  const here = departures.filter((d) => d.at === at && !happens(d.choice));
  const passed = here.length - undone;
  const from = departures.findIndex((d) => d.at >= at) + passed;
  return departures.slice(from).map((d) => d.choice);
}

/** What is wrong with the state itself: it waits for ever, or its next steps race. */
function atEnd(x: ReturnType<typeof museumRun>['explorable'], codes: Int32Array): Broken | null {
  const n = x.enabled(codes);
  if (n === 0) {
    const text = x.pending();
    return text ? { symptom: 'deadlock', rule: '', text } : null;
  }
  const saved = new Int32Array(5);
  x.mem.save(saved);
  x.opened();
  for (let k = 0; k < n; k++) {
    x.take(codes[k]!);
    x.mem.restore(saved);
  }
  return x.closed();
}

/** A run that another edition found and that breaks nothing in this one: what is said of it. */
export const FOUND_EARLIER =
  'This run was found by an earlier edition of Rebind. It is followed as far as it goes, and breaks nothing here.';

/** Whether a moment is a run that was found with another program than `fingerprint`, and breaks nothing in this one. */
export const foundEarlier = (moment: Moment, fingerprint: string): boolean =>
  moment.fingerprint !== '' && moment.fingerprint !== fingerprint && brokenBy(moment) === null;
