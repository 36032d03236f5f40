/** What is shown of the trace, as a part of a link: one field after the other with its length, so that each can be wrong alone. */
import { LinkProblem, problemOf, Reader, Writer } from './bytes.ts';
import type { LinkTrace } from './moment.ts';

/** Groups of events by their number: a name is never given another one, and a new one comes last. */
export const TRACE_EVENTS = [
  'commit',
  'redispatch',
  'dispatch',
  'refused',
  'drop',
  'made, accepted',
  'closed, released',
  'trace',
] as const;

const FIELD = { words: 1, conns: 2, tids: 3, events: 4, level: 5, each: 6 } as const;

/** Levels of HAProxy's trace: the last is everything. */
export const MOST_LEVEL = 5;
/** Bytes of words, and values in a group. */
const LONGEST = 200;
const MOST = 64;

/** What a link that says nothing of the trace means. */
export const wholeTrace = (): LinkTrace => ({
  words: '',
  conns: [],
  tids: [],
  events: [],
  level: MOST_LEVEL,
  each: false,
});

export function writeTrace({ words, conns, tids, events, level, each }: LinkTrace): Writer {
  const w = new Writer();
  const field = (id: number, body: Writer): void => {
    const b = body.done();
    w.byte(id).num(b.length).bytes(b);
  };
  const list = (id: number, values: readonly number[]): void => {
    if (values.length === 0) return;
    const body = new Writer();
    for (const v of values.slice(0, MOST)) body.num(v);
    field(id, body);
  };
  if (words.trim()) field(FIELD.words, new Writer().text(cutTo(words.trim())));
  list(
    FIELD.conns,
    conns.map((c) => c + 1),
  );
  list(FIELD.tids, tids);
  list(
    FIELD.events,
    events.map((e) => TRACE_EVENTS.findIndex((name) => name === e)).filter((n) => n >= 0),
  );
  if (level < MOST_LEVEL) field(FIELD.level, new Writer().num(level));
  if (each) field(FIELD.each, new Writer());
  return w;
}

/** Words that a link has room for, whole characters. */
export function cutTo(words: string): string {
  let out = words;
  while (new TextEncoder().encode(out).length > LONGEST) out = [...out].slice(0, -1).join('');
  return out;
}

/** Reads the fields that are there into `to`. Throws what was wrong with others. */
export function readTrace(r: Reader, to: LinkTrace): void {
  const wrong: string[] = [];
  while (r.left > 0) {
    const id = r.byte();
    const size = r.num();
    const body = new Reader(r.bytes(Math.min(size, r.left)));
    const why = problemOf(() => readField(id, body, to));
    if (why) wrong.push(why);
  }
  if (wrong.length > 0) throw new LinkProblem([...new Set(wrong)].join(', and '));
}

function readField(id: number, r: Reader, to: LinkTrace): void {
  switch (id) {
    case FIELD.words:
      to.words = r.text(LONGEST);
      return;
    case FIELD.conns:
      to.conns = values(r, 1e6, 'a connection').map((c) => c - 1);
      return;
    case FIELD.tids:
      to.tids = values(r, 63, 'a thread');
      return;
    case FIELD.events: {
      const known = values(r, Number.MAX_SAFE_INTEGER, '').map((n) => TRACE_EVENTS[n]);
      to.events = known.filter((e) => e !== undefined);
      if (known.includes(undefined)) throw new LinkProblem('it asks for events of an unknown kind');
      return;
    }
    case FIELD.level: {
      const level = r.num();
      if (level > MOST_LEVEL) throw new LinkProblem(`there is no level ${level}`);
      to.level = level;
      return;
    }
    case FIELD.each:
      to.each = true;
      return;
    default:
      throw new LinkProblem('it asks for something that this page does not know');
  }
}

/** The values of a group up to `most`, each once. */
function values(r: Reader, most: number, what: string): number[] {
  const out = new Set<number>();
  while (r.left > 0) {
    const v = r.num();
    if (v > most) throw new LinkProblem(`it asks for ${what} that can't be`);
    if (out.size >= MOST) throw new LinkProblem('it asks for too much at once');
    out.add(v);
  }
  return [...out];
}
