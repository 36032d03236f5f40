/** `run --link`: stands at the moment that a link names, and reports on it. */
import { join } from 'node:path';
import { Notes } from '../door/index.ts';
import { chooseRevision, programOf } from '../haproxy/revisions.ts';
import { FOUND_EARLIER, foundEarlier } from '../link/found.ts';
import { decodeMoment, fromHash, type LinkDeparture, type Moment } from '../link/index.ts';
import { happens } from '../machine/choice.ts';
import { Machine } from '../machine/machine.ts';
import { placeByAnchors } from '../machine/place.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { setUp } from '../machine/setup.ts';
import { PlainMem } from '../memory/plain.ts';
import { sha256Hex } from '../quic/sha256.ts';
import { changeNotes } from '../report/changes.ts';
import { RunLog, type RunReport, runReport } from '../report/run.ts';
import { beginning } from '../scenario/beginning.ts';
import type { WorldData } from '../scenario/data.ts';
import { makeWorld } from '../scenario/make.ts';
import { museumData, museumWorld } from '../scenario/museum/index.ts';
import { partOf } from '../scenario/part.ts';
import { SAMPLES } from '../scenario/samples.ts';
import type { Made } from '../scenario/world.ts';
import { loadCapture, UnusableInput } from './input.ts';

/** What a run of a link reports beside the run's own figures. */
export interface FollowReport extends RunReport {
  /** Happenings before the moment. */
  at: number;
  /** The state is the one that was copied; null when the link does not say it, or it was made with another program. */
  same: boolean | null;
}

const SAMPLE_FOLDER = join(import.meta.dirname, '../../public/captures');

/**
 * Follows a link's text (its hash part, or a whole address) up to the playhead. `file` and `keys` are the capture that the
 * link only names. Throws UnusableInput.
 */
export function followLink(
  text: string,
  file: string | undefined,
  keys: string | undefined,
): { report: FollowReport; data: WorldData } {
  const hash = text.slice(Math.max(0, text.indexOf('#')));
  const { moment, notes } = decodeMoment(fromHash(hash) ?? text);
  if (!moment.scenario) throw new UnusableInput(notes.join(' ') || 'The link does not say where to begin.');
  const why = chooseRevision(moment.options);
  if (typeof why === 'string') throw new UnusableInput(`The link’s program cannot be had: ${why}.`);
  // Links of before did not hold what a world's own setting says.
  if (moment.scenario.kind === 'world' && museumWorld(moment.scenario.world)?.rejects)
    moment.options.rejects = true;
  if (notFoundHere(moment)) notes.push(FOUND_EARLIER);
  const data = dataOf(moment.scenario, file, keys);
  const said = [...data.notes, ...notes];
  return { report: standAt(moment, data, said), data };
}

/** A run that an earlier edition found, and that breaks nothing in this one. */
function notFoundHere(moment: Moment): boolean {
  const revision = chooseRevision(moment.options);
  return typeof revision !== 'string' && foundEarlier(moment, programOf(revision).fingerprint);
}

/** Follows a moment's choices over the data of its world; what could not be followed is added to `said`. */
export function standAt(moment: Moment, data: WorldData, said: string[]): FollowReport {
  const made = makeWorld(data, moment.options, 1);
  const place = placed(made, moment, said);
  const log = new RunLog();
  said.push(...changeNotes(moment.options, made.P));
  const machine = new Machine(new PlainMem(new Int32Array(made.W.layout.words)), made.W, made.P, log);
  setUp(machine.m, made.W, made.P);
  machine.boot();
  const checker = new RuleChecker(machine, made.revision);
  walk(machine, checker, place, said);
  const report = runReport(machine, log, checker.broken, said);
  const wanted = moment.playhead.hash;
  // Another program's states have other words: that they differ says nothing.
  const known = wanted === report.hash || !other(made, moment);
  const same = wanted === undefined || !known ? null : wanted === report.hash;
  return { ...report, at: machine.happened, same };
}

interface Place {
  departures: readonly LinkDeparture[];
  at: number;
  undone: number;
}

/** Whether a moment was made with another program. */
const other = (made: Made, { fingerprint }: Pick<Moment, 'fingerprint'>): boolean =>
  fingerprint !== '' && fingerprint !== made.P.fingerprint;

/** The link's schedule as it is in this program. */
function placed(made: Made, { fingerprint, departures, playhead }: Moment, said: string[]): Place {
  const here = { departures, at: playhead.at, undone: playhead.undone };
  if (!other(made, { fingerprint })) return here;
  const x = new Machine(new PlainMem(new Int32Array(made.W.layout.words)), made.W, made.P, new RunLog());
  setUp(x.m, made.W, made.P);
  x.boot();
  const found = placeByAnchors(x, departures, playhead);
  said.push(
    'The link was made with another program; its choices were looked for by their places.',
    ...found.notes,
  );
  return found;
}

/** Makes a schedule's choices up to its playhead. `each` is told of each happening by the clock; what it throws ends the walk. */
export function walk(
  x: Machine,
  checker: RuleChecker,
  { departures, at, undone }: Place,
  said: string[],
  each: () => void = () => {},
): void {
  const here = departures.filter((d) => d.at < at || (d.at === at && !happens(d.choice)));
  const made = here.slice(0, here.length - undone);
  const refused = new Notes();
  const runTo = (until: number): void => {
    while (x.happened < until) {
      const p = x.pick();
      if (!p) return;
      x.take(p);
      checker.after(p.kind === 'deliver' ? -1 : p.tid);
      each();
    }
  };
  for (const d of made) {
    runTo(d.at);
    if (x.happened < d.at) break;
    const why = x.apply(d.choice);
    if (why) refused.add(d.choice.kind, `The choice ${d.choice.kind} at ${d.at} is refused: ${why}.`);
    else if (d.choice.kind === 'step') checker.after(d.choice.tid);
  }
  runTo(at);
  said.push(...refused.lines);
  if (x.happened < at) said.push(`The run ends after ${x.happened} of ${at} happenings.`);
}

function dataOf(
  scenario: NonNullable<Moment['scenario']>,
  file: string | undefined,
  keys: string | undefined,
): WorldData {
  if (scenario.kind === 'world') {
    const world = museumWorld(scenario.world);
    if (!world) throw new UnusableInput(`There is no world “${scenario.world}” in the museum.`);
    return museumData(world);
  }
  if (scenario.kind === 'sample') {
    const spec = SAMPLES.find((s) => s.id === scenario.id);
    if (!spec) throw new UnusableInput(`There is no sample “${scenario.id}”.`);
    const { capture, keyLog } = loadCapture(join(SAMPLE_FOLDER, spec.file), join(SAMPLE_FOLDER, spec.keys));
    const data = beginning(spec.name, capture, keyLog, { server: 'all' });
    return spec.conns ? partOf(data, spec.conns) : data;
  }
  if (file === undefined)
    throw new UnusableInput(
      `The link needs the capture “${scenario.name}” (SHA-256 ${scenario.sha256}); name its file.`,
    );
  const { capture, keyLog } = loadCapture(file, keys);
  // Of what is packed in the file, if it is.
  const sum = sha256Hex(capture.datagrams.file);
  if (sum !== scenario.sha256)
    throw new UnusableInput(`${file} is another capture: SHA-256 ${sum}, the link needs ${scenario.sha256}.`);
  // A link that names no server means all that the capture holds.
  return beginning(scenario.name, capture, keyLog, { server: 'all' });
}
