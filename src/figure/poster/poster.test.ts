/** Posters of the bundled stories: small, complete, in both themes, and the picture that the stage draws. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { OPTIONS } from '../../scenario/testing/worlds.ts';
import { loadStory, STORY_NAMES } from '../../stories/index.ts';
import { sampleData } from '../../stories/testing/sample.ts';
import { tapeOfStory } from '../../tape/of-story.ts';
import { Reel } from '../../tape/reel.ts';
import type { Tape } from '../../tape/schema.ts';
import { posterOf, singlePage } from './folder.ts';
import { eventsOf, SMALL, smallSvg } from './small.ts';
import { readSheet, stylesOf } from './styles.ts';
import { classesOf, find, markupOf, type Node, parseMarkup } from './tree.ts';

/** Bytes, gzip -9. */
const MOST = 4000;

const src = join(import.meta.dirname, '../..');
const style = ['app/page/tokens.css', 'app/parts/glyphs.css', 'app/stage/stage.css', 'figure/figure.css']
  .map((file) => readFileSync(join(src, file), 'utf8'))
  .join('\n');

const made = new Map<string, Tape>();
/** Made once for all that is asked of it. */
async function tapeOf(name: string): Promise<Tape> {
  const story = (await loadStory(name))!;
  const tape =
    made.get(name) ?? tapeOfStory(story, sampleData((story.begin as { sample: string }).sample), OPTIONS);
  made.set(name, tape);
  return tape;
}

const all = (node: Node, is: (n: Node) => boolean): Node[] => [
  ...(is(node) ? [node] : []),
  ...node.children.flatMap((c) => (typeof c === 'string' ? [] : all(c, is))),
];
const textIn = (node: Node): string =>
  node.children.map((c) => (typeof c === 'string' ? c : textIn(c))).join('');

describe.each(STORY_NAMES)('%s', (name) => {
  test('its poster is small, says its sentence as text, and holds its moment', async () => {
    const tape = await tapeOf(name);
    const { svg, width, height } = posterOf(
      tape,
      { style },
      { url: 'https://example.org/m/', moment: tape.link ?? '' },
    );
    expect(gzipSync(svg, { level: 9 }).length).toBeLessThanOrEqual(MOST);
    expect([width, height]).toEqual([720, expect.any(Number)]);
    const [root] = parseMarkup(svg);
    const [lead] = tape.first.says[tape.conn]!;
    expect(
      all(root!, (n) => n.tag === 'text')
        .map(textIn)
        .join(' '),
    ).toContain(lead);
    const rebind = find([root!], (n) => n.tag === 'rebind')!;
    expect(rebind.attributes.get('moment')).toBe(tape.link);
    expect(rebind.attributes.get('url')).toBe('https://example.org/m/');
    for (const tid of tape.lanes) expect(svg).toContain(`>T${tid}<`);
    for (const id of tape.lanes.flatMap((tid) => tape.first.threads[tid]!.inbox ?? []))
      expect(svg).toContain(`>${tape.first.dgrams[id]!.no}<`);
  });

  test('nothing in it has to be looked up elsewhere, and nothing is for hands', async () => {
    const { svg } = posterOf(await tapeOf(name), { style }, { url: '', moment: '' });
    expect(svg).not.toMatch(/var\(|color-mix|url\(|<script|tabindex|data-|undefined|NaN/);
    const [root] = parseMarkup(svg);
    expect(markupOf(root!).length).toBeGreaterThan(1000);
    const css = textIn(find([root!], (n) => n.tag === 'style')!);
    const used = new Set(all(root!, (n) => n.attributes.has('class')).map((n) => n.attributes.get('class')!));
    for (const c of used) expect(css).toContain(`.${c}{`);
    expect(css).toContain('@media(prefers-color-scheme:dark){.');
  });
});

test('a poster of one theme follows nobody, and is what the other is in that theme; narrow it is a phone’s', async () => {
  const tape = await tapeOf('first');
  const [light, dark] = (['light', 'dark'] as const).map(
    (theme) => posterOf(tape, { style }, { url: '', moment: '', theme }).svg,
  );
  for (const svg of [light, dark]) expect(svg).not.toContain('@media');
  expect(light).toContain(':root{color-scheme:light}');
  const both = posterOf(tape, { style }, { url: '', moment: '' }).svg;
  expect(both.split('<style>')[1]!.split('@media')[0]!.split('}').slice(1).join('}')).toBe(
    light!.split('<style>')[1]!.split('</style>')[0]!.split('}').slice(1).join('}'),
  );
  expect(dark!.replace(/<style>.*<\/style>/, '')).toBe(light!.replace(/<style>.*<\/style>/, ''));
  expect(dark).not.toBe(light);
  const narrow = posterOf(tape, { style }, { url: '', moment: '', kind: 'phone' });
  expect(narrow.width).toBe(360);
});

test('the whole in one document asks for nothing', async () => {
  const tape = await tapeOf('first');
  const built = { style, script: 'console.error("</script>")', theme: '' };
  const html = singlePage(
    tape,
    built,
    'https://example.org/',
    posterOf(tape, built, { url: '', moment: '' }),
  );
  expect(html).not.toMatch(/<script src|<link rel="stylesheet"|<img/);
  // What a script holds does not end it.
  expect(html.match(/<\/script>/g)?.length).toBe(3);
  const [, json] = /<script type="application\/json" id="tape">(.*?)<\/script>/s.exec(html)!;
  expect(JSON.parse(json!)).toEqual(JSON.parse(JSON.stringify(tape)));
});

describe('a stylesheet written out', () => {
  const sheet = readSheet(`
    :root { --ink: #102030; --c: #000; }
    :root[data-theme="dark"] { --ink: #fff; }
    @media (max-width: 10px) { .a text { fill: red; } }
    .hue1 { --c: #ff0000; }
    :where(.a) text { fill: var(--ink); stroke: none; }
    .a .b { fill: color-mix(in srgb, var(--c) 50%, #0000ff); }
    .a > .b:first-child { stroke-width: 3; }
    .b:hover { fill: green; }
  `);
  const node = (tag: string, names: string, ...children: Node[]): Node => ({
    tag,
    attributes: new Map([['class', names]]),
    children,
  });
  const b = node('text', 'b');
  const plain = node('text', '');
  const top = node('g', 'a hue1', b, plain);
  const { variables } = stylesOf(sheet, [top], new Map());
  const drawn = (n: Node, theme: 'light' | 'dark') =>
    Object.fromEntries(stylesOf(sheet, [top, n], variables).styles[theme]);

  test('variables are the theme’s, and those that the surroundings set', () => {
    expect(drawn(plain, 'light')).toEqual({ fill: '#102030', stroke: 'none' });
    expect(drawn(plain, 'dark')).toEqual({ fill: '#fff', stroke: 'none' });
  });

  test('the more particular rule holds; places, states and widths that are not do not', () => {
    expect(drawn(b, 'light')).toEqual({ fill: '#800080', stroke: 'none', 'stroke-width': '3' });
  });
});

test('a reel’s markup has both widths', async () => {
  const { figureMarkup } = await import('./draw.tsx');
  const html = figureMarkup(new Reel(await tapeOf('first')), '../../');
  expect(html.match(/class="stage figure/g)?.length).toBe(1);
  expect(html.match(/class="stage phone/g)?.length).toBe(1);
  expect(html).not.toMatch(/\sstyle=/);
});

const drawnOf = (svg: string): Node[] => {
  const [root] = parseMarkup(svg.replace(/<style>.*<\/style>/, ''));
  return root!.children.filter((c): c is Node => typeof c !== 'string');
};
const having = (nodes: Node[], name: string): Node[] => nodes.filter((n) => classesOf(n).includes(name));

/** Small pictures show what their tapes hold at the event that each is drawn at. */
test.each([
  ['first', ['redispatch']],
  ['store', ['commit']],
  ['twice', ['redispatch', 'redispatch']],
  ['no-memory', ['refused']],
] as const)('%s, small: its owner, what waits, and what happens', async (name, kinds) => {
  const story = (await loadStory(name))!;
  const tape = await tapeOf(name);
  const events = eventsOf(tape, story.picture);
  expect(events.map((e) => e.kind)).toEqual(kinds);
  const svg = smallSvg(tape, readSheet(style), story.picture);
  expect(svg).toContain(`width="${SMALL.width}" height="${SMALL.height}"`);
  expect(svg.length).toBeLessThan(3000);
  const drawn = drawnOf(svg);
  const reel = new Reel(tape);
  const view = reel.viewAt(reel.frameOf(events.at(-1)!.at));
  const lanes = [...having(drawn, 'lane'), ...having(drawn, 'own')];
  const tids = [...new Set([...tape.lanes, ...events.flatMap((e) => [e.tid, e.other!])])];
  expect(lanes).toHaveLength(tids.length);
  expect(having(drawn, 'own')).toHaveLength(1);
  const waiting = tids.reduce((n, tid) => n + Math.min(3, view.threads[tid]!.inbox?.length ?? 0), 0);
  const sheets = drawn.filter((n) => n.tag === 'path' && /h8v8h-8z/.test(n.attributes.get('d') ?? ''));
  expect(sheets).toHaveLength(waiting);
  expect(having(drawn, 'trunk')).toHaveLength(kinds.filter((k) => k === 'redispatch').length);
  expect(having(drawn, 'fc')).toHaveLength(kinds.filter((k) => k === 'commit').length);
  expect(having(drawn, 'bar')).toHaveLength(kinds.filter((k) => k === 'refused').length);
  // Both themes say each colour that is drawn with.
  const [light, dark] = svg.split('prefers-color-scheme:dark');
  for (const colour of new Set([...svg.matchAll(/var\((--[a-z0-9]+)\)/g)].map((m) => m[1]!)))
    for (const part of [light!, dark!]) expect(part, colour).toMatch(new RegExp(`${colour}:#`));
});
