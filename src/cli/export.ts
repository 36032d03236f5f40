import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { keysMismatch } from '../capture/index.ts';
import { chooseRevision, FINALIZED } from '../haproxy/revisions.ts';
import { toHash } from '../link/index.ts';
import type { WorldOptions } from '../machine/options.ts';
import type { Departure } from '../machine/schedule.ts';
import { EXPORTS, type ExportKind, exported, readRun } from '../report/exports/index.ts';
import { Beginning } from '../scenario/beginning.ts';
import type { WorldData } from '../scenario/data.ts';
import { loadStory, resolveStory, STORY_NAMES } from '../stories/index.ts';
import { programOf } from '../stories/tale.ts';
import { argumentsOf } from './arguments.ts';
import { dataOf } from './follow.ts';
import { guardedLater, loadCapture, refusedFile, serverOf, UnusableInput } from './input.ts';
import { momentOfLink } from './link-moment.ts';
import { BASE } from './moment.ts';

const AS = EXPORTS.join('|');
export const EXPORT_USAGE = `rebind export LINK|STORY [CAPTURE [--keys KEYS]] --as ${AS} [--out DIR]
  rebind export --capture FILE [--keys KEYS] [--server ADDR:PORT] --as ${AS} [--out DIR]`;

/** As `run FILE` has them. */
const RUN_OPTIONS: WorldOptions = {
  threads: 4,
  revision: FINALIZED.id,
  socketOwner: 'connection',
  withholdPostHandshake: false,
};

/** `export …`: writes the run of a link, story or capture out for other tools. The exit code is 2 when there is no such run. */
export function exportRun(argv: string[]): Promise<number> {
  return guardedLater('export', async () => {
    const { values: v, positionals } = argumentsOf(argv, EXPORT_USAGE, {
      as: { type: 'string' },
      capture: { type: 'string' },
      server: { type: 'string' },
      keys: { type: 'string' },
      out: { type: 'string' },
    });
    const [what, file, ...more] = positionals;
    const kind = EXPORTS.find((k) => k === v.as);
    const bare = v.capture !== undefined && positionals.length === 0;
    const linked =
      what !== undefined && more.length === 0 && v.capture === undefined && v.server === undefined;
    if (!kind || !(bare || linked)) throw new UnusableInput(`usage: ${EXPORT_USAGE}`);
    const of = bare ? ofCapture(v.capture!, v.keys, v.server) : await named(what!, file, v.keys);
    write(kind, of, v.out ?? '.');
    return 0;
  });
}

interface NamedRun {
  /** Beginning of the files' names. */
  base: string;
  title: string;
  link: string;
  data: WorldData;
  options: WorldOptions;
  departures: readonly Departure[];
  /** Happenings that are run; or to the last datagram. */
  end: number | 'traffic';
}

async function named(what: string, file: string | undefined, keys: string | undefined): Promise<NamedRun> {
  if (/^[a-z-]+$/.test(what)) return ofStory(what);
  const { moment, data, said } = momentOfLink(what, file, keys);
  for (const line of said) console.error(line);
  const { options, departures, playhead } = moment;
  const link = toHash(what.replace(/^[^#]*#m=/, ''));
  const end = Math.max(moment.end, playhead.at);
  return { base: 'run', title: moment.name ?? 'A run', link, data, options, departures, end };
}

async function ofStory(name: string): Promise<NamedRun> {
  const story = await loadStory(name);
  if (!story) throw new UnusableInput(`There is no story ${name}; there are: ${STORY_NAMES.join(', ')}.`);
  if (story.begin.from !== 'sample') throw new UnusableInput(`${name} begins with a capture of its own.`);
  const data = dataOf({ kind: 'sample', id: story.begin.sample }, undefined, undefined);
  const options = programOf(story, null, BASE);
  const { departures, end } = resolveStory(story, data, options);
  return { base: name, title: story.title, link: '', data, options, departures, end };
}

/** What `run FILE` runs: the client's datagrams by the clock, with no choice of anybody's. */
function ofCapture(file: string, keys: string | undefined, server: string | undefined): NamedRun {
  const { capture, keyLog } = loadCapture(file, keys);
  const b = new Beginning(file, capture, keyLog, { server: serverOf(server, undefined) });
  while (!b.step(Number.MAX_SAFE_INTEGER));
  if (b.refusal) throw refusedFile(file, b.refusal, capture.problems);
  const data = b.finish();
  const mismatch = keysMismatch(b.connections, keyLog);
  if (mismatch) console.error(`export: ${mismatch}`);
  const name = basename(file);
  const base = name.replace(/\.(gz|pcap|pcapng|cap)\b/g, '') || 'run';
  return { base, title: name, link: '', data, options: RUN_OPTIONS, departures: [], end: 'traffic' };
}

function write(kind: ExportKind, of: NamedRun, out: string): void {
  const { base, title, link, data, options, departures, end } = of;
  const revision = chooseRevision(options);
  if (typeof revision === 'string') throw new UnusableInput(`${revision}.`);
  const run = readRun(data, options, departures, end);
  mkdirSync(out, { recursive: true });
  for (const [file, text] of exported(run, kind, base, { title, revision: revision.id, link })) {
    writeFileSync(join(out, file), text);
    process.stdout.write(`${join(out, file)}  ${(Buffer.byteLength(text) / 1000).toFixed(1)} KB\n`);
  }
}
