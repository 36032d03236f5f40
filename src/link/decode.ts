/** Text to a moment: what can be read is kept, what cannot is named. Nothing here throws on a text from outside. */
import { LIMIT, Notes } from '../door/index.ts';
import { fromBase64 } from './base64.ts';
import { check, problemOf, Reader } from './bytes.ts';
import { FORMAT, SECTION, SECTION_NAMES } from './format.ts';
import { type Decoded, plainMoment } from './moment.ts';
import { PARTS, type Reading } from './parts.ts';
import { UPGRADES } from './upgrade.ts';

/** The moment that a link's text says, and a sentence for each part that could not be read. */
export function decodeMoment(text: string): Decoded {
  const read = decodeText(text);
  const silent = read.moment.scenario === null && read.notes.length === 0;
  return silent ? { ...read, notes: ['The link does not say where to begin.'] } : read;
}

/** The same for a text that need not say where to begin. */
export function decodeText(text: string): Decoded {
  const nothing = (why: string): Decoded => ({ moment: plainMoment(), notes: [why] });
  if (text.length > LIMIT.link) return nothing('The link is too long to be one of ours.');
  const format = text[0] ?? '';
  if (format === FORMAT) return decodeSections(text.slice(1));
  const upgrade = UPGRADES.get(format);
  if (upgrade) return upgrade(text.slice(1));
  if (/^[2-9]$/.test(format))
    return nothing(`The link has format ${format}; this page knows formats up to ${FORMAT}.`);
  return nothing('The link is not one of ours.');
}

function decodeSections(text: string): Decoded {
  const { bytes, clean } = fromBase64(text);
  const body = bytes.subarray(0, Math.max(0, bytes.length - 2));
  const sum = ((bytes.at(-2) ?? 0) << 8) | (bytes.at(-1) ?? 0);
  const whole = clean && bytes.length >= 2 && sum === check(body);
  const reading: Reading = { moment: plainMoment(), steps: [] };
  const notes = new Notes();
  if (!whole) notes.add('damaged', 'The link is damaged or cut short; what could be read of it is kept.');
  const parts = sections(new Reader(whole ? body : bytes), notes);
  // In the order of their numbers: choices and playhead need the names of steps.
  for (const id of Object.values(SECTION)) {
    const part = parts.get(id);
    if (!part) continue;
    const why = problemOf(() => PARTS[id](part, reading));
    if (why)
      notes.add(SECTION_NAMES[id]!, `Of the link, ${SECTION_NAMES[id]} could not be read whole: ${why}.`);
  }
  return { moment: reading.moment, notes: notes.lines };
}

/** The sections that are there, each as a reader of its own; of one that is cut short, what there is. */
function sections(r: Reader, notes: Notes): Map<number, Reader> {
  const parts = new Map<number, Reader>();
  problemOf(() => {
    while (r.left > 0) {
      const id = r.byte();
      const size = r.num();
      const body = new Reader(r.bytes(Math.min(size, r.left)));
      if (SECTION_NAMES[id]) parts.set(id, body);
      else notes.add('unknown', 'The link has a part that this page does not know.');
    }
  });
  return parts;
}
