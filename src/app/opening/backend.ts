/** The page's real backend: bundled captures and opened files (captures, saved moments), read in a worker, run by turn-taking workers. */

import { FINALIZED, FIXES, REVISIONS } from '../../haproxy/revisions.ts';
import { makeWorker } from '../../hosts/make-worker.ts';
import { startEngine } from '../../hosts/pool.ts';
import { looksFrozen } from '../../link/file/format.ts';
import type { LinkScenario } from '../../link/index.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { WorldReader } from '../../report/reader.ts';
import { closedOpener } from '../../scenario/closed.ts';
import type { WorldData } from '../../scenario/data.ts';
import type { Moment } from '../../scenario/moment.ts';
import { SAMPLES, type SampleSpec } from '../../scenario/samples.ts';
import { layOutWorld } from '../../scenario/world.ts';
import type { Order, ReadAnswer } from './capture-worker.ts';
import captureScript from './capture-worker.ts?worker-chunk';
import { type Backend, type Opened, type Progress, type Source, UnusableInput } from './contract.ts';

export const DEFAULTS: WorldOptions = {
  threads: 4,
  revision: 'finalized',
  socketOwner: 'listener',
  withholdPostHandshake: true,
};

/** Playing into the stored moment takes about so long, seconds. */
const INTO_MOMENT = 2.5;

export function createBackend(): Backend {
  return {
    samples: SAMPLES.map(({ id, name }) => ({ id, name })),
    revisions: REVISIONS.map((r, i) => ({
      id: r === FINALIZED ? 'finalized' : r.id,
      name: i === 0 ? '25174d51e' : r === FINALIZED ? '+ finalize, at accept' : `+ ${FIXES[i]!.id}`,
      about: r.title,
    })),
    open: (source, keys, progress, signal) => open(source, keys, progress, signal),
  };
}

async function open(
  source: Source,
  keys: File | null,
  progress: (p: Progress) => void,
  signal: AbortSignal,
): Promise<Opened> {
  if (source.kind === 'run') return (await import('../explorer/play.ts')).openRun(source);
  if (source.kind === 'world') {
    const { data } = await readInWorker({ kind: 'world', world: source.world }, progress, signal);
    return openedFrom(data.name, data, null, DEFAULTS, undefined, source);
  }
  const spec = source.kind === 'sample' ? SAMPLES.find((s) => s.id === source.id) : undefined;
  if (source.kind === 'sample' && !spec)
    throw new UnusableInput(`There is no sample “${source.id}”.`, 'The samples are in the list at the top.');
  const bytes = source.kind === 'file' ? await bytesOf(source.file) : await fetched(spec!.file, signal);
  if (source.kind === 'file' && looksFrozen(bytes))
    return (await import('./moment-file.ts')).openMoment(bytes, source.file.name, signal);
  const keyBytes = keys ? await bytesOf(keys) : spec ? await fetched(spec.keys, signal) : null;
  const name = source.kind === 'file' ? source.file.name : spec!.name;
  const options = { ...DEFAULTS, ...spec?.options };
  const order: Order = {
    kind: 'capture',
    name,
    bytes,
    keys: keyBytes,
    conns: spec?.conns ?? null,
    moment: spec?.moment ? { wanted: spec.moment, options } : null,
  };
  const { data, moment, sha256 } = await readInWorker(order, progress, signal);
  const scenario: LinkScenario = spec
    ? { kind: 'sample', id: spec.id }
    : { kind: 'capture', sha256, name, withKeys: data.withKeys > 0 };
  return openedFrom(name, data, moment, options, spec, scenario);
}

function openedFrom(
  name: string,
  data: WorldData,
  moment: Moment | null,
  own: WorldOptions,
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
    autoplay: moment ? Math.max(200, Math.ceil(moment.end / INTO_MOMENT)) : 0,
    options: spec?.options ?? {},
    data,
    scenario,
    start: async (options, linked) => {
      const { W, P, revision } = layOutWorld(data, options, closedOpener);
      const here =
        moment && (Object.keys(own) as (keyof WorldOptions)[]).every((k) => own[k] === options[k])
          ? moment
          : null;
      return {
        engine: startEngine({ data, options, moment: linked ?? here }),
        fingerprint: P.fingerprint,
        reader: new WorldReader(W, P, revision, data.notes),
      };
    },
  };
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

async function fetched(file: string, signal: AbortSignal): Promise<Uint8Array> {
  const r = await fetch(`captures/${file}`, { signal });
  if (!r.ok)
    throw new UnusableInput(
      `${file} is not there (${r.status}).`,
      'The site’s captures folder is incomplete.',
    );
  return new Uint8Array(await r.arrayBuffer());
}

function readInWorker(
  order: Order,
  progress: (p: Progress) => void,
  signal: AbortSignal,
): Promise<{ data: WorldData; moment: Moment | null; sha256: string }> {
  return new Promise((resolve, reject) => {
    const worker = makeWorker(captureScript, 'capture');
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
        if (a.kind === 'done') resolve(a);
        else reject(new UnusableInput(a.message, a.advice));
      }
    };
    worker.onerror = (e) => {
      end();
      reject(new Error(e.message || 'The capture could not be read.'));
    };
    worker.postMessage(order, order.kind === 'capture' ? [order.bytes.buffer as ArrayBuffer] : []);
  });
}
