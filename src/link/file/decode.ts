/**
 * The bytes of a file to the frozen moment in it. They come from outside: the head is unpacked first, and the rest only if it
 * has the sizes that the head's own options give; every number that leads somewhere leads within the file; what another edition
 * wrote is carried over by its table; lists, pointers and frames of the block are looked over before a step is taken. What is wrong
 * ends in a FileProblem.
 */
import { LIMIT, nestingOf, visible } from '../../door/index.ts';
import { closedOpener } from '../../scenario/closed.ts';
import type { WorldData } from '../../scenario/data.ts';
import type { Frozen } from '../../scenario/frozen.ts';
import { layOutWorld, type Made } from '../../scenario/world.ts';
import { decodeText } from '../decode.ts';
import type { Moment } from '../moment.ts';
import { carried } from './carry.ts';
import { bytesOf, type Columns, columnOver, type Listed, readList } from './columns.ts';
import { datagramColumns, readDataHead, withDatagrams } from './data.ts';
import type { Edition } from './edition.ts';
import { amount, FileProblem, fields, oneOf, text } from './fields.ts';
import { FILE_FORMAT, looksFrozen, MOST, PREAMBLE, packedSize } from './format.ts';
import { gone } from './gone.ts';
import { layoutPrint } from './image.ts';
import { readOptions, revisionThen } from './options.ts';
import { MOST_PAST, readPast } from './past.ts';
import { sound } from './sound.ts';
import { readEdition } from './table.ts';
import { upgraded } from './upgrade.ts';
import { unwrapped } from './wrapped.ts';
import { Unpacking } from './zip.ts';

export interface OpenedFile {
  frozen: Frozen;
  /** Where whoever saved it had come to; null at the frozen moment itself. Without a scenario: that is the file. */
  here: Moment | null;
  /** Another edition saved it, and its memory was carried over by name. */
  carried: boolean;
}

/** A block that is carried over may be so many times as large as it was, and so many words more. */
const MOST_CARRIED = 2;
const CARRIED_MORE = 1 << 20;

const WHY = ['asked', 'rule', 'balance', 'bug', 'failed'] as const satisfies readonly Frozen['why'][];

/** Throws FileProblem, and nothing else, on bytes that are no file of a moment that can go on here. The file may be packed by gzip as a whole. */
export async function decodeFrozen(file: Uint8Array): Promise<OpenedFile> {
  const { packed, size, format } = packedPart(await unwrapped(file));
  const unpacking = new Unpacking(packed);
  try {
    return await opened(unpacking, size, format);
  } finally {
    await unpacking.stop();
  }
}

async function opened(unpacking: Unpacking, size: number, format: number): Promise<OpenedFile> {
  const { head: written, room } = await readHead(unpacking, size);
  const head = await upgraded(format, written);
  const named = visible(text(head.revision, MOST.revision, 'the revision'));
  const options = revisionThen(readOptions(head.options), named);
  const empty = readDataHead(head.data);
  const made = layOutWorld(empty, options, closedOpener, 1);
  const listed = readList(head.columns);
  const from = otherEdition(head, made, room, named);
  fits(listed, from?.words ?? made.W.events.base, empty, room);
  const columns: Columns = {};
  for (const c of listed) columns[c.name] = columnOver(c, await unpacking.take(bytesOf(c)));
  await unpacking.end();
  const data = withDatagrams(empty, columns);
  const { words } = columns;
  // `fits` has seen to it.
  if (!(words instanceof Int32Array))
    throw new FileProblem('The file is not what it says: it holds no block.');
  const block = from ? carried(words, from, layOutWorld(data, options, closedOpener, 1)) : words;
  sound(block, made);
  const frozen: Frozen = {
    why: oneOf(head.why, WHY, 'why it was frozen'),
    begin: {
      data,
      options,
      moment: null,
      image: { words: block, ms: amount(head.ms, 1e12, 'its time'), foreign: true },
    },
    past: readPast(columns.past, options.threads, data.conns.length),
  };
  const here = hereOf(text(head.here, LIMIT.link, 'the choices made since'), options);
  // A state of other words has another hash, wherever it stands.
  if (here && block.some((v, i) => v !== words[i])) delete here.playhead.hash;
  return { frozen, here, carried: from !== null };
}

/** The packed part and its size unpacked. */
function packedPart(file: Uint8Array): { packed: Uint8Array; size: number; format: number } {
  if (!looksFrozen(file)) throw new FileProblem('This is no moment that was saved by Rebind.');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const cut = new FileProblem('The file is cut short.', 'Copy it again from where it was saved.');
  if (file.length < PREAMBLE) throw cut;
  const format = view.getUint32(8, true);
  if (format < 1 || format > FILE_FORMAT)
    throw new FileProblem(
      `The file has format ${format}; here formats up to ${FILE_FORMAT} are known.`,
      'It can be opened in the edition of Rebind that saved it.',
    );
  const packed = packedSize(file);
  const size = view.getUint32(16, true);
  if (file.length < PREAMBLE + packed) throw cut;
  if (file.length > PREAMBLE + packed)
    throw new FileProblem('The file is not what it says: its lengths do not fit.');
  if (size > LIMIT.moment)
    throw new FileProblem(`The file says that it holds ${size} bytes; at most ${LIMIT.moment} are unpacked.`);
  return { packed: file.subarray(PREAMBLE), size, format };
}

/** The head, and how many bytes the file says come after it. */
async function readHead(
  unpacking: Unpacking,
  size: number,
): Promise<{ head: Record<string, unknown>; room: number }> {
  const first = await unpacking.take(4);
  const length = new DataView(first.buffer).getUint32(0, true);
  if (length > Math.min(size - 4, LIMIT.momentHead))
    throw new FileProblem('The file is not what it says: the length of its head does not fit.');
  const unreadable = new FileProblem('The file is not what it says: its head cannot be read.');
  const json = new TextDecoder().decode(await unpacking.take(length));
  if (nestingOf(json) > LIMIT.nesting) throw unreadable;
  let head: unknown;
  try {
    head = JSON.parse(json);
  } catch {
    throw unreadable;
  }
  return { head: fields(head, 'its head'), room: size - 4 - length };
}

/** The edition that a file comes from, null when it is this one. Throws FileProblem where it cannot be carried over. */
function otherEdition(
  head: Record<string, unknown>,
  { W, P }: Made,
  room: number,
  named: string,
): Edition | null {
  const program = text(head.program, 8, 'the program');
  if (program === P.fingerprint && text(head.layout, 8, 'the layout') === layoutPrint(W.layout)) return null;
  if (head.edition === null)
    throw gone(`of revision “${named}” as edition ${program} has it nothing is known but that`);
  const table = fields(head.edition, 'the table of its memory');
  const from = readEdition(table, Math.floor(room / 4), W.cfg.threads);
  // The room for it is made before a word has been read.
  if (W.layout.words > MOST_CARRIED * from.words + CARRIED_MORE)
    throw gone(`it would take ${W.layout.words} words here instead of ${from.words}`);
  return from;
}

/** Throws FileProblem unless the columns have the sizes that the head's own options give, and fill the file. */
function fits(listed: readonly Listed[], block: number, { datagrams }: WorldData, room: number): void {
  const words = listed.find((c) => c.name === 'words');
  if (words?.type !== 'i32' || words.length !== block)
    throw new FileProblem('The file is not what it says: its block has another size.');
  const wanted = [
    ...datagramColumns(datagrams.count),
    { name: 'bytes', types: ['u8'], length: null, optional: false },
    { name: 'past', types: ['i32'], length: null, optional: false },
  ];
  for (const { name, types, length, optional } of wanted) {
    const c = listed.find((l) => l.name === name);
    if (!c && optional) continue;
    if (
      !c ||
      !types.includes(c.type) ||
      (length !== null && c.length !== length) ||
      (name === 'past' && c.length > MOST_PAST)
    )
      throw new FileProblem(`The file is not what it says: the column ${name} cannot be read.`);
  }
  if (listed.reduce((n, c) => n + bytesOf(c), 0) !== room)
    throw new FileProblem('The file is not what it says: its lengths do not fit.');
}

function hereOf(link: string, options: Frozen['begin']['options']): Moment | null {
  if (link === '') return null;
  const { moment, notes } = decodeText(link);
  if (notes.length > 0)
    throw new FileProblem('The file is not what it says: the choices made since cannot be read.');
  return { ...moment, options };
}
