/** A story's run, recorded in this realm, and sessions that stand somewhere on it. */

import { contentsWords } from '../app/opening/contents-words.ts';
import type { Opened } from '../app/opening/contract.ts';
import { DEFAULTS } from '../app/opening/defaults.ts';
import { readOrder } from '../app/opening/reading.ts';
import type { Session } from '../app/session/api.ts';
import { createHub } from '../app/session/hub.ts';
import { stillSession } from '../app/session/still.ts';
import { type Choices, emptyPicture } from '../app/session/store.ts';
import { nextTrunks } from '../app/session/trunks.ts';
import type { Place } from '../app/story/telling.ts';
import { Questions } from '../hosts/questions.ts';
import { record } from '../machine/recording/make.ts';
import type { Slices } from '../machine/recording/mark.ts';
import type { Recording } from '../machine/recording/recording.ts';
import { RowReader } from '../machine/recording/rows.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { WorldReader } from '../report/reader.ts';
import type { WorldData } from '../scenario/data.ts';
import { makeWorld } from '../scenario/make.ts';
import { SAMPLES } from '../scenario/samples.ts';
import { contentsOf } from '../stories/contents.ts';
import { loadStory, type Tale, taleOf } from '../stories/index.ts';

export interface Told {
  tale: Tale;
  data: WorldData;
  opened: Opened;
}

const read = new Map<string, Promise<WorldData>>();

/** A bundled capture as the page opens it. */
function sample(id: string): Promise<WorldData> {
  const known = read.get(id);
  if (known) return known;
  const reading = readSample(id);
  read.set(id, reading);
  return reading;
}

async function readSample(id: string): Promise<WorldData> {
  const spec = SAMPLES.find((s) => s.id === id);
  if (!spec) throw new Error(`There is no sample ${id}`);
  const bytes = async (file: string): Promise<Uint8Array> =>
    new Uint8Array(await (await fetch(`${import.meta.env.BASE_URL}captures/${file}`)).arrayBuffer());
  const answer = await readOrder(
    {
      kind: 'capture',
      name: spec.name,
      bytes: await bytes(spec.file),
      keys: await bytes(spec.keys),
      conns: spec.conns ?? null,
      story: null,
      server: undefined,
      awaited: undefined,
    },
    () => {},
  );
  if (answer.kind !== 'done') throw new Error(answer.message);
  return answer.data;
}

/** The story called `name`, found in its sample. */
export async function told(name: string): Promise<Told> {
  const story = await loadStory(name);
  if (story?.begin.from !== 'sample') throw new Error(`${name} is no story of a sample`);
  const id = story.begin.sample;
  const spec = SAMPLES.find((s) => s.id === id)!;
  const data = await sample(id);
  const opened: Opened = {
    name: spec.name,
    notes: [...data.notes],
    datagrams: data.datagrams.ms.length,
    connections: data.conns.length,
    keys: 'all',
    options: {},
    data,
    scenario: null,
    contents: contentsWords(contentsOf(data)),
    start: () => Promise.reject(new Error('A state of the gallery begins no world')),
  };
  return { tale: taleOf(story, data, { ...DEFAULTS, ...spec.options }), data, opened };
}

/** Recorded runs by story and number: states of one run share it. */
const runs = new Map<string, Recording>();

function runOf({ tale, data }: Told, no: number): Recording {
  const key = `${tale.story.name} ${no}`;
  const known = runs.get(key);
  if (known) return known;
  const { options, resolved } = tale.runs[no]!;
  const { W, P } = makeWorld(data, options);
  const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
  const problems = r.load(resolved.departures, resolved.end);
  if (problems.length > 0) throw new Error(problems.join('; '));
  runs.set(key, r);
  return r;
}

/** A session that shows `place` of run `no` and answers what is asked about it. `shown`: what a person would have chosen. */
export function sessionAt(of: Told, no: number, place: Place, shown: Partial<Choices>): Session {
  const r = runOf(of, no);
  const { options, resolved } = of.tale.runs[no]!;
  r.seek(place.at);
  for (let n = place.undone; n > 0; n--) r.back();
  const { W, P } = r.machine;
  const { revision } = makeWorld(of.data, options);
  const reader = new WorldReader(W, P, revision, of.data.notes);
  const block = r.machine.m.w.slice();
  const stage = { ...reader.stage(block), steps: r.at };
  const { conn } = resolved.cast;
  const rows = new RowReader(r.machine, new Int32Array(W.layout.words));
  const questions = new Questions(r, () => rows);
  const slices = createHub<Slices>();
  const session: Session = {
    ...stillSession(
      {
        selected: conn,
        options,
        sourceName: of.opened.name,
        notes: of.opened.notes,
        theme: 'system',
        ...shown,
      },
      {
        ...emptyPicture(),
        stage,
        sentence: reader.sentence(stage, conn),
        trunks: nextTrunks([], stage, [], false, 0),
        travel: {
          at: r.at,
          end: resolved.end,
          line: r.line.id,
          undone: place.undone,
          kept: null,
          departures: resolved.departures,
          marks: [...r.line.marks],
        },
        lines: reader.lines(block, 0).length,
        hash: reader.hash(block),
      },
    ),
    ask: async (kind, ask) => {
      const { answer } = questions.answer({ kind, ask } as Parameters<Questions['answer']>[0]);
      return answer as never;
    },
    askSlices: (from, to) => void Promise.resolve().then(() => slices.tell(rows.read(r.line, from, to))),
    onSlices: slices.on,
    look: (see) => see(reader, block, stage),
    stepWords: (pc) => reader.step(pc),
    opened: () => of.opened,
  };
  return {
    ...session,
    openMenu: (menu, at = { x: 300, y: 200 }) => session.set({ menu: { ...menu, ...at } }),
    openPacket: (dgram) => session.set({ dgram, tab: 'packet' }),
  };
}
