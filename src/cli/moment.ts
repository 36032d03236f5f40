import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { Built } from '../figure/poster/folder.ts';
import { loadStory, parseStory, STORY_NAMES, type Story } from '../stories/index.ts';
import { heldOf } from '../tape/held.ts';
import { momentOfTape, tapeOfMoment } from '../tape/of-moment.ts';
import { tapeOfStory } from '../tape/of-story.ts';
import type { Tape } from '../tape/schema.ts';
import { argumentsOf } from './arguments.ts';
import { dataOf } from './follow.ts';
import { guardedLater, readInput, UnusableInput } from './input.ts';
import { momentOfLink } from './link-moment.ts';
import { pngOf } from './png.ts';

export const MOMENT_USAGE = `rebind moment LINK|STORY|moment.json [CAPTURE [--keys KEYS]] [--out DIR] [--single] [--title TEXT] [--look TEXT]
      [--site URL] [--page URL] [--figure URL]
  rebind moment --list FILE --out DIR [--page URL] [--figure URL]
  rebind moment --bundled --out DIR`;

/** What the page begins with, and every bundled story. */
export const BASE = {
  threads: 4,
  revision: 'finalized',
  socketOwner: 'listener',
  withholdPostHandshake: true,
} as const;

/** Where the figure lies from a bundled moment. */
const BESIDE_PAGE = '../../figure/';

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
  /** Where the figure's files lie, from the folder; './' puts them there. */
  figure: string;
  title: string;
  look: string;
}

/** Moments to be made at once: names of their folders, and of each its link and what is said of it. */
const list = v.record(
  v.pipe(v.string(), v.regex(/^[A-Za-z][\w-]*$/)),
  v.strictObject({ link: v.string(), title: v.string(), look: v.string() }),
);

/**
 * `moment …`: makes the folder of a moment: what it is, its tape, its poster, a page that shows it. The exit code is 2 when there
 * is no such moment.
 */
export function moment(argv: string[]): Promise<number> {
  return guardedLater('moment', async () => {
    const { values: o, positionals } = parse(argv);
    const a: Arguments = {
      out: o.out ?? '',
      single: o.single ?? false,
      site: addressIn('--site', o.site),
      page: folderIn('--page', o.page) || '../../',
      figure: folderIn('--figure', o.figure) || './',
      title: o.title ?? '',
      look: o.look ?? '',
    };
    if (o.list !== undefined) {
      if (!a.out || positionals.length > 0) throw new UnusableInput(`usage: ${MOMENT_USAGE}`);
      return eachOf(listIn(o.list), a);
    }
    if (o.bundled) {
      if (!a.out || positionals.length > 0) throw new UnusableInput(`usage: ${MOMENT_USAGE}`);
      for (const name of STORY_NAMES) {
        const made = await ofStory((await loadStory(name))!);
        const site = a.site ? `${a.site}m/${name}/` : '';
        await write(made, { ...a, site, out: join(a.out, name), figure: BESIDE_PAGE });
      }
      return 0;
    }
    const [what, file, ...more] = positionals;
    if (what === undefined || more.length > 0) throw new UnusableInput(`usage: ${MOMENT_USAGE}`);
    const made = await momentNamed(what, file, o.keys, a);
    if (made.own) tellOwn(made.tape);
    await write(made, { ...a, out: a.out || made.tape.name });
    return 0;
  });
}

/** Makes every moment of a list. One that cannot be made is said and left out; the exit code is 1 then. */
async function eachOf(all: v.InferOutput<typeof list>, a: Arguments): Promise<number> {
  let left = 0;
  for (const [name, { link, title, look }] of Object.entries(all)) {
    try {
      const made = ofLink(link, name, undefined, undefined, { title, look });
      await write(made, { ...a, out: join(a.out, name) });
    } catch (error) {
      if (!(error instanceof UnusableInput)) throw error;
      console.error(`moment: ${name}: ${error.message}`);
      left++;
    }
  }
  return left === 0 ? 0 : 1;
}

async function momentNamed(
  what: string,
  file: string | undefined,
  keys: string | undefined,
  a: Arguments,
): Promise<Made> {
  if (/\.json$/.test(what)) return ofFile(what, file, keys, a);
  const story = /^[a-z-]+$/.test(what) ? await loadStory(what) : null;
  if (story) return ofStory(story, a);
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
  if (story.begin.from !== 'link') return ofStory(story, a);
  const { title, look } = story;
  return ofLink(story.begin.link, story.name, file, keys, { title: a.title || title, look: a.look || look });
}

/** `words`: in place of the story's own, where they say something. */
async function ofStory(told: Story, words = { title: '', look: '' }): Promise<Made> {
  const story = { ...told, title: words.title || told.title, look: words.look || told.look };
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
  const { moment: here, data, said } = momentOfLink(text, file, keys);
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
  return { tape, moment: momentOfTape(tape, link), own: here.scenario?.kind === 'capture' };
}

/** What of an own capture is in the files, said before they are written. */
function tellOwn(tape: Tape): void {
  process.stdout.write(`The tape holds of your capture: ${heldOf(tape)}; no bytes of packets, no keys.\n`);
}

async function write(made: Made, a: Arguments): Promise<void> {
  const { tape } = made;
  withoutStyles();
  const { folderOf, fullUrl, posterOf, singlePage } = await import('../figure/poster/folder.ts');
  const { smallSvg } = await import('../figure/poster/small.ts');
  const { readSheet } = await import('../figure/poster/styles.ts');
  const built = await builtFigure();
  const { begin } = made.moment;
  const poster = posterOf(tape, built, {
    url: a.site || (a.page.includes('://') ? fullUrl(tape, a.page) : ''),
    moment: begin.from === 'link' ? begin.link : (tape.link ?? ''),
  });
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
  const png = await pngOf(poster.svg, poster, poster.moment);
  if (!png) console.error('No Chromium was found, so there is no poster.png; CHROMIUM names one.');
  const files = folderOf(tape, made.moment, { ...a, assets: a.figure, png: png !== null }, poster);
  for (const [name, content] of files) put(name, content);
  if (png) put('poster.png', png);
  // For the page's list of stories.
  if (a.figure === BESIDE_PAGE) put('small.svg', smallSvg(tape, readSheet(built.style), made.moment.picture));
  if (a.figure !== './') return;
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

/** The same, or a way from a moment's folder: `../../`. */
function folderIn(option: string, text: string | undefined): string {
  return text !== undefined && /^(\.\.?\/)+[\w./-]*$/.test(text)
    ? text.replace(/\/?$/, '/')
    : addressIn(option, text);
}

function listIn(path: string): v.InferOutput<typeof list> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(readInput(path)));
  } catch (error) {
    if (error instanceof UnusableInput) throw error;
    throw new UnusableInput(`${path} is no JSON`);
  }
  const r = v.safeParse(list, json);
  if (r.success) return r.output;
  throw new UnusableInput(`${path}: ${v.getDotPath(r.issues[0]) ?? 'list'}: ${r.issues[0].message}`);
}

const parse = (argv: string[]) =>
  argumentsOf(argv, MOMENT_USAGE, {
    keys: { type: 'string' },
    out: { type: 'string' },
    single: { type: 'boolean' },
    bundled: { type: 'boolean' },
    list: { type: 'string' },
    site: { type: 'string' },
    page: { type: 'string' },
    figure: { type: 'string' },
    title: { type: 'string' },
    look: { type: 'string' },
  });
