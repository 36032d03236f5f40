/** What a tape holds. Checked when it comes from outside; what it was made of is a moment (`moment.json`, a story without beats). */
import * as v from 'valibot';
import { FORMAT } from './format.ts';

const whole = v.pipe(v.number(), v.integer());
const text = v.string();
const flag = v.literal(true);
const keyed = <S extends v.GenericSchema>(of: S) => v.record(v.string(), of);

/** A datagram, by its number in the store (from 1). */
const dgram = v.strictObject({
  /** Number on screen. */
  no: text,
  /** Capture connection; absent for none. */
  conn: v.optional(whole),
  bytes: whole,
  label: v.optional(text),
  hops: v.optional(whole),
  /** Thread that owns its connection; absent when no entry matches. */
  owner: v.optional(whole),
});

/** A thread, by its number. What is absent is false, empty or none. */
const thread = v.strictObject({
  state: v.picklist(['running', 'asleep', 'held', 'stopped', 'lost']),
  verb: text,
  fn: text,
  label: v.optional(text),
  step: v.optional(text),
  held: v.optional(flag),
  /** Datagrams that wait, head first. */
  inbox: v.optional(v.array(whole)),
  hand: v.optional(whole),
  /** The datagram that it passes on, and to whom. */
  passes: v.optional(whole),
  to: v.optional(whole),
});

/** A connection, by its number in the capture. */
const conn = v.strictObject({
  client: text,
  owner: whole,
  /** Thread it has just left. */
  ghost: v.optional(whole),
  state: text,
  closing: v.optional(flag),
  draining: v.optional(flag),
  /** It is in no thread's list. */
  exposed: v.optional(flag),
  frozen: v.optional(flag),
  late: v.optional(whole),
  /** Left of its idle timer, ms; absent when it is off. */
  idle: v.optional(v.number()),
  /** Why a rebind by hand would be refused. */
  refusal: v.optional(text),
});

/** An entry of the CID table, by its CID. */
const cid = v.strictObject({
  conn: whole,
  tid: whole,
  was: v.optional(whole),
  lock: v.optional(v.picklist(['read', 'write'])),
});

const view = v.strictObject({
  threads: keyed(thread),
  conns: keyed(conn),
  cids: keyed(cid),
  dgrams: keyed(dgram),
  /** The sentence about each connection: lead and rest. */
  says: keyed(v.tuple([text, text])),
  received: whole,
  handled: whole,
  dropped: v.optional(whole),
  redispatches: v.optional(whole),
  flying: v.optional(whole),
  /** It has stopped here. */
  fatal: v.optional(v.strictObject({ tid: whole, text })),
});

/** An event; those that a figure stops at have the state's hash. */
const event = v.strictObject({
  kind: v.picklist([
    'create',
    'accept',
    'rebind',
    'commit',
    'finalize',
    'refused',
    'receive',
    'dispatch',
    'pop',
    'redispatch',
    'handled',
    'drop',
    'timer',
    'close',
    'release',
    'violation',
  ]),
  /** Position from which it can be seen. */
  at: whole,
  tid: whole,
  conn: v.optional(whole),
  /** In the store, from 1. */
  dgram: v.optional(whole),
  no: v.optional(text),
  other: v.optional(whole),
  /** A mark: how long it stands when it is played, ms. */
  rest: v.optional(whole),
  hash: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))),
});

export const tapeSchema = v.strictObject({
  tape: v.literal(FORMAT),
  name: text,
  title: text,
  /** One line: what is there, and what to see in it. */
  look: text,
  /** The story that it is of, to open it in full; absent for a moment of its own. */
  story: v.optional(text),
  /** A link's text for the first moment, with the run ahead; absent for an own capture. */
  link: v.optional(text),
  /** The program that ran, 8 hex digits. */
  program: text,
  threads: whole,
  /** Capture connection that it is about. */
  conn: whole,
  /** Threads that have a lane. */
  lanes: v.array(whole),
  /** Position of the first frame, and how many of the choices made there are ahead in it. */
  start: whole,
  undone: v.optional(whole),
  /** Position that it shows at first; absent: the start. */
  at: v.optional(whole),
  /** Virtual time of the first frame: ms, and ns beyond. */
  clock: v.tuple([whole, whole]),
  first: view,
  /** The further frames: steps and virtual ns since the one before, and what is other. */
  frames: v.array(v.tuple([whole, whole, v.record(v.string(), v.unknown())])),
  events: v.array(event),
  /** Positions of the story's beats. */
  beats: v.optional(v.array(whole)),
});

export type Tape = v.InferOutput<typeof tapeSchema>;
export type TapeView = v.InferOutput<typeof view>;
export type TapeEvent = v.InferOutput<typeof event>;
export type TapeDgram = v.InferOutput<typeof dgram>;

/** Reads a tape; throws with what is wrong and where. Each frame is what the schema asks only once it is played. */
export function parseTape(data: unknown): Tape {
  const r = v.safeParse(tapeSchema, data);
  if (r.success) return r.output;
  const first = r.issues[0];
  throw new Error(`${v.getDotPath(first) ?? 'tape'}: ${first.message}`);
}

/** Whether a picture that patches have come to is one. */
export const isTapeView = (data: unknown): data is TapeView => v.safeParse(view, data).success;
