/**
 * Older formats, each brought up to the present one by a function of its own. Format 0 is a schedule as JSON, in base64: what
 * a person can write by hand.
 */
import { LIMIT, Notes, nestingOf, visible } from '../door/index.ts';
import { happens } from '../machine/choice.ts';
import type { WorldOptions } from '../machine/options.ts';
import { fromBase64 } from './base64.ts';
import { LinkProblem, problemOf } from './bytes.ts';
import { choiceOf } from './choices.ts';
import { type Decoded, plainMoment } from './moment.ts';
import { MOST_CHOICES, MOST_HAPPENINGS, revisionOf } from './parts.ts';

type Fields = Record<string, unknown>;

const fieldsOf = (v: unknown): Fields => (typeof v === 'object' && v !== null ? (v as Fields) : {});
const isPosition = (v: unknown): v is number =>
  Number.isSafeInteger(v) && (v as number) >= 0 && (v as number) <= MOST_HAPPENINGS;
const textOf = (v: string): string => visible(v.slice(0, 200));

/** The text's JSON as an object; null where it is none. */
function parsed(text: string): Fields | null {
  const json = new TextDecoder().decode(fromBase64(text).bytes);
  if (nestingOf(json) > LIMIT.nesting) return null;
  try {
    return fieldsOf(JSON.parse(json));
  } catch (e) {
    if (!(e instanceof SyntaxError)) throw e;
    return null;
  }
}

/** `{"scenario": "six", "options": {…}, "fingerprint": "…", "departures": [{"at": 12, "choice": {…}}], "end": 40}` */
function fromFormat0(text: string): Decoded {
  const moment = plainMoment();
  const notes = new Notes();
  const raw = parsed(text);
  if (!raw) {
    notes.add('damaged', 'The link is damaged or cut short; nothing of it could be read.');
    return { moment, notes: notes.lines };
  }
  const wrong = (part: string, why: string): void =>
    notes.add(part, `Of the link, ${part} could not be read whole: ${why}.`);

  if (typeof raw.scenario === 'string') moment.scenario = { kind: 'sample', id: textOf(raw.scenario) };
  optionsFrom(fieldsOf(raw.options), moment.options, (why) => wrong('the options', why));
  if (typeof raw.fingerprint === 'string' && /^[0-9a-f]{8}$/.test(raw.fingerprint))
    moment.fingerprint = raw.fingerprint;

  let before = 0;
  const why = problemOf(() => {
    for (const d of Array.isArray(raw.departures) ? raw.departures.slice(0, MOST_CHOICES) : []) {
      const { at, choice } = fieldsOf(d);
      if (!isPosition(at) || at < before) throw new LinkProblem('its positions are not in order');
      const made = choiceOf(choice);
      moment.departures.push({ at, choice: made });
      before = at + (happens(made) ? 1 : 0);
    }
  });
  if (why) wrong('the choices', why);
  moment.end = isPosition(raw.end) ? Math.max(raw.end, before) : before;
  moment.playhead.at = moment.end;
  return { moment, notes: notes.lines };
}

function optionsFrom(o: Fields, to: WorldOptions, wrong: (why: string) => void): void {
  const { threads } = o;
  if (isPosition(threads) && threads >= 1 && threads <= 64) to.threads = threads;
  else if (typeof threads === 'number') wrong(`there can't be ${threads} threads`);
  else if (threads !== undefined) wrong('its number of threads is no number');
  if (typeof o.revision === 'string') to.revision = revisionOf(textOf(o.revision));
  if (o.socketOwner === 'connection') to.socketOwner = 'connection';
  if (typeof o.withholdPostHandshake === 'boolean') to.withholdPostHandshake = o.withholdPostHandshake;
}

/** By the first character of the text. */
export const UPGRADES: ReadonlyMap<string, (text: string) => Decoded> = new Map([['0', fromFormat0]]);
