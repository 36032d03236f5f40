/** What comes from outside, and what dies: nothing of it may pass without a word. */
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { honest, sealed } from '../src/link/file/testing/forged.ts';
import { encodeMoment, plainMoment, toHash } from '../src/link/index.ts';
import type { Moment } from '../src/link/moment.ts';
import { dataOf } from '../src/scenario/testing/worlds.ts';
import { dropFiles, expect, test } from './fixtures.ts';
import { plain } from './sites.ts';

const MOMENT = 'is held; 3 datagrams of it wait';
const notice = (page: Page) => page.getByTestId('notice');

async function atMoment(page: Page, where = '/'): Promise<void> {
  await page.goto(where);
  await expect(page.getByTestId('sentence')).toContainText(MOMENT, { timeout: 30_000 });
}

/** Ends a worker without a word, as a crash of its own would: it says nothing to anybody. */
async function endSilently(page: Page, script: string): Promise<void> {
  const worker = page.workers().find((w) => w.url().includes(script));
  await worker!.evaluate(() => globalThis.close());
}

for (const [how, where] of [
  ['shared', '/?plain'],
  ['handed round', `${plain}/?plain`],
] as const) {
  test(`memory ${how}: a coordinator that falls silent is named, figures go grey with their age, and new workers go on`, async ({
    page,
  }) => {
    await atMoment(page, where);
    await expect.poll(() => page.getByTestId('stage').getAttribute('data-hash')).not.toBe('');
    const hash = await page.getByTestId('stage').getAttribute('data-hash');
    const clock = await page.getByTestId('clock').textContent();
    await endSilently(page, 'coordinator-worker');
    await expect(notice(page)).toContainText('The coordinator does not answer');
    await expect(page.getByTestId('age')).toContainText(/These figures are \d+ s old/);
    await page.getByTestId('notice-way').click();
    await expect(page.getByTestId('age')).toBeHidden();
    await expect(notice(page)).toBeHidden();
    await expect(page.getByTestId('stage')).toHaveAttribute('data-hash', hash!);
    await expect(page.getByTestId('clock')).toHaveText(clock!);
    // The first moment's prepared choice is taken first; it is no step of a thread.
    await expect(async () => {
      await page.getByTestId('step').click();
      await expect(page.getByTestId('clock')).not.toHaveText(clock!, { timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
  });
}

test('in a story it is named too, and the story goes on', async ({ page }) => {
  await atMoment(page);
  await endSilently(page, 'coordinator-worker');
  await expect(notice(page)).toContainText('The coordinator does not answer');
  await expect(page.getByTestId('age')).toContainText(/These figures are \d+ s old/);
  await page.getByTestId('notice-way').click();
  await expect(page.getByTestId('age')).toBeHidden();
  // While its new workers start nobody takes the order.
  await expect(async () => {
    await page.getByTestId('story-next').click();
    await expect(page).toHaveURL(/beat=[2-9]/, { timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
});

test('a thread whose worker falls silent between its turns is named without being asked', async ({
  page,
}) => {
  await atMoment(page, '/?plain');
  // A step has been taken: by then all of them are up.
  const steps = () => page.getByTestId('stage').getAttribute('data-steps');
  const before = await steps();
  await expect(async () => {
    await page.keyboard.press('ArrowRight');
    expect(await steps()).not.toBe(before);
  }).toPass();
  await endSilently(page, 'thread-worker');
  await expect(notice(page)).toContainText(/The worker of T\d does not answer/, { timeout: 30_000 });
  await expect(page.getByTestId('stage')).toContainText('No worker');
  await page.getByTestId('notice-way').click();
  await expect(notice(page)).toBeHidden();
  await expect(page.getByTestId('stage')).not.toContainText('No worker');
});

test.describe('links', () => {
  const six: Moment = { ...plainMoment(), scenario: { kind: 'sample', id: 'six' } };
  const link = (m: Partial<Moment>): string => toHash(encodeMoment({ ...six, ...m }));
  const old = (json: string): string => `#m=0${Buffer.from(json).toString('base64url')}`;
  const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
  const FIRST = 'The first sample is shown.';

  /** What the address is, and what is said of it in one notice. */
  const MAD: [string, string, string | RegExp][] = [
    ['no link at all', '#m=%%%', `The link is not one of ours. ${FIRST}`],
    ['a format to come', '#m=9abc', `this page knows formats up to 1. ${FIRST}`],
    ['nests 60 000 deep', old(deep), `nothing of it could be read. ${FIRST}`],
    [
      'objects for numbers',
      old('{"scenario":"six","options":{"threads":{"valueOf":1}},"departures":[{"at":{"toString":null}}]}'),
      'its number of threads is no number. Of the link, the choices could not be read whole',
    ],
    ['200 000 characters', `#m=1${'A'.repeat(199_000)}`, /does not know\. \([\d,]+ more like it\)/],
    [
      'a world that is not there',
      link({ scenario: { kind: 'world', world: 'atlantis', fixed: false, bounds: {} } }),
      `There is no world “atlantis” in the museum. ${FIRST}`,
    ],
    [
      'a text that turns round',
      link({ scenario: { kind: 'sample', id: '\u202egnp.exe' } }),
      `There is no sample “‹U+202E›gnp.exe” here. ${FIRST}`,
    ],
    [
      'another state',
      link({ end: 500, playhead: { at: 500, undone: 0, hash: '0123456789abcdef' } }),
      'step 500, another state than was copied',
    ],
    [
      'a thousand places that never come',
      link({
        fingerprint: '0badcafe',
        departures: Array.from({ length: 1000 }, (_, i) => ({
          at: 30 * i,
          choice: { kind: 'hold', tid: i % 4 },
          anchor: { kind: 'step', tid: 0, proc: 'quic_sock_fd_iocb', label: 'nowhere', nth: i + 1 },
        })),
        end: 40_000,
        playhead: { at: 40_000, undone: 0 },
      }),
      '(999 more like it)',
    ],
    ['an end that never comes', link({ end: 1e10, playhead: { at: 1e10, undone: 0 } }), 'the run ends after'],
  ];

  for (const [what, hash, said] of MAD) {
    test(`${what}: one notice, and a stage`, async ({ page }) => {
      await page.goto(`/?plain${hash}`);
      await expect(notice(page)).toContainText(said, { timeout: 60_000 });
      await expect(page.getByTestId('sentence')).not.toBeEmpty({ timeout: 30_000 });
      await expect(notice(page)).not.toContainText(`${FIRST} The rest`);
    });
  }

  test('what an address asks for and is not there is said, by its name as it is written', async ({
    page,
  }) => {
    await page.goto('/?sample=%E2%80%AEgnp.exe');
    await expect(notice(page)).toContainText('There is no sample “‹U+202E›gnp.exe”', { timeout: 60_000 });
    await expect(page.getByTestId('sentence')).toContainText(MOMENT, { timeout: 30_000 });
    await page.goto(`/?story=${'x'.repeat(3000)}`);
    await expect(notice(page)).toContainText(`There is no story “${'x'.repeat(60)}…”`, { timeout: 60_000 });
  });

  test('a museum that cannot be loaded is a notice, also when it is tried again', async ({
    page,
    complaints,
  }) => {
    const museum = /\/assets\/museum-/;
    await page.route(museum, (route) => route.abort());
    const to = link({ scenario: { kind: 'world', world: 'M01', fixed: false, bounds: {} } });
    await page.goto(`/?plain${to}`);
    await expect(notice(page)).toContainText('The museum that the link leads to could not be loaded', {
      timeout: 60_000,
    });
    await page.getByTestId('notice-way').first().click();
    await expect(notice(page)).toContainText('The museum that the link leads to could not be loaded');
    await page.unroute(museum);
    await page.reload();
    await expect(page.getByTestId('sentence')).not.toBeEmpty({ timeout: 60_000 });
    await expect(notice(page)).toBeHidden();
    complaints.length = 0;
  });
});

test('forged saved moments are named, in their time and within their size, and the stage stays', async ({
  page,
}) => {
  const { file, head, words } = await honest(dataOf('v07'), 3000);
  const zeros = new Uint8Array(1e7);
  const past = new Uint8Array(words);
  past.fill(0x41, 4 * 20_000);
  const forged: [string, Uint8Array, string][] = [
    ['past.rebind', await sealed([head, past]), 'The file is not what it says'],
    ['zeros.rebind', await sealed([head, words.map(() => 0)]), 'stands at no step of the program'],
    ['bomb.rebind', await sealed([head, ...Array<Uint8Array>(50).fill(zeros)]), 'its lengths do not fit'],
    ['large.rebind', await sealed([head, words], 0xffff_ffff), 'at most 536870912 are unpacked'],
    ['cut.rebind', file.slice(0, -5000), 'The file is cut short'],
    ['cut.rebind.gz', new Uint8Array(gzipSync(file)).slice(0, -5000), 'The file is damaged'],
    ['text.rebind', new TextEncoder().encode('a letter'), 'neither a pcap nor a pcapng file'],
  ];
  await atMoment(page, '/?plain');
  const hash = await page.getByTestId('stage').getAttribute('data-hash');
  for (const [name, bytes, why] of forged) {
    await dropFiles(page, 'body', [{ name, bytes }]);
    await expect(notice(page)).toContainText(why, { timeout: 30_000 });
    await expect(page.getByTestId('stage')).toHaveAttribute('data-hash', hash!);
  }
  await dropFiles(page, 'body', [{ name: 'honest.rebind', bytes: file }]);
  await expect(page.getByTestId('stage')).not.toHaveAttribute('data-hash', hash!, { timeout: 60_000 });
  const opened = await page.getByTestId('stage').getAttribute('data-hash');
  const earlier = await honest(dataOf('v07'), 2000);
  await dropFiles(page, 'body', [{ name: 'honest.rebind.gz', bytes: gzipSync(earlier.file) }]);
  await expect(page.getByTestId('stage')).not.toHaveAttribute('data-hash', opened!, { timeout: 60_000 });
  await expect(notice(page)).toBeHidden();
});
