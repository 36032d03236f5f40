/** `run --link`: stands at the moment that a link names, and reports on it. */
import { join } from 'node:path';
import { Notes } from '../door/index.ts';
import { chooseRevision, programOf } from '../haproxy/revisions.ts';
import type { Program } from '../haproxy/step/compile.ts';
import { FOUND_EARLIER, foundEarlier } from '../link/found.ts';
import { decodeMoment, fromHash, type LinkDeparture, type Moment } from '../link/index.ts';
import { happens } from '../machine/choice.ts';
import { Machine } from '../machine/machine.ts';
import { placeByAnchors } from '../machine/place.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { setUp } from '../machine/setup.ts';
import { refill } from '../memory/bounded.ts';
import { PlainMem } from '../memory/plain.ts';
import { sha256Hex } from '../quic/sha256.ts';
import { changeNotes } from '../report/changes.ts';
import { RunLog, type RunReport, runReport } from '../report/run.ts';
import { Beginning, beginning } from '../scenario/beginning.ts';
import type { WorldData } from '../scenario/data.ts';
import { makeWorld } from '../scenario/make.ts';
import { museumData, museumWorld } from '../scenario/museum/index.ts';
import { partOf } from '../scenario/part.ts';
import { SAMPLES } from '../scenario/samples.ts';
import { loadCapture, refusedFile, UnusableInput } from './input.ts';

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
  // Links of before did not hold what a world's own settings say.
  const world = moment.scenario.kind === 'world' && museumWorld(moment.scenario.world);
  if (world) Object.assign(moment.options, world.settings);
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
  const begin = (log: RunLog): Machine => {
    const x = new Machine(new PlainMem(new Int32Array(made.W.layout.words)), made.W, made.P, log);
    setUp(x.m, made.W, made.P);
    x.boot();
    return x;
  };
  const place = placed(made.P, moment, said, begin);
  const log = new RunLog();
  said.push(...changeNotes(moment.options, made.P));
  const machine = begin(log);
  const checker = new RuleChecker(machine, made.revision);
  walk(machine, checker, place, said);
  const report = runReport(machine, log, checker.broken, said);
  return { ...report, at: machine.happened, same: sameState(moment, report.hash, other(made.P, moment)) };
}

/** Whether a state is the one that a moment names; null when it names none, or of another program: that its words differ says nothing. */
export function sameState({ playhead }: Moment, hash: string, foreign: boolean): boolean | null {
  if (playhead.hash === hash) return true;
  return playhead.hash === undefined || foreign ? null : false;
}

interface Place {
  departures: readonly LinkDeparture[];
  at: number;
  undone: number;
}

/** Whether a moment was made with another program. */
const other = (P: Program, { fingerprint }: Moment): boolean =>
  fingerprint !== '' && fingerprint !== P.fingerprint;

/** A moment's schedule as it is in this program; `begin` makes a machine where it begins. */
export function placed(P: Program, moment: Moment, said: string[], begin: (log: RunLog) => Machine): Place {
  const { departures, playhead } = moment;
  if (!other(P, moment)) return { departures, at: playhead.at, undone: playhead.undone };
  const x = begin(new RunLog());
  const found = placeByAnchors(x, departures, playhead, () => refill(x.m));
  said.push(
    'The choices were made with another program; they were looked for by their places.',
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

/** The data of a link's world; `file` and `keys` are the capture that the link only names. Throws UnusableInput. */
export function dataOf(
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
  const b = new Beginning(scenario.name, capture, keyLog, { server: scenario.server ?? 'all' });
  while (!b.step(Number.MAX_SAFE_INTEGER));
  if (b.refusal) throw refusedFile(file, b.refusal, capture.problems);
  return b.finish();
}
