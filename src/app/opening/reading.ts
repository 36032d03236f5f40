/** From a capture's bytes to what a world begins with: in the worker that reads files, and at build for what the page opens first. */
import {
  type CaptureError,
  CaptureScan,
  KeyLogReader,
  keysMismatch,
  type Problem,
  problemList,
} from '../../capture/index.ts';
import type { WorldOptions } from '../../machine/options.ts';
import type { Engines } from '../../quic/index.ts';
import { sha256Hex } from '../../quic/sha256.ts';
import { Beginning } from '../../scenario/beginning.ts';
import type { WorldData } from '../../scenario/data.ts';
import { partOf } from '../../scenario/part.ts';
import { contentsOf } from '../../stories/contents.ts';
import { loadStory, type Tale, taleOf } from '../../stories/index.ts';
import { contentsWords } from './contents-words.ts';
import type { CaptureNamed, ContentsWords } from './contract.ts';

export interface ReadOrder {
  kind: 'capture';
  name: string;
  bytes: Uint8Array;
  keys: Uint8Array | null;
  conns: readonly number[] | null;
  /** A story that this capture is read for, and the options that it stands over. */
  story: { name: string; options: WorldOptions } | null;
  /** The server that HAProxy stands for, as address and port; absent: the busiest. */
  server: string | undefined;
  /** If it is the capture that a link waits for, it is read as the link says. */
  awaited: CaptureNamed | undefined;
}

export interface Unusable {
  kind: 'unusable';
  message: string;
  advice: string;
}

/**
 * `sha256` of the capture's bytes, or of those that are packed in its file, as hex. `server`: the one that HAProxy stands for; empty:
 * all of them, as one.
 */
export interface Read {
  kind: 'done';
  data: WorldData;
  tale: Tale | null;
  /** Null where a story is told of it, or a world has been built. */
  contents: ContentsWords | null;
  sha256: string;
  server: string;
}

/** So many problems of a file that is refused are told beside the reason. */
const TOLD = 3;

/** `tell` hears how far it is; `engines` open packets: they may come while the file is looked through. */
export async function readOrder(
  order: ReadOrder,
  tell: (read: number, total: number, unit: string, connections: number) => void,
  engines: Engines | Promise<Engines> = {},
): Promise<Read | Unusable> {
  const scan = new CaptureScan(order.bytes);
  while (!scan.step(20_000)) tell(scan.progress * order.bytes.length, order.bytes.length, 'bytes', 0);
  const result = scan.result();
  if (!result.ok) {
    return refused(result.error, result.problems);
  }
  const { capture } = result;
  const log = new KeyLogReader();
  for (const keys of capture.embeddedKeys) log.add(keys);
  const taken = order.keys ? log.add(order.keys) : 'read';
  if (taken !== 'read') {
    const empty = taken === 'empty';
    return {
      kind: 'unusable',
      message: empty
        ? 'The key log holds no line that can be used.'
        : 'What is packed in the key log is larger than 1 GiB.',
      advice: empty ? 'It should be the file that SSLKEYLOGFILE named.' : '',
    };
  }
  const sha256 = sha256Hex(capture.datagrams.file);
  const { awaited } = order;
  // A link that names no server means all that the capture holds.
  const asLinked = awaited?.sha256 === sha256 ? (awaited.server ?? 'all') : undefined;
  const server = order.server ?? asLinked;
  const b = new Beginning(order.name, capture, log, { server, engines: await engines });
  const n = capture.datagrams.length;
  while (!b.step(500)) tell(b.progress * n, n, 'datagrams', b.connections.length);
  if (b.refusal) {
    return refused(b.refusal, capture.problems);
  }
  const mismatch = keysMismatch(b.connections, log);
  let data = b.finish();
  const notes = [...(mismatch ? [mismatch] : []), ...data.notes, ...keyLogNotes(log)];
  for (const { text } of problemList(capture.problems)) if (!notes.includes(text)) notes.push(text);
  data = { ...data, notes };
  if (order.conns) data = partOf(data, order.conns);
  let tale: Tale | null = null;
  if (order.story) {
    const story = await loadStory(order.story.name);
    try {
      tale = story && taleOf(story, data, order.story.options);
    } catch (error) {
      // The capture can be shown all the same.
      const why = error instanceof Error ? error.message : String(error);
      data = { ...data, notes: [...data.notes, `Its story could not be found in it: ${why}.`] };
    }
  }
  return {
    kind: 'done',
    data,
    tale,
    contents: tale ? null : contentsWords(contentsOf(data)),
    sha256,
    server: server === 'all' ? '' : data.serverAddress,
  };
}

/** The first lines of a key log that are wrong, and how many more there are. */
function keyLogNotes({ problems, wrong }: KeyLogReader): string[] {
  const first = problems.slice(0, TOLD).map(({ text }) => text);
  return wrong > TOLD ? [...first, `${wrong - TOLD} more key log lines are wrong.`] : first;
}

/** Why there is nothing to show, and what else was wrong on the way. */
function refused(error: CaptureError, problems: readonly Problem[]): Unusable {
  const others = problemList(problems.filter(({ text }) => !error.text.includes(text)));
  const advice = others.slice(0, TOLD).map(({ text }) => text);
  return { kind: 'unusable', message: error.text, advice: advice.join(' ') };
}
