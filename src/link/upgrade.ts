/**
 * Older formats, each brought up to the present one by a function of its own. Format 0 is a schedule as JSON, in base64: what
 * a person can write by hand.
 */
import { happens } from '../machine/choice.ts';
import { fromBase64 } from './base64.ts';
import { LinkProblem } from './bytes.ts';
import { choiceOf } from './choices.ts';
import { type Decoded, plainMoment } from './moment.ts';

type Fields = Record<string, unknown>;

const fieldsOf = (v: unknown): Fields => (typeof v === 'object' && v !== null ? (v as Fields) : {});
const isPosition = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;

/** `{"scenario": "six", "options": {…}, "fingerprint": "…", "departures": [{"at": 12, "choice": {…}}], "end": 40}` */
function fromFormat0(text: string): Decoded {
  const moment = plainMoment();
  const notes: string[] = [];
  let raw: Fields = {};
  try {
    raw = fieldsOf(JSON.parse(new TextDecoder().decode(fromBase64(text).bytes)));
  } catch (e) {
    if (!(e instanceof SyntaxError)) throw e;
    notes.push('The link is damaged or cut short; nothing of it could be read.');
  }
  const wrong = (part: string, why: string): void =>
    void notes.push(`Of the link, ${part} could not be read whole: ${why}.`);

  if (typeof raw.scenario === 'string') moment.scenario = { kind: 'sample', id: raw.scenario };
  const o = fieldsOf(raw.options);
  const { options } = moment;
  if (isPosition(o.threads) && o.threads >= 1 && o.threads <= 64) options.threads = o.threads;
  else if (o.threads !== undefined) wrong('the options', `there can't be ${String(o.threads)} threads`);
  if (typeof o.revision === 'string') options.revision = o.revision.slice(0, 200);
  if (o.socketOwner === 'connection') options.socketOwner = 'connection';
  if (typeof o.withholdPostHandshake === 'boolean') options.withholdPostHandshake = o.withholdPostHandshake;
  if (typeof raw.fingerprint === 'string' && /^[0-9a-f]{8}$/.test(raw.fingerprint))
    moment.fingerprint = raw.fingerprint;

  let before = 0;
  try {
    for (const d of Array.isArray(raw.departures) ? raw.departures : []) {
      const { at, choice } = fieldsOf(d);
      if (!isPosition(at) || at < before) throw new LinkProblem('its positions are not in order');
      const made = choiceOf(choice);
      moment.departures.push({ at, choice: made });
      before = at + (happens(made) ? 1 : 0);
    }
  } catch (e) {
    if (!(e instanceof LinkProblem)) throw e;
    wrong('the choices', e.message);
  }
  moment.end = isPosition(raw.end) ? Math.max(raw.end, before) : before;
  moment.playhead.at = moment.end;
  return { moment, notes };
}

/** By the first character of the text. */
export const UPGRADES: ReadonlyMap<string, (text: string) => Decoded> = new Map([['0', fromFormat0]]);
