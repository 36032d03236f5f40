/** The page's real backend: bundled captures and opened files (captures, saved moments), read in a worker, run by turn-taking workers. */

import { visible } from '../../door/index.ts';
import { FINALIZED_BY, LINE, PRESETS, revisionKey } from '../../haproxy/line.ts';
import { prepareWorker, readyWorker } from '../../hosts/make-worker.ts';
import type { StoredMoment } from '../../hosts/messages.ts';
import { prepareEngine, startEngine } from '../../hosts/pool.ts';
import { looksFrozen, looksPacked } from '../../link/file/format.ts';
import type { LinkScenario } from '../../link/index.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { WorldReader } from '../../report/reader.ts';
import { closedOpener } from '../../scenario/closed.ts';
import type { WorldData } from '../../scenario/data.ts';
import { layOut } from '../../scenario/lay-out.ts';
import { programsFor } from '../../scenario/programs.ts';
import { SAMPLES, type SampleSpec } from '../../scenario/samples.ts';
import type { Tale, TaleRun } from '../../stories/index.ts';
import { STORY_NAMES } from '../../stories/names.ts';
import { prepared } from '../first/prepared.ts';
import type { Order, ReadAnswer } from './capture-worker.ts';
import captureScript from './capture-worker.ts?worker-chunk';
import { type Backend, type Opened, type Progress, type Source, UnusableInput } from './contract.ts';
import { DEFAULTS } from './defaults.ts';

/** `captures`: where the bundled ones lie, an address with a slash at its end. */
export function createBackend(captures = 'captures/'): Backend {
  return {
    samples: SAMPLES.map(({ id, name }) => ({ id, name })),
    revisions: LINE.map((id, n) => ({
      id: id === FINALIZED_BY ? 'finalized' : revisionKey(n),
      name: PRESETS.get(id) ?? `+ ${id}`,
      preset: PRESETS.has(id),
    })),
    prepare,
    open: (source, keys, progress, signal) => open(source, keys, progress, signal, captures),
    look: async ({ data }, options, signal) => {
      const seen = await inWorker({ kind: 'look', data, options }, () => {}, signal);
      return seen.kind === 'seen' ? seen.tale : null;
    },
  };
}

function prepare(): void {
  prepareWorker(captureScript, 'capture');
  prepareEngine();
}

/** A name out of an address, which may be anything. */
const asAsked = (name: string): string => visible(name.length > 60 ? `${name.slice(0, 60)}…` : name);

async function open(
  source: Source,
  keys: File | null,
  progress: (p: Progress) => void,
  signal: AbortSignal,
  captures: string,
): Promise<Opened> {
  prepareEngine();
  if (source.kind === 'run') return (await import('../explorer/play.ts')).openRun(source);
  if (source.kind === 'world') {
    const { data } = await readInWorker({ kind: 'world', world: source.world }, progress, signal);
    return openedFrom(data.name, data, null, undefined, source);
  }
  const told = source.kind === 'story' ? STORY_NAMES.find((s) => s.name === source.name) : undefined;
  if (source.kind === 'story' && !told)
    throw new UnusableInput(
      `There is no story “${asAsked(source.name)}”.`,
      '“All stories” lists those that there are.',
    );
  const id = told?.sample ?? (source.kind === 'sample' ? source.id : '');
  const spec = id ? SAMPLES.find((s) => s.id === id) : undefined;
  if (id && !spec)
    throw new UnusableInput(
      `There is no sample “${asAsked(id)}”.`,
      'The samples are in the list at the top.',
    );
  const story = told?.name ?? spec?.story;
  if (spec && spec === SAMPLES[0] && story === spec.story && !keys) {
    const ready = await prepared(signal);
    if (ready) {
      const opened = openedFrom(spec.name, ready.data, ready.tale, spec, { kind: 'sample', id: spec.id });
      return { ...opened, keysFile: null, ...(told ? { tale: ready.tale } : {}) };
    }
  }
  const bytes =
    source.kind === 'file' ? await bytesOf(source.file) : await fetched(captures, spec!.file, signal);
  if (source.kind === 'file' && (await isMoment(bytes)))
    return (await import('./moment-file.ts')).openMoment(bytes, source.file.name, signal);
  const keyBytes = keys ? await bytesOf(keys) : spec ? await fetched(captures, spec.keys, signal) : null;
  const name = source.kind === 'file' ? source.file.name : spec!.name;
  const options = { ...DEFAULTS, ...spec?.options };
  const order: Order = {
    kind: 'capture',
    name,
    bytes,
    keys: keyBytes,
    conns: spec?.conns ?? null,
    story: story ? { name: story, options: told ? DEFAULTS : options } : null,
    server: source.kind === 'file' ? source.server : undefined,
    awaited: source.kind === 'file' ? source.awaited : undefined,
  };
  const { data, tale, contents, sha256, server } = await readInWorker(order, progress, signal);
  const scenario: LinkScenario = spec
    ? { kind: 'sample', id: spec.id }
    : { kind: 'capture', sha256, name, withKeys: data.withKeys > 0, ...(server ? { server } : {}) };
  if (told && !tale) throw new UnusableInput(`“${told.title}” cannot be told here.`, data.notes.at(-1) ?? '');
  const opened = {
    ...openedFrom(name, data, tale, spec, scenario),
    ...(contents ? { contents } : {}),
    keysFile: keys,
  };
  return told && tale ? { ...opened, tale } : opened;
}

function openedFrom(
  name: string,
  data: WorldData,
  tale: Tale | null,
  spec: SampleSpec | undefined,
  scenario: LinkScenario,
): Opened {
  const n = data.conns.length;
  return {
    name,
    notes: data.notes,
    datagrams: data.datagrams.count,
    connections: n,
    keys: data.withKeys === n ? 'all' : data.withKeys > 0 ? 'some' : 'none',
    options: spec?.options ?? {},
    data,
    scenario,
    start: async (options, linked) => {
      const programs = await programsFor(options);
      const run = tale?.runs.find((r) => sameOptions(r.options, options));
      const here = run ? startOf(run.resolved) : null;
      // The coordinator lays the world out too, at the same time.
      const engine = startEngine({ data, options, moment: linked ?? here });
      try {
        const { W, P, revision } = layOut(programs, data, options, closedOpener);
        return { engine, fingerprint: P.fingerprint, reader: new WorldReader(W, P, revision, data.notes) };
      } catch (e) {
        engine.close();
        throw e;
      }
    },
  };
}

/** Where a story begins, with its run recorded and its first choices not made yet. */
const startOf = ({ departures, end, start, undone }: TaleRun['resolved']): StoredMoment => ({
  departures,
  end,
  at: start,
  undone,
});

const sameOptions = (a: WorldOptions, b: WorldOptions): boolean =>
  (Object.keys(a) as (keyof WorldOptions)[]).every((k) => JSON.stringify(a[k]) === JSON.stringify(b[k]));

/** A moment that was saved, also one that somebody packed by gzip. */
async function isMoment(bytes: Uint8Array): Promise<boolean> {
  if (looksFrozen(bytes)) return true;
  return looksPacked(bytes) && (await import('../../link/file/wrapped.ts')).holdsFrozen(bytes);
}

async function bytesOf(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new UnusableInput(
      `${file.name} could not be read.`,
      'It may have been moved or changed meanwhile.',
    );
  }
}

async function fetched(captures: string, file: string, signal: AbortSignal): Promise<Uint8Array> {
  const r = await fetch(`${captures}${file}`, { signal });
  if (!r.ok)
    throw new UnusableInput(
      `${file} is not there (${r.status}).`,
      'The site’s captures folder is incomplete.',
    );
  return new Uint8Array(await r.arrayBuffer());
}

async function readInWorker(
  order: Order,
  progress: (p: Progress) => void,
  signal: AbortSignal,
): Promise<Extract<ReadAnswer, { kind: 'done' }>> {
  const read = await inWorker(order, progress, signal);
  if (read.kind !== 'done') throw new Error('the capture was not read');
  return read;
}

type Ended = Extract<ReadAnswer, { kind: 'done' | 'seen' }>;

/** Gives an order to a worker of its own; ends with it. */
function inWorker(order: Order, progress: (p: Progress) => void, signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const worker = readyWorker(captureScript, 'capture');
    const end = (): void => {
      worker.terminate();
      signal.removeEventListener('abort', aborted);
    };
    const aborted = (): void => {
      end();
      reject(new DOMException('stopped', 'AbortError'));
    };
    if (signal.aborted) {
      aborted();
      return;
    }
    signal.addEventListener('abort', aborted);
    worker.onmessage = (e: MessageEvent<ReadAnswer>) => {
      const a = e.data;
      if (a.kind === 'progress') progress(a);
      else {
        end();
        if (a.kind === 'unusable') reject(new UnusableInput(a.message, a.advice));
        else resolve(a);
      }
    };
    worker.onerror = (e) => {
      end();
      reject(new Error(e.message || 'The capture could not be read.'));
    };
    worker.postMessage(order, order.kind === 'capture' ? [order.bytes.buffer as ArrayBuffer] : []);
  });
}
