/**
 * The bytes of a file to the frozen moment in it. They come from outside: every length is bounded before anything of that
 * length is made, every number that leads somewhere leads within the file, and what is wrong ends in a FileProblem.
 */
import { closedOpener } from '../../scenario/closed.ts';
import type { WorldData } from '../../scenario/data.ts';
import type { Frozen } from '../../scenario/frozen.ts';
import { layOutWorld } from '../../scenario/world.ts';
import { decodeText } from '../decode.ts';
import type { Moment } from '../moment.ts';
import { type Columns, readColumns } from './columns.ts';
import { readData } from './data.ts';
import { amount, FileProblem, fields, oneOf, text } from './fields.ts';
import { FILE_FORMAT, looksFrozen, MOST_BYTES, MOST_HEAD, MOST_PACKED, PREAMBLE } from './format.ts';
import { eachAtAStep, layoutPrint } from './image.ts';
import { readOptions, sameProgram } from './options.ts';
import { readPast } from './past.ts';
import { unpack } from './zip.ts';

export interface OpenedFile {
  frozen: Frozen;
  /** Where whoever saved it had come to; null at the frozen moment itself. Without a scenario: that is the file. */
  here: Moment | null;
}

const WHY = ['asked', 'rule', 'balance', 'bug', 'failed'] as const satisfies readonly Frozen['why'][];

/** Throws FileProblem, and nothing else, on bytes that are no file of a moment that can go on here. */
export async function decodeFrozen(file: Uint8Array): Promise<OpenedFile> {
  const body = await unpack(...packedPart(file));
  const { head, rest } = partsOf(body);
  const options = readOptions(head.options);
  const named = text(head.revision, 1000, 'the revision');
  sameProgram(options, text(head.program, 8, 'the program'), named);
  const columns = readColumns(head.columns, rest);
  const data = readData(head.data, columns);
  const words = block(columns, data, options, text(head.layout, 8, 'the layout'));
  const frozen: Frozen = {
    why: oneOf(head.why, WHY, 'why it was frozen'),
    begin: {
      data,
      options,
      moment: null,
      image: { words, ms: amount(head.ms, 1e12, 'its time') },
    },
    past: readPast(columns.past, options.threads, data.conns.length),
  };
  return { frozen, here: hereOf(text(head.here, 200_000, 'the choices made since'), options) };
}

/** The packed part and its size unpacked. */
function packedPart(file: Uint8Array): [Uint8Array, number] {
  if (!looksFrozen(file)) throw new FileProblem('This is no moment that was saved by Rebind.');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const cut = new FileProblem('The file is cut short.', 'Copy it again from where it was saved.');
  if (file.length < PREAMBLE) throw cut;
  const format = view.getUint32(8, true);
  if (format !== FILE_FORMAT)
    throw new FileProblem(
      `The file has format ${format}; here formats up to ${FILE_FORMAT} are known.`,
      'It can be opened in the edition of Rebind that saved it.',
    );
  const packed = view.getUint32(12, true);
  const size = view.getUint32(16, true);
  if (file.length < PREAMBLE + packed) throw cut;
  if (file.length > PREAMBLE + packed || size > MOST_BYTES || size > packed * MOST_PACKED)
    throw new FileProblem('The file is not what it says: its lengths do not fit.');
  return [file.subarray(PREAMBLE), size];
}

function partsOf(body: Uint8Array): { head: Record<string, unknown>; rest: Uint8Array } {
  const what = 'its head';
  const length = body.length < 4 ? 0 : new DataView(body.buffer).getUint32(0, true);
  if (length > Math.min(body.length - 4, MOST_HEAD))
    throw new FileProblem('The file is not what it says: the length of its head does not fit.');
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + length)));
  } catch {
    throw new FileProblem('The file is not what it says: its head cannot be read.');
  }
  return { head: fields(head, what), rest: body.subarray(4 + length) };
}

function block(
  columns: Columns,
  data: WorldData,
  options: Frozen['begin']['options'],
  layout: string,
): Int32Array {
  const { words } = columns;
  const made = layOutWorld(data, options, closedOpener, 1);
  const { W } = made;
  if (!(words instanceof Int32Array) || words.length !== W.events.base || layoutPrint(W.layout) !== layout)
    throw new FileProblem(
      'The moment was frozen in an edition of Rebind that lays its memory out otherwise.',
      'It can be opened in the edition that saved it.',
    );
  eachAtAStep(words, made);
  return words;
}

function hereOf(link: string, options: Frozen['begin']['options']): Moment | null {
  if (link === '') return null;
  const { moment, notes } = decodeText(link);
  if (notes.length > 0)
    throw new FileProblem('The file is not what it says: the choices made since cannot be read.');
  return { ...moment, options };
}
