/** `rebind moment`: folders of stories, of links, of an own capture; what is no moment is refused in one line. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { decodeMoment, encodeMoment } from '../link/index.ts';
import { sha256Hex } from '../quic/sha256.ts';
import { parseStory } from '../stories/index.ts';
import { tapeOfMoment } from '../tape/of-moment.ts';
import { Reel } from '../tape/reel.ts';
import { parseTape } from '../tape/schema.ts';
import { explore } from './explore.ts';
import { momentOfLink } from './link-moment.ts';
import { moment } from './moment.ts';
import { command } from './testing/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'rebind-moments-'));
const run = command(moment);
const PATH = process.env.PATH;
afterEach(() => {
  vi.restoreAllMocks();
  process.env.PATH = PATH;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Without a Chromium, so that none is started. */
const plainly = (...argv: string[]) => {
  process.env.PATH = '';
  return run(...argv);
};
const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');
const tapeIn = (name: string) => parseTape(JSON.parse(read(name, 'tape.json')));

test('a story: every file of its folder, and why there is no PNG', async () => {
  const { code, out, err } = await plainly('first', '--out', join(folder, 'first'));
  expect(code).toBe(0);
  expect(err).toContain('No Chromium was found');
  const files = readdirSync(join(folder, 'first')).sort();
  expect(files).toEqual([
    'figure.css',
    'figure.js',
    'index.html',
    'moment.json',
    'oembed.json',
    'poster.svg',
    'tape.json',
    'theme.js',
  ]);
  for (const file of files) expect(out).toContain(file);
  const story = parseStory(JSON.parse(read('first', 'moment.json')));
  expect(story).toMatchObject({ name: 'first', beats: [] });
  const html = read('first', 'index.html');
  expect(html).toContain('<title>Moved while packets wait · Rebind</title>');
  expect(html).toContain('<script src="./figure.js"></script>');
  expect(html).not.toContain('og:image');
});

test('its moment.json makes the same tape again', async () => {
  const { code } = await plainly(
    join(folder, 'first/moment.json'),
    '--out',
    join(folder, 'again'),
    '--title',
    'Again',
  );
  expect(code).toBe(0);
  const { beats: _, ...told } = tapeIn('first');
  const { beats: __, ...again } = tapeIn('again');
  expect([again.title, again.link]).toEqual(['Again', told.link]);
  expect(again.events.filter((e) => e.rest)).toEqual(
    told.events.filter((e) => e.rest).slice(0, again.events.length),
  );
});

test('a link: from the order that led to it on, standing where the link does; its moment.json leads there too', async () => {
  const tape = tapeIn('first');
  const reel = new Reel(tape);
  const passed = reel.marks.find((m) => m.kind === 'redispatch')!;
  const { moment: m } = decodeMoment(tape.link!);
  const link = `https://example.org/#m=${encodeMoment({ ...m, name: 'A <late> one', playhead: { at: passed.at, undone: 0 } })}`;
  const { code, err } = await plainly(link, '--out', join(folder, 'link'));
  expect(err).not.toContain('refused');
  expect(code).toBe(0);
  const made = tapeIn('link');
  expect(made).toMatchObject({ title: 'A <late> one', start: tape.start, at: passed.at, lanes: tape.lanes });
  expect(made.events.filter((e) => e.kind === 'handled' && e.rest).length).toBe(3);
  expect(new Reel(made).viewAt(new Reel(made).frameOf(passed.at))).toEqual(reel.viewAt(passed.frame));
  expect(read('link', 'poster.svg')).toContain('A now belongs to T');
  expect(read('link', 'index.html')).toContain('A &lt;late&gt; one');
  const again = await plainly(join(folder, 'link/moment.json'), '--out', join(folder, 'link2'));
  expect(again.code).toBe(0);
  expect({ ...tapeIn('link2'), name: '' }).toEqual({ ...made, name: '' });
});

test('of an own capture addresses and CIDs are named first, and no link is made', async () => {
  const capture = 'public/captures/v01-ngtcp2-haproxy34';
  const { moment: m } = decodeMoment(tapeIn('first').link!);
  const own = {
    ...m,
    scenario: {
      kind: 'capture' as const,
      sha256: sha256Hex(readFileSync(`${capture}.pcap`)),
      name: 'mine.pcap',
      withKeys: true,
    },
    fingerprint: '',
    departures: [],
    end: 2500,
    playhead: { at: 2500, undone: 0 },
  };
  const argv = [
    encodeMoment(own),
    `${capture}.pcap`,
    '--keys',
    `${capture}.keys`,
    '--out',
    join(folder, 'own'),
  ];
  const { code, out } = await plainly(...argv);
  expect(code).toBe(0);
  expect(out.split('\n')[0]).toMatch(
    /^The tape holds of your capture: 1 address \(127\.0\.0\.1:\d+\), 1 CID \([0-9a-f]+\)/,
  );
  expect(tapeIn('own').link).toBeUndefined();
});

test('--single is one document, small enough to be sent', async () => {
  const { code } = await plainly('first', '--single', '--out', join(folder, 'single'));
  expect(code).toBe(0);
  expect(readdirSync(join(folder, 'single'))).toEqual(['first.html']);
  const html = read('single', 'first.html');
  expect(html).not.toMatch(/<script src|rel="stylesheet"/);
  expect(gzipSync(html, { level: 9 }).length).toBeLessThan(60_000);
});

test('--site makes addresses whole', async () => {
  const argv = ['first', '--out', join(folder, 'site'), '--site', 'https://example.org/m/first'];
  expect((await plainly(...argv)).code).toBe(0);
  const html = read('site', 'index.html');
  expect(html).toContain('property="og:url" content="https://example.org/m/first/"');
  expect(html).toContain('href="https://example.org/m/first/oembed.json"');
  expect(JSON.parse(read('site', 'oembed.json'))).toMatchObject({ version: '1.0', type: 'rich' });
});

test.each([
  [[], /usage/],
  [['nothing'], /There is no story nothing; there are: first, /],
  [['1AAAA'], /link/i],
  [['first', '--site', 'here'], /--site is a whole address/],
  [['/no/such/moment.json'], /is no moment/],
  [['--bundled'], /usage/],
])('%j is refused in one line', async (argv, why) => {
  const { code, err } = await plainly(...argv);
  expect(code).toBe(2);
  expect(err).toMatch(why);
});

test('a run that breaks what comes after it is told to where the program stops: X04 frees a task twice', async () => {
  // Before 9240cd4a2, from which on nothing frees it a second time there.
  const found = await command(explore)('--world', 'X04', '--revision', 'finalized', '--json');
  const { moment: m, data } = momentOfLink(JSON.parse(found.out).link, undefined, undefined);
  const tape = tapeOfMoment(m, data, { name: 'X04', title: '', look: '' });
  expect(tape.events.at(-1)!.kind).toBe('violation');
  expect(new Reel(tape).length).toBeGreaterThan(20);
});
