import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { captureFile, dropFiles, expect, seriousFindings, test } from './fixtures.ts';

const sentence = (page: Page) => page.getByTestId('sentence');
const hash = async (page: Page): Promise<string> =>
  (await page.getByTestId('stage').getAttribute('data-hash')) ?? '';

/** The moment that first open plays into: A's owner held, three of its datagrams waiting. */
async function storedMoment(page: Page): Promise<void> {
  await page.goto('/?plain');
  await expect(sentence(page)).toContainText('is held; 3 datagrams of it wait', { timeout: 30_000 });
  await expect.poll(() => hash(page)).not.toBe('');
}

/** Presses Step until the network is what comes next: all threads rest. In the page, picture by picture: they are hundreds. */
async function stepToRest(page: Page): Promise<void> {
  const rest = await page.evaluate(async () => {
    const of = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
    const next = () => of('next')?.textContent ?? '';
    const here = () => `${of('clock')?.textContent} ${next()}`;
    const frame = () => new Promise(requestAnimationFrame);
    for (let i = 0; i < 400; i++) {
      const before = here();
      of('step')?.click();
      const end = performance.now() + 20_000;
      while (here() === before) {
        if (performance.now() > end) return `step ${i} had no picture`;
        await frame();
      }
      await frame();
      if (/arrives/.test(next())) return 'arrives';
    }
    return 'the threads did not come to rest';
  });
  expect(rest).toBe('arrives');
}

async function playFast(page: Page): Promise<void> {
  const speed = page.getByTestId('speed');
  const values = await speed
    .locator('option')
    .evaluateAll((o) => o.map((x) => (x as HTMLOptionElement).value));
  await speed.selectOption(values.at(-1)!);
  await page.getByTestId('play').click();
}

/** Plays until connection A is accepted, then pauses at once: a watcher in the page presses Pause. */
async function playUntilAccepted(page: Page): Promise<void> {
  await page.getByTestId('speed').selectOption('400');
  await page.getByTestId('play').click();
  await page.waitForFunction(() => {
    const of = (id: string): HTMLElement | null => document.querySelector(`[data-testid="${id}"]`);
    const text = of('sentence')?.textContent ?? '';
    // Only these are said of a connection that has been accepted: what a datagram on its way hides, is not known yet.
    if (
      !/A (now )?belongs to T\d\.\s*(Nothing is unfinished|\d+ datagrams? waits? in|No timer|T\d works on datagram)/.test(
        text,
      )
    )
      return false;
    of('pause')?.click();
    return of('pause') !== null;
  });
  await expect(page.getByTestId('next')).toContainText('Next: ');
}

/** Chosen, and in the picture: what is asked of a connection next is answered by what is drawn. */
async function condition(page: Page, id: string): Promise<void> {
  const before = await hash(page);
  await page.getByTestId('conditions').click();
  await page.getByTestId(id).click();
  await expect.poll(() => hash(page)).not.toBe(before);
  await page.keyboard.press('Escape');
}

test('first open shows owners, traffic, and a rebind one click away', async ({ page }) => {
  await storedMoment(page);
  await expect(page.getByTestId('lane-T2')).toContainText('owner of A');
  await expect(page.getByTestId('inbox-T2')).toContainText('3 waiting');
  await expect(page.getByTestId('chip-F')).toBeVisible();
  await expect(page.getByTestId('totals')).toContainText('handled');
  expect(await seriousFindings(page)).toEqual([]);
});

test('by keyboard: three late datagrams are redispatched, exactly three, and each is handled once by the new owner', async ({
  page,
}) => {
  await storedMoment(page);
  await page.getByTestId('chip-A').focus();
  await page.keyboard.press('Shift+Digit0');
  await expect(sentence(page)).toContainText('A rebind to T0 is ordered');
  let seen = 0;
  const clock = page.getByTestId('clock');
  for (let i = 0; i < 300 && seen < 3; i++) {
    const before = (await clock.textContent()) ?? '';
    await page.keyboard.press('ArrowRight');
    await expect(clock).not.toHaveText(before);
    const text = (await page.getByTestId('redispatches').textContent()) ?? '';
    seen = Number(/(\d+) so far/.exec(text)?.[1] ?? seen);
  }
  await expect(page.getByTestId('redispatch').first()).toContainText(/T2 has sent A \d+ on to T0/);
  await stepToRest(page);
  await expect(page.getByTestId('redispatches')).toHaveAttribute('data-total', '3');
  await expect(page.getByTestId('lane-T0')).toContainText('owner of A');
  await expect(sentence(page)).not.toContainText('still holds');
  await expect(page.getByTestId('totals')).toContainText('0 waiting');
  await expect(page.getByTestId('totals')).toContainText('36 handled');
});

test('by menu', async ({ page }) => {
  await storedMoment(page);
  await page.getByTestId('chip-A').click({ button: 'right' });
  await page.getByTestId('rebind-to-T3').click();
  await expect(sentence(page)).toContainText('A rebind to T3 is ordered');
  await stepToRest(page);
  await expect(page.getByTestId('lane-T3')).toContainText('owner of A');
  await expect(page.getByTestId('redispatches')).toHaveAttribute('data-total', '3');
});

test('by drag; Esc takes it back', async ({ page }) => {
  await storedMoment(page);
  const drag = async (): Promise<void> => {
    const chip = (await page.getByTestId('chip-A').boundingBox())!;
    const lane = (await page.getByTestId('lane-T1').boundingBox())!;
    await page.mouse.move(chip.x + chip.width / 2, chip.y + chip.height / 2);
    await page.mouse.down();
    await page.mouse.move(chip.x + 20, chip.y - 20, { steps: 4 });
    await page.mouse.move(lane.x + lane.width * 0.9, lane.y + lane.height / 2, { steps: 8 });
  };
  const before = await hash(page);
  await drag();
  await expect(page.getByTestId('drop-target')).toContainText('T1');
  await page.keyboard.press('Escape');
  await page.mouse.up();
  expect(await hash(page)).toBe(before);
  await drag();
  await page.mouse.up();
  await expect(sentence(page)).toContainText('A rebind to T1 is ordered');
  await stepToRest(page);
  await expect(page.getByTestId('lane-T1')).toContainText('owner of A');
});

test('a rebind without memory is refused, says so, and leaves the hash as it was', async ({ page }) => {
  await storedMoment(page);
  const before = await hash(page);
  await condition(page, 'fail-next');
  await page.getByTestId('chip-C').focus();
  await page.getByTestId('chip-C').click();
  await page.keyboard.press('Shift+Digit0');
  await stepToRest(page);
  await expect(page.getByTestId('notice')).toContainText(/no memory/i);
  expect(await hash(page)).toBe(before);
  await expect(page.getByTestId('lane-T1')).toContainText('owner of C');
});

test('a closing connection and one with more CIDs are refused with the reason, nothing changes', async ({
  page,
}) => {
  await storedMoment(page);
  const before = await hash(page);
  await page.getByTestId('chip-D').click();
  await page.keyboard.press('Shift+Digit3');
  await expect(page.getByTestId('notice')).toContainText(/closing|draining/);
  expect(await hash(page)).toBe(before);
  await page.goto('/?sample=one');
  await expect(page.getByTestId('next')).toContainText('arrives', { timeout: 30_000 });
  await condition(page, 'withhold');
  await playUntilAccepted(page);
  await stepToRest(page);
  await page.getByTestId('chip-A').click();
  await expect.poll(() => hash(page)).not.toBe('');
  const now = await hash(page);
  const owner = Number(/T(\d)/.exec((await page.getByTestId('owner').first().textContent()) ?? '')![1]);
  await page.keyboard.press(`Shift+Digit${(owner + 1) % 4}`);
  await expect(page.getByTestId('notice')).toContainText('more than one CID');
  expect(await hash(page)).toBe(now);
});

test('with the gate off a closing connection runs into HAProxy’s BUG_ON and the run stops', async ({
  page,
}) => {
  await storedMoment(page);
  await condition(page, 'gate');
  await page.getByTestId('chip-D').click();
  await page.keyboard.press('Shift+Digit3');
  await page.getByTestId('play').click();
  await expect(page.getByTestId('notice')).toContainText('qc->flags & ((1U << 29)|(1U << 30))', {
    timeout: 60_000,
  });
  await expect(page.getByTestId('notice')).toContainText('quic_conn.c:8503');
  await expect(page.getByTestId('step')).toBeDisabled();
});

for (const [revision, ending] of [
  ['25174d51e', 'frozen'],
  ['finalized', 'goes on'],
] as const) {
  test(`owned sockets, ${revision}: after a rebind by hand the connection ${ending}`, async ({ page }) => {
    await page.goto('/?sample=one');
    await expect(page.getByTestId('next')).toContainText('arrives', { timeout: 30_000 });
    await page.getByTestId('revision').selectOption(revision);
    await page.getByTestId('socket-owner').selectOption('connection');
    await playUntilAccepted(page);
    await page.getByTestId('chip-A').click();
    const owner = Number(/T(\d)/.exec((await page.getByTestId('owner').first().textContent()) ?? '')![1]);
    await page.keyboard.press(`Shift+Digit${(owner + 2) % 4}`);
    await expect(sentence(page)).toContainText(/ordered/);
    await playFast(page);
    if (ending === 'frozen') await expect(sentence(page)).toContainText('frozen', { timeout: 60_000 });
    else await expect(page.getByTestId('totals')).toContainText('29 handled', { timeout: 60_000 });
  });
}

test('a capture by chooser, with its keys, and by drop, without', async ({ page }) => {
  await storedMoment(page);
  await page.getByTestId('open').click();
  await page.getByTestId('file-capture').setInputFiles(captureFile('v01-ngtcp2-haproxy34.pcap'));
  await page.getByTestId('file-keys').setInputFiles(captureFile('v01-ngtcp2-haproxy34.keys'));
  await page.getByTestId('open-go').click();
  await expect(page.getByTestId('next')).toContainText('datagram 1 of A arrives', { timeout: 30_000 });
  await playFast(page);
  await expect(page.getByTestId('totals')).toContainText('29 handled', { timeout: 60_000 });
  await dropFiles(page, 'body', [
    { name: 'anything.bin', bytes: readFileSync(captureFile('v12-ngtcp2-haproxy34-chacha.pcap')) },
  ]);
  await expect(page.getByTestId('totals')).toContainText('0 received', { timeout: 30_000 });
  await page.getByTestId('notes').click();
  await expect(page.getByTestId('notes')).toContainText('No keys for this capture');
  await playFast(page);
  await expect(page.getByTestId('totals')).toContainText('12 handled', { timeout: 60_000 });
});

const pcap = readFileSync(captureFile('v01-ngtcp2-haproxy34.pcap'));
const unknownLink = Buffer.from(pcap);
unknownLink.writeUInt32LE(147, 20);
const notQuic = Buffer.from(pcap.subarray(0, 24 + 16 + 60));
notQuic.writeUInt32LE(60, 24 + 8);
notQuic.writeUInt32LE(60, 24 + 12);
notQuic.fill(0, 24 + 16 + 12);

const BROKEN: [string, Uint8Array, RegExp][] = [
  ['an empty file', new Uint8Array(0), /empty/i],
  ['wrong magic', Buffer.from('this is no capture at all, only text'), /pcap/i],
  ['a header cut short', pcap.subarray(0, 10), /short|cut|end/i],
  ['no QUIC in it', notQuic, /QUIC|UDP|IP/],
  ['an unknown link type', unknownLink, /link/i],
];

for (const [name, bytes, words] of BROKEN) {
  test(`broken file, ${name}: its sentence, and the stage is kept`, async ({ page }) => {
    await storedMoment(page);
    const before = await hash(page);
    await dropFiles(page, 'body', [{ name: 'broken.pcap', bytes }]);
    await expect(page.getByTestId('notice')).toContainText(words);
    expect(await hash(page)).toBe(before);
    await expect(page.getByTestId('lane-T2')).toContainText('owner of A');
  });
}

test('keys of another capture are told, and the capture plays without them', async ({ page }) => {
  await page.goto('/?sample=one');
  await expect(page.getByTestId('next')).toContainText('arrives', { timeout: 30_000 });
  await dropFiles(page, 'body', [
    { name: 'other.keys', bytes: readFileSync(captureFile('v12-ngtcp2-haproxy34-chacha.keys')) },
  ]);
  await expect(page.getByTestId('notes')).toBeVisible();
  await page.getByTestId('notes').click();
  await expect(page.getByTestId('notes')).toContainText('another capture');
});

test('where nothing may glide, what the last step moved is outlined: not at rest, and not after a jump', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await storedMoment(page);
  const moved = page.locator('.datagram[data-moved]');
  await expect(moved).toHaveCount(0);
  const stage = page.getByTestId('stage');
  await page.getByTestId('hold-T2').click();
  let at = '';
  for (let i = 0; i < 60 && (await moved.count()) === 0; i++) {
    at = (await stage.getAttribute('data-steps')) ?? '';
    await page.keyboard.press('ArrowRight');
    await expect(stage).not.toHaveAttribute('data-steps', at);
  }
  await expect(moved.first()).toHaveAttribute('data-moved', (await stage.getAttribute('data-steps'))!);
  await page.keyboard.press('Home');
  await expect(stage).toHaveAttribute('data-steps', '0');
  await expect(moved).toHaveCount(0);
});
