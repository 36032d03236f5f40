/** A place of a story as a picture, read from a run of the real machine in this realm. */
import { record } from '../../machine/recording/make.ts';
import { recording } from '../../machine/sink.ts';
import { PlainMem } from '../../memory/plain.ts';
import { WorldReader } from '../../report/reader.ts';
import type { WorldData } from '../../scenario/data.ts';
import { makeWorld } from '../../scenario/make.ts';
import type { Picture } from '../session/store.ts';
import { emptyPicture } from '../session/store.ts';
import { nextTrunks } from '../session/trunks.ts';
import { castOf, herePlace, resolvedOf, runNo, type Telling } from '../story/telling.ts';

/** What the page shows where `telling` stands. Throws when the run does not come there. */
export function drawnAt(telling: Telling, data: WorldData): Picture {
  const place = herePlace(telling);
  if (!place)
    throw new Error(`${telling.tale.story.name}: the run does not come to beat ${telling.beat + 1}`);
  const { departures, end } = resolvedOf(telling);
  const { W, P, revision } = makeWorld(data, telling.tale.runs[runNo(telling)]!.options);
  const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
  const problems = r.load(departures, end);
  if (problems.length > 0) throw new Error(problems.join('; '));
  r.seek(place.at);
  for (let n = place.undone; n > 0; n--) r.back();
  const reader = new WorldReader(W, P, revision, data.notes);
  const block = r.machine.m.w.slice();
  const stage = { ...reader.stage(block), steps: r.at };
  return {
    ...emptyPicture(),
    stage,
    sentence: reader.sentence(stage, castOf(telling).conn),
    trunks: nextTrunks([], stage, [], false, 0),
    travel: { at: r.at, end, line: 0, undone: place.undone, kept: null, departures, marks: [] },
    hash: reader.hash(block),
  };
}
