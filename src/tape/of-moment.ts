/** The tape of a link's moment: from the order that led to it to where nothing of it is unfinished. */
import { EV } from '../haproxy/step/events.ts';
import type { Moment } from '../link/index.ts';
import { type Choice, happens } from '../machine/choice.ts';
import { record } from '../machine/recording/make.ts';
import { EventView } from '../machine/recording/query.ts';
import type { Recording } from '../machine/recording/recording.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { nameOf } from '../report/name.ts';
import { WorldReader } from '../report/reader.ts';
import type { StageView } from '../report/view.ts';
import type { WorldData } from '../scenario/data.ts';
import { makeWorld } from '../scenario/make.ts';
import type { Story } from '../stories/schema.ts';
import { makeTape, type Stretch } from './make.ts';
import type { Tape } from './schema.ts';

export interface Named {
  name: string;
  /** Empty: what the moment is called, else its sentence. */
  title: string;
  look: string;
}

/** Happenings before the moment within which what led to it is looked for. */
const BEFORE = 3000;
/** What is shown before it where nothing did. */
const LEAD_IN = 120;
/** Happenings within which what is unfinished has to end. */
const FAR = 3000;
const STRETCH = 20;
/** Shown after that. */
const AFTER = 12;
const MOST_LANES = 4;

const ORDERS: ReadonlySet<Choice['kind']> = new Set(['rebind', 'close']);

/** Of another program's link the choices are those of its numbers: `moment` is of the program that runs here. Throws when it does not hold. */
export function tapeOfMoment(moment: Moment, data: WorldData, named: Named): Tape {
  const { options, scenario } = moment;
  const { W, P, revision } = makeWorld(data, options);
  const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
  const problems = r.load(moment.departures, Math.max(moment.end, moment.playhead.at));
  if (problems.length > 0) throw new Error(problems.join('; '));
  const reader = new WorldReader(W, P, revision, data.notes);
  const stage = (): StageView => reader.stage(r.machine.m.w);

  const conn = connOf(moment);
  const begins = beginningOf(moment);
  r.seek(r.line.end);
  for (let ran = 0; ran < FAR && unfinished(stage(), conn); ran += STRETCH)
    if (r.run(STRETCH) < STRETCH) break;
  r.run(AFTER);
  const stop = r.line.end;
  const departures = [...r.line.departures];
  const { at } = moment.playhead;
  r.seek(at);
  const here = stage();
  const sentence = reader.sentence(here, conn);
  const stretch: Stretch = {
    ...named,
    title: named.title || moment.name || sentence.lead.replace(/\.$/, ''),
    look: named.look || sentence.rest || 'See what happens.',
    conn,
    lanes: lanesOf(r, conn, begins.start, here),
    departures,
    end: stop,
    ...begins,
    stop,
    at,
  };
  return makeTape(data, options, stretch, scenario?.kind === 'capture' ? null : scenario);
}

/** The connection that is selected there, else the last that was moved, else the first. */
function connOf({ view, departures }: Moment): number {
  if (view.selected >= 0) return view.selected;
  const last = departures.findLast((d) => d.choice.kind === 'rebind')?.choice;
  return last?.kind === 'rebind' ? last.conn : 0;
}

function beginningOf({ departures, playhead }: Moment): Pick<Stretch, 'start' | 'undone'> {
  const { at, undone } = playhead;
  if (undone > 0) return { start: at, undone };
  const order = departures.findLast((d) => d.at <= at && d.at > at - BEFORE && ORDERS.has(d.choice.kind));
  if (!order) return { start: Math.max(0, at - LEAD_IN), undone: 0 };
  const there = departures.filter((d) => d.at === order.at && !happens(d.choice));
  return { start: order.at, undone: there.length - there.indexOf(order) };
}

function unfinished({ conns }: StageView, conn: number): boolean {
  const c = conns.find((x) => x.index === conn);
  return c !== undefined && (c.late > 0 || c.rebind !== null || c.closeOrdered);
}

/** Who owns it, and who has to do with it in the stretch; two at least. */
function lanesOf({ line }: Recording, conn: number, start: number, { conns, threads }: StageView): number[] {
  const c = line.events.columns;
  const kinds = [EV.REBIND_START, EV.COMMIT, EV.REDISPATCH, EV.FINALIZE, EV.HANDLED, EV.CREATE];
  const of = new EventView({ from: start, all: [{ kinds }, { conns: [conn] }] }, line.events).catchUp();
  const tids = new Set<number>();
  const owner = conns.find((x) => x.index === conn)?.owner ?? -1;
  if (owner >= 0) tids.add(owner);
  for (const i of of.numbers(0, of.length)) {
    tids.add(c.tid[i]!);
    const { kind, other } = c;
    if (kind[i] !== EV.HANDLED && kind[i] !== EV.CREATE && other[i]! >= 0) tids.add(other[i]!);
  }
  for (const t of threads) if (tids.size < 2) tids.add(t.tid);
  return [...tids].slice(0, MOST_LANES).sort((a, b) => a - b);
}

const WORDS = ['old', 'new', 'third', 'fourth'] as const;

/** The moment of a link as a story without beats: what its tape is made of. `link`: the link's text. */
export function momentOfTape(tape: Tape, link: string): Story {
  return {
    name: tape.name,
    title: tape.title,
    look: tape.look,
    begin: { from: 'link', link },
    program: {},
    about: nameOf(tape.conn).letter,
    start: { at: String(tape.at ?? tape.start) },
    choices: [],
    until: 'end',
    lanes: tape.lanes.map((_, i) => WORDS[i]!),
    beats: [],
  };
}
