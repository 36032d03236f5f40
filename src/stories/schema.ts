/**
 * What a story is: one recorded run, told in beats. A moment is a story without beats. One file a story, checked by a test and
 * by whoever reads it. No thread, number or datagram stands in it as a figure: they are filled in from the world.
 */
import * as v from 'valibot';
import { parseNamed } from '../machine/recording/named.ts';
import { parseFact } from './facts.ts';
import { parseSpot } from './spot.ts';

const words = v.pipe(v.string(), v.minLength(1), v.maxLength(600));
const letter = v.pipe(v.string(), v.regex(/^[A-Z]{1,2}$/));
/** Counted from the story's start; see machine/recording/named.ts. */
const named = v.pipe(
  v.string(),
  v.check((t) => parseNamed(t.replace(/\{[a-z0-9.]+\}/gi, '1')) !== null, 'names no position'),
);
/** `old`: the owner at the start; `new`: the first thread that is not; `third`: the next one after those. */
const thread = v.picklist(['old', 'new', 'third', 'fourth']);

const choice = v.variant('do', [
  v.strictObject({ do: v.literal('rebind'), conn: letter, to: thread }),
  v.strictObject({ do: v.picklist(['hold', 'release']), thread }),
  v.strictObject({ do: v.literal('fail-allocation'), n: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  v.strictObject({ do: v.literal('close'), conn: letter }),
  v.strictObject({ do: v.literal('accept-target'), thread, conn: v.optional(letter) }),
  /** The datagram of `conn` that arrives next is duplicated, or delivered with `thread` woken first. */
  v.strictObject({ do: v.literal('duplicate'), conn: letter }),
  v.strictObject({ do: v.literal('deliver'), conn: letter, thread, copy: v.optional(v.boolean()) }),
]);

/** Options of the program; what is left out is as the page has it. */
const program = v.strictObject({
  revision: v.optional(v.string()),
  without: v.optional(v.array(v.string())),
  mutations: v.optional(v.array(v.string())),
  threads: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8))),
  socketOwner: v.optional(v.picklist(['listener', 'connection'])),
  withholdPostHandshake: v.optional(v.boolean()),
  ringSize: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2))),
});

const spot = v.array(
  v.pipe(
    v.string(),
    v.check((t) => parseSpot(t) !== null, 'is no part of the stage'),
  ),
);
const facts = v.array(
  v.pipe(
    v.string(),
    v.check((t) => parseFact(t) !== null, 'is no fact'),
  ),
);

/** What is said and shown at one position. */
const told = v.strictObject({ at: named, title: words, text: words, spot, facts });

export const beatSchema = v.strictObject({
  ...told.entries,
  /** The beat is of another program than the story's. */
  program: v.optional(program),
  /** What the reader does here: the choices that the run has at this position. */
  do: v.optional(v.strictObject({ label: words, other: v.optional(words) })),
  ask: v.optional(
    v.strictObject({
      answers: v.pipe(v.array(words), v.minLength(2), v.maxLength(3)),
      /** Which of them the model does, from 0. */
      happens: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2)),
      /** What is told once it has been answered. */
      told,
    }),
  ),
  /** A way on: a museum world in the Explorer. */
  see: v.optional(v.strictObject({ label: words, world: v.string() })),
  /** What has come late stands in the third column. */
  ledger: v.optional(v.boolean()),
});

const beginAt = v.variant('from', [
  v.strictObject({ from: v.literal('sample'), sample: v.string() }),
  /** The capture that is open. */
  v.strictObject({ from: v.literal('open') }),
  /** Beginning, program and choices of a link; only of a moment, whose start is where the link stands. */
  v.strictObject({ from: v.literal('link'), link: v.string() }),
]);

const start = v.union([
  /** The owner of the story's connection is held from `ms` on, until so many of its datagrams wait. */
  v.strictObject({ held: v.strictObject({ ms: v.number(), waiting: v.pipe(v.number(), v.integer()) }) }),
  /** Counted from the world's beginning. */
  v.strictObject({ at: named }),
]);

export const storySchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/)),
  title: words,
  /** One line: what is there, and what to see in it. */
  look: words,
  begin: beginAt,
  program,
  /** Letter of the connection that it is about. */
  about: letter,
  start,
  choices: v.array(v.strictObject({ at: v.optional(named), choice })),
  /** How far the run is recorded beyond its start, and so many happenings more. */
  until: named,
  after: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  lanes: v.array(thread),
  /** The kind of event that its small picture is drawn at; absent: the one that says most. */
  picture: v.optional(v.picklist(['redispatch', 'commit', 'refused', 'accept'])),
  /** Of the museum, where the story is about one. */
  bug: v.optional(v.string()),
  beats: v.array(beatSchema),
});

/** Name of the story about the capture that is open: made from what is in it, and not a file. */
export const YOURS = 'yours';

export type Story = v.InferOutput<typeof storySchema>;
export type Beat = v.InferOutput<typeof beatSchema>;
export type Told = v.InferOutput<typeof told>;
export type StoryChoice = v.InferOutput<typeof choice>;
export type StoryProgram = v.InferOutput<typeof program>;
export type ThreadWord = v.InferOutput<typeof thread>;

/** Reads a story; throws with what is wrong and where. */
export function parseStory(data: unknown): Story {
  const r = v.safeParse(storySchema, data);
  if (r.success) return r.output;
  const first = r.issues[0];
  throw new Error(`${v.getDotPath(first) ?? 'story'}: ${first.message}`);
}
