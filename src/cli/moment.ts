import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { basename, join } from 'node:path';
import type { Built } from '../figure/poster/folder.ts';
import { chooseRevision } from '../haproxy/revisions.ts';
import { decodeMoment, fromHash, type Moment } from '../link/index.ts';
import { Machine } from '../machine/machine.ts';
import { setUp } from '../machine/setup.ts';
import { PlainMem } from '../memory/plain.ts';
import { nameOf } from '../report/name.ts';
import type { WorldData } from '../scenario/data.ts';
import { makeWorld } from '../scenario/make.ts';
import { loadStory, parseStory, STORY_NAMES, type Story } from '../stories/index.ts';
import { tapeOfMoment } from '../tape/of-moment.ts';
import { tapeOfStory } from '../tape/of-story.ts';
import type { Tape } from '../tape/schema.ts';
import { argumentsOf } from './arguments.ts';
import { dataOf, placed } from './follow.ts';
import { guardedLater, UnusableInput } from './input.ts';
import { pngOf } from './png.ts';

export const MOMENT_USAGE = `rebind moment LINK|STORY|moment.json [CAPTURE [--keys KEYS]] [--out DIR] [--single] [--title TEXT] [--look TEXT]
      [--site URL] [--page URL]
  rebind moment --bundled --out DIR`;

const BASE = {
  threads: 4,
  revision: 'finalized',
  socketOwner: 'listener',
  withholdPostHandshake: true,
} as const;

/** A moment that has been made. */
interface Made {
  tape: Tape;
  moment: Story;
  /** It is of a capture that is not bundled. */
  own: boolean;
}

interface Arguments {
  out: string;
  single: boolean;
  site: string;
  page: string;
  title: string;
  look: string;
}

/**
 * `moment …`: makes the folder of a moment: what it is, its tape, its poster, a page that shows it. The exit code is 2 when there
 * is no such moment.
 */
export function moment(argv: string[]): Promise<number> {
  return guardedLater('moment', async () => {
    const { values: v, positionals } = parse(argv);
    const a: Arguments = {
      out: v.out ?? '',
      single: v.single ?? false,
      site: addressIn('--site', v.site),
      page: addressIn('--page', v.page) || '../../',
      title: v.title ?? '',
      look: v.look ?? '',
    };
    if (v.bundled) {
      if (!a.out || positionals.length > 0) throw new UnusableInput(`usage: ${MOMENT_USAGE}`);
      for (const name of STORY_NAMES) {
        const made = await ofStory((await loadStory(name))!);
        const site = a.site ? `${a.site}m/${name}/` : '';
        await write(made, { ...a, site, out: join(a.out, name) }, '../../figure/');
      }
      return 0;
    }
    const [what, file, ...more] = positionals;
    if (what === undefined || more.length > 0) throw new UnusableInput(`usage: ${MOMENT_USAGE}`);
    const made = await momentNamed(what, file, v.keys, a);
    if (made.own) tellOwn(made.tape);
    await write(made, { ...a, out: a.out || made.tape.name }, './');
    return 0;
  });
}

async function momentNamed(
  what: string,
  file: string | undefined,
  keys: string | undefined,
  a: Arguments,
): Promise<Made> {
  if (/\.json$/.test(what)) return ofFile(what, file, keys, a);
  const story = /^[a-z-]+$/.test(what) ? await loadStory(what) : null;
  if (story) return ofStory(story);
  if (/^[a-z-]+$/.test(what))
    throw new UnusableInput(`There is no story ${what}; there are: ${STORY_NAMES.join(', ')}.`);
  return ofLink(what, 'moment', file, keys, a);
}

async function ofFile(
  path: string,
  file: string | undefined,
  keys: string | undefined,
  a: Arguments,
): Promise<Made> {
  let story: Story;
  try {
    story = parseStory(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new UnusableInput(`${path} is no moment: ${error instanceof Error ? error.message : error}`);
  }
  if (story.begin.from !== 'link') return ofStory(story);
  const { title, look } = story;
  return ofLink(story.begin.link, story.name, file, keys, { title: a.title || title, look: a.look || look });
}

async function ofStory(story: Story): Promise<Made> {
  if (story.begin.from !== 'sample')
    throw new UnusableInput(`${story.name} begins with a capture of its own.`);
  const data = dataOf({ kind: 'sample', id: story.begin.sample }, undefined, undefined);
  return { tape: tapeOfStory(story, data, BASE), moment: { ...story, beats: [] }, own: false };
}

function ofLink(
  text: string,
  name: string,
  file: string | undefined,
  keys: string | undefined,
  words: { title: string; look: string },
): Made {
  const read = decodeMoment(fromHash(text.slice(Math.max(0, text.indexOf('#')))) ?? text);
  if (!read.moment.scenario)
    throw new UnusableInput(read.notes.join(' ') || 'The link does not say where to begin.');
  const why = chooseRevision(read.moment.options);
  if (typeof why === 'string') throw new UnusableInput(`The link’s program cannot be had: ${why}.`);
  const said = [...read.notes];
  const data = dataOf(read.moment.scenario, file, keys);
  const here = inThisProgram(read.moment, data, said);
  for (const line of said) console.error(line);
  let tape: Tape;
  try {
    tape = tapeOfMoment(here, data, { name, ...words });
  } catch (error) {
    throw new UnusableInput(
      `The link’s choices do not hold here: ${error instanceof Error ? error.message : error}`,
    );
  }
  const link = text.replace(/^[^#]*#m=/, '');
  return { tape, moment: momentOf(tape, link), own: here.scenario?.kind === 'capture' };
}

/** Of another program's link the choices are looked for by their places. */
function inThisProgram(m: Moment, data: WorldData, said: string[]): Moment {
  const { W, P } = makeWorld(data, m.options, 1);
  const place = placed(P, m, said, (log) => {
    const x = new Machine(new PlainMem(new Int32Array(W.layout.words)), W, P, log);
    setUp(x.m, W, P);
    x.boot();
    return x;
  });
  const same = place.departures === m.departures;
  return {
    ...m,
    departures: [...place.departures],
    end: same ? m.end : place.at,
    playhead: { at: place.at, undone: place.undone },
  };
}

const WORDS = ['old', 'new', 'third', 'fourth'] as const;

/** The moment of a link as a story without beats. */
function momentOf(tape: Tape, link: string): Story {
  return {
    name: tape.name,
    title: tape.title,
    look: tape.look,
    begin: { from: 'link', link },
    program: {},
    about: nameOf(tape.conn).letter,
    start: { at: String(tape.at ?? tape.start) },
    choices: [],
    until: 'end',
    lanes: tape.lanes.map((_, i) => WORDS[i]!),
    beats: [],
  };
}

/** What of an own capture is in the files, said before they are written. */
function tellOwn(tape: Tape): void {
  const clients = new Set(Object.values(tape.first.conns).map((c) => c.client));
  const cids = Object.keys(tape.first.cids);
  const some = (all: Iterable<string>): string => [...all].slice(0, 6).join(', ');
  process.stdout.write(
    `The tape holds of your capture: ${clients.size} addresses (${some(clients)}), ${cids.length} CIDs (${some(cids)}); no bytes of packets, no keys.\n`,
  );
}

async function write(made: Made, a: Arguments, assets: string): Promise<void> {
  const { tape } = made;
  withoutStyles();
  const { folderOf, fullUrl, posterOf, singlePage } = await import('../figure/poster/folder.ts');
  const built = await builtFigure();
  const poster = posterOf(tape, built, a.site || (a.page.includes('://') ? fullUrl(tape, a.page) : ''));
  mkdirSync(a.out, { recursive: true });
  const put = (name: string, content: string | Uint8Array): void => {
    writeFileSync(join(a.out, name), content);
    const size = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
    process.stdout.write(`${join(a.out, name)}  ${(size / 1000).toFixed(1)} KB\n`);
  };
  if (a.single) {
    put(`${tape.name}.html`, singlePage(tape, built, a.page, poster));
    return;
  }
  const png = await pngOf(poster.svg, poster, tape.link ?? '');
  if (!png) console.error('No Chromium was found, so there is no poster.png; CHROMIUM names one.');
  for (const [name, content] of folderOf(tape, made.moment, { ...a, assets }, poster, png))
    put(name, content);
  if (assets !== './') return;
  put('figure.js', built.script);
  put('figure.css', built.style);
  put('theme.js', built.theme);
}

/** The stage's components ask for their stylesheets, which nothing here can load: they are read from the built figure. */
function withoutStyles(): void {
  const hook =
    "export const load = (url, context, next) => url.endsWith('.css') ? { format: 'module', source: '', shortCircuit: true } : next(url, context);";
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

const ROOT = join(import.meta.dirname, '../..');

async function builtFigure(): Promise<Built> {
  const folder = join(ROOT, 'dist/figure');
  if (!existsSync(join(folder, 'figure.js'))) {
    const { build } = await import('vite');
    await build({ root: ROOT, configFile: join(ROOT, 'vite.figure.config.ts'), logLevel: 'error' });
  }
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { script: text('figure.js'), style: text('figure.css'), theme: text('theme.js') };
}

/** An address with a slash at its end; '' for none. Throws UnusableInput for what is no address. */
function addressIn(option: string, text: string | undefined): string {
  if (text === undefined) return '';
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new UnusableInput(`${option} is a whole address, as in https://example.org/${basename(text)}`);
  return text.endsWith('/') ? text : `${text}/`;
}

const parse = (argv: string[]) =>
  argumentsOf(argv, MOMENT_USAGE, {
    keys: { type: 'string' },
    out: { type: 'string' },
    single: { type: 'boolean' },
    bundled: { type: 'boolean' },
    site: { type: 'string' },
    page: { type: 'string' },
    title: { type: 'string' },
    look: { type: 'string' },
  });
