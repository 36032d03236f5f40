/** Reads a capture off the page's thread: progress ten times a second, cancelled by ending the worker. */
import {
  type CaptureError,
  CaptureScan,
  KeyLogReader,
  keysMismatch,
  type Problem,
  problemList,
} from '../../capture/index.ts';
import { canShare } from '../../hosts/sharing.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { sha256Hex } from '../../quic/sha256.ts';
import { Beginning } from '../../scenario/beginning.ts';
import type { WorldData } from '../../scenario/data.ts';
import { partOf } from '../../scenario/part.ts';
import { shared } from '../../scenario/share.ts';
import { loadStory, type Tale, taleOf } from '../../stories/index.ts';
import type { CaptureNamed } from './contract.ts';

/** A capture's bytes to read, or a museum world's datagrams to build. */
export type Order =
  | ReadOrder
  | { kind: 'world'; world: string }
  /** What in a capture that was read is worth looking at first. */
  | { kind: 'look'; data: WorldData; options: WorldOptions };

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

export type ReadAnswer =
  | { kind: 'progress'; read: number; total: number; unit: string; connections: number }
  | { kind: 'unusable'; message: string; advice: string }
  | { kind: 'seen'; tale: Tale | null }
  /**
   * `sha256` of the capture's bytes, or of those that are packed in its file, as hex. `server`: the one that HAProxy stands for; empty:
   * all of them, as one.
   */
  | { kind: 'done'; data: WorldData; tale: Tale | null; sha256: string; server: string };

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const say = (a: ReadAnswer): void => scope.postMessage(a);
/** Progress is told so often, ms. */
const TELL = 100;
/** So many problems of a file that is refused are told beside the reason. */
const TOLD = 3;

scope.onmessage = (e: MessageEvent<Order>) => {
  if (e.data.kind === 'capture') void read(e.data);
  else if (e.data.kind === 'world') void build(e.data.world);
  else void look(e.data.data, e.data.options);
};

/** What only some orders need is loaded with them. */
async function look(data: WorldData, options: WorldOptions): Promise<void> {
  const { yourTale } = await import('../../stories/yours.ts');
  say({ kind: 'seen', tale: yourTale(data, options) });
}

async function build(id: string): Promise<void> {
  const { museumData, museumWorld } = await import('../../scenario/museum/index.ts');
  const world = museumWorld(id);
  if (!world) {
    say({ kind: 'unusable', message: `There is no world “${id}” in the museum.`, advice: '' });
    return;
  }
  const data = museumData(world);
  say({ kind: 'done', data: canShare() ? shared(data) : data, tale: null, sha256: '', server: '' });
}

async function read(order: ReadOrder): Promise<void> {
  let told = performance.now();
  const tell = (read: number, total: number, unit: string, connections: number): void => {
    if (performance.now() - told < TELL) return;
    told = performance.now();
    say({ kind: 'progress', read: Math.round(read), total, unit, connections });
  };
  const scan = new CaptureScan(order.bytes);
  while (!scan.step(20_000)) tell(scan.progress * order.bytes.length, order.bytes.length, 'bytes', 0);
  const result = scan.result();
  if (!result.ok) {
    say(refused(result.error, result.problems));
    return;
  }
  const { capture } = result;
  const log = new KeyLogReader();
  for (const keys of capture.embeddedKeys) log.add(keys);
  const taken = order.keys ? log.add(order.keys) : 'read';
  if (taken !== 'read') {
    const empty = taken === 'empty';
    say({
      kind: 'unusable',
      message: empty
        ? 'The key log holds no line that can be used.'
        : 'What is packed in the key log is larger than 1 GiB.',
      advice: empty ? 'It should be the file that SSLKEYLOGFILE named.' : '',
    });
    return;
  }
  const sha256 = sha256Hex(capture.datagrams.file);
  const { awaited } = order;
  // A link that names no server means all that the capture holds.
  const asLinked = awaited?.sha256 === sha256 ? (awaited.server ?? 'all') : undefined;
  const server = order.server ?? asLinked;
  const b = new Beginning(order.name, capture, log, { server });
  const n = capture.datagrams.length;
  while (!b.step(500)) tell(b.progress * n, n, 'datagrams', b.connections.length);
  if (b.refusal) {
    say(refused(b.refusal, capture.problems));
    return;
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
  say({
    kind: 'done',
    data: canShare() ? shared(data) : data,
    tale,
    sha256,
    server: server === 'all' ? '' : data.serverAddress,
  });
}

/** The first lines of a key log that are wrong, and how many more there are. */
function keyLogNotes({ problems, wrong }: KeyLogReader): string[] {
  const first = problems.slice(0, TOLD).map(({ text }) => text);
  return wrong > TOLD ? [...first, `${wrong - TOLD} more key log lines are wrong.`] : first;
}

/** Why there is nothing to show, and what else was wrong on the way. */
function refused(error: CaptureError, problems: readonly Problem[]): ReadAnswer {
  const others = problemList(problems.filter(({ text }) => !error.text.includes(text)));
  const advice = others.slice(0, TOLD).map(({ text }) => text);
  return { kind: 'unusable', message: error.text, advice: advice.join(' ') };
}
