import type { Page } from '@playwright/test';
import { expect, seriousFindings, test } from './fixtures.ts';

/** The moment that first open plays into, with the Program tab on one procedure. */
async function open(page: Page, procedure: string): Promise<void> {
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).toContainText('datagrams of it wait', { timeout: 30_000 });
  const drawer = page.getByTestId('drawer');
  if (await drawer.isVisible()) await drawer.click();
  await page.getByTestId('procedure').selectOption(procedure);
  await expect(page.getByTestId('procedure-rows').locator('li').first()).toBeVisible();
}

interface DrawnJump {
  name: string;
  target: string;
  /** Off the middle of its name, where its line begins; off the first line of the row, where its arrow's head is. px */
  begins: number;
  ends: number;
  /** Its line begins and its arrow ends to the right of the text. */
  beside: boolean;
}

/** Every named jump with what is drawn of it. */
const drawnJumps = (page: Page): Promise<DrawnJump[]> =>
  page.getByTestId('procedure-rows').evaluate((list) => {
    const { top } = list.getBoundingClientRect();
    const svg = list.querySelector('svg')!.getBoundingClientRect();
    return [...list.querySelectorAll<HTMLElement>('button[data-jump]')].map((name) => {
      const target = name.dataset.jump!;
      const trunk = list.querySelector(`[data-trunk="${CSS.escape(target)}"]`);
      const [lines, head] = [...(trunk?.querySelectorAll('path') ?? [])].map((p) => p.getAttribute('d')!);
      const starts = [...(lines ?? '').matchAll(/M0 ([\d.]+)/g)].map((m) => Number(m[1]));
      const end = Number(/^M1 ([\d.]+)/.exec(head ?? '')?.[1]);
      const at = name.getBoundingClientRect();
      const row = list.querySelector(`[data-step="${CSS.escape(target)}"]`)!.getBoundingClientRect();
      const middle = at.top + at.height / 2 - top;
      return {
        name: name.textContent!,
        target,
        begins: Math.min(...starts.map((y) => Math.abs(y - middle))),
        ends: Math.abs(end - (row.top - top)),
        beside: at.right <= svg.left + 1,
      };
    });
  });

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];

for (const size of SIZES)
  test(`at ${size.width} by ${size.height} each jump is drawn from its name to the row that it leads to`, async ({
    page,
  }) => {
    await page.setViewportSize(size);
    await open(page, 'quic_dgram_parse');
    const rows = page.getByTestId('procedure-rows');
    await expect(rows.locator('li')).toHaveCount(15);
    await expect(rows.locator('[data-step="2"]')).toContainText('Parse its header');
    await expect(rows.locator('[data-step="2"]')).toContainText('quic_conn.c:8231');
    await expect.poll(async () => (await drawnJumps(page)).every((j) => j.begins < 2)).toBe(true);
    const jumps = await drawnJumps(page);
    expect(jumps.map((j) => j.name)).toContain('refused next');
    expect(jumps.length).toBe(10);
    for (const j of jumps) {
      expect(j.begins, j.name).toBeLessThan(2);
      expect(j.ends, j.name).toBeGreaterThan(5);
      expect(j.ends, j.name).toBeLessThan(22);
      expect(j.beside, j.name).toBe(true);
    }
    const wide = await page.locator('#inspector-panel').evaluate((n) => n.scrollWidth - n.clientWidth);
    expect(wide).toBe(0);
  });

test('by keyboard: a jump leads to its row, and lines of the row stand out', async ({ page }) => {
  await open(page, 'quic_dgram_parse');
  await page.locator('[data-step="5"] [data-jump="next"]').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-step="next"]')).toBeFocused();
  await expect(page.locator('g.lit[data-trunk="next"]')).toHaveCount(1);
  await expect(page.locator('g.lit[data-trunk="1"]')).toHaveCount(1);
  await expect(page.locator('g.lit[data-trunk="end"]')).toHaveCount(0);
});

test('a procedure that a later commit brings is named with that commit', async ({ page }) => {
  await page.goto('/?plain');
  await page.getByTestId('procedure').selectOption('qc_bind_tid_commit');
  await expect(page.getByTestId('program')).toContainText(
    'No part of finalized, at accept: 95f624540 brings it.',
  );
  await page.getByTestId('against').selectOption({ label: '+ 95f624540' });
  await expect(page.getByTestId('procedure-counts')).toHaveText('5 added');
});

test('the function of a rebind opens in full', async ({ page }) => {
  await page.goto('/?plain');
  await page.getByRole('button', { name: 'qc_set_tid_affinity' }).click();
  await expect(page.getByTestId('procedure')).toHaveValue('qc_set_tid_affinity');
  await expect(page.getByTestId('procedure-counts')).toHaveText('22 steps');
});

test('threads stand at their steps', async ({ page }) => {
  await open(page, 'run_poll_loop');
  await expect(page.locator('.procedure-rows .standing').filter({ hasText: 'T0' })).toHaveCount(1);
});

test('two revisions side by side: what is added, gone, changed, and where it went', async ({ page }) => {
  await open(page, 'qc_set_tid_affinity');
  await page.getByTestId('against').selectOption({ label: '+ 95f624540' });
  await expect(page.getByTestId('procedure-counts')).toHaveText('1 added, 6 removed, 1 changed');
  await expect(page.locator('.procedure-rows li.removed').filter({ hasText: 'S14' })).toContainText(
    'now in set_affinity2',
  );
  await expect(page.locator('[data-step="S15n"]')).toContainText('was S15');
  expect(await seriousFindings(page)).toEqual([]);
  // The earlier one comes first, whichever of them runs.
  await page.getByTestId('against').selectOption('25174d51e');
  await expect(page.getByTestId('procedure-of').first()).toContainText('From seed');
  await expect(page.getByTestId('procedure-counts')).toHaveText('1 added, 1 with other jumps');
});

test('a number opens what HAProxy does there, a commit what it did; one leads to the other and back', async ({
  page,
}) => {
  await open(page, 'qc_set_tid_affinity');
  await page.getByTestId('entry-S14').click();
  const dialog = page.getByTestId('dialog');
  await expect(dialog.getByRole('heading', { level: 2 })).toContainText('S14 ·');
  await expect(dialog).toContainText('docs/semantics.md');
  await dialog.getByRole('button', { name: 'S-err →' }).click();
  await expect(dialog.getByRole('heading', { level: 2 })).toContainText('S-err ·');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await page.getByTestId('patch-739de3f11').first().click();
  await expect(dialog).toContainText('2.8-dev8');
  await expect(dialog).toContainText('Before S6, for whoever comes there');
  await expect(dialog).toContainText('Was the I/O tasklet queued? Then remember to wake the new one');
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByTestId('entry-M04').click();
  await expect(dialog.getByRole('heading', { level: 2 })).toContainText('M04 ·');
  await page.getByTestId('reading-back').click();
  await expect(dialog.getByRole('heading', { level: 2 })).toHaveText('739de3f11');
});

test('a fix taken out is said wherever the revision stands, until it is put back', async ({ page }) => {
  await open(page, 'listener_accept');
  await expect(page.getByTestId('changes')).toHaveCount(0);
  await page.getByTestId('about-revision').click();
  await page.getByTestId('switch-patch').click();
  await expect(page.getByTestId('changes')).toContainText('−1acbbca17');
  await expect(page.getByTestId('procedure-of')).toContainText('without 1acbbca17');
  await page.getByTestId('against').selectOption({ label: 'finalized, at accept, unchanged' });
  await expect(page.getByTestId('procedure-of').first()).toHaveText('From finalized, at accept');
  await expect(page.getByTestId('procedure-counts')).toContainText('removed');
  await page.getByTestId('procedure').selectOption('');
  await expect(page.getByTestId('program')).toContainText('without 1acbbca17');
  await page.getByTestId('changes').click();
  await expect(page.getByTestId('dialog')).toContainText('without 1acbbca17');
  await page.getByTestId('take-back').click();
  await expect(page.getByTestId('changes')).toHaveCount(0);
  await expect(page.getByTestId('program')).not.toContainText('without 1acbbca17');
});

test('a mutation is found from what it would break, put in, and said; its patch is a page like a commit’s', async ({
  page,
}) => {
  await open(page, 'qc_set_tid_affinity');
  await page.getByTestId('entry-S1').first().click();
  const dialog = page.getByTestId('dialog');
  await dialog.getByRole('button', { name: 'X03' }).click();
  await dialog.getByTestId('patch-X03').click();
  await expect(dialog).toContainText('S1.2 moves, to stand after S5.1');
  await page.getByTestId('switch-patch').click();
  await expect(page.getByTestId('changes')).toContainText('+X03');
  await expect(page.getByTestId('procedure-of')).toContainText('with mutation X03');
  // Another revision that the mutation fits keeps it.
  await page.getByTestId('revision').selectOption('25174d51e');
  await expect(page.getByTestId('changes')).toContainText('+X03');
  await page.getByTestId('about-revision').click();
  await page.getByTestId('reading-line').click();
  await expect(dialog.locator('.line .runs')).toHaveCount(2);
});

test('Live runs the program as it was changed, says so, and runs the revision as it is on demand', async ({
  page,
}) => {
  await open(page, 'listener_accept');
  await page.getByTestId('about-revision').click();
  await page.getByTestId('switch-patch').click();
  await expect(page.getByTestId('changes')).toContainText('−1acbbca17');
  await page.getByTestId('mode-live').click();
  await expect(page.getByTestId('live-revision')).toBeVisible();
  await expect(page.getByTestId('changes')).toContainText('−1acbbca17');
  await expect(page.getByText('Beside those that HAProxy makes when it accepts a connection.')).toHaveCount(
    0,
  );
  await expect
    .poll(async () => Number(await page.getByTestId('live-totals').getAttribute('data-handled')))
    .toBeGreaterThan(100);
  await page.getByTestId('changes').click();
  await expect(page.getByTestId('changes')).toHaveCount(0);
  await expect(page.getByText('Beside those that HAProxy makes when it accepts a connection.')).toBeVisible();
});

test('what if a step were missing: the Explorer shows the run of the world that would notice', async ({
  page,
}) => {
  await open(page, 'qc_set_tid_affinity');
  const revision = page.getByTestId('revision');
  const newest = revision.locator('option', { hasText: /^HAProxy of/ });
  await revision.selectOption((await newest.getAttribute('value'))!);
  await expect(page.getByTestId('procedure-of')).toContainText('HAProxy of 2026-08-21');
  // By keyboard: the menu of a step, its first item.
  await page.getByTestId('step-menu-S9').press('Enter');
  const menu = page.getByTestId('step-menu');
  await expect(menu).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await expect(page.getByTestId('step-menu-S9')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  const question = page.getByTestId('question');
  await expect(question).toBeFocused();
  await expect(question).toContainText('What if S9 of qc_bind_tid_prep were missing?');
  await expect(question).toHaveAttribute('data-tone', 'violation');
  await expect(question).toContainText('would notice');
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-tone', 'violation');
  await expect(page.getByTestId('ex-changed')).toContainText('drop qc_set_tid_affinity/S9');
  expect(await seriousFindings(page)).toEqual([]);
  // The same choices on the program that has the step.
  await page.getByTestId('ex-compare').check();
  await expect(page.getByTestId('beside')).toContainText('With the program as it is');
  await page.getByTestId('ex-play').click();
  await expect(page.getByTestId('changes')).toContainText('drop qc_set_tid_affinity/S9');
});

test('a question is cancelled, stays in the history, and gives way to a search', async ({ page }) => {
  await open(page, 'session_accept_fd');
  // What nothing can go on without is no question.
  await page.getByTestId('step-menu-r5').click();
  await expect(page.getByTestId('ask-missing')).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Escape');
  await page.getByTestId('step-menu-6').click();
  await page.getByTestId('ask-missing').click();
  const question = page.getByTestId('question');
  await expect(question).toContainText('Asking world');
  await page.getByTestId('ex-cancel').click();
  await expect(question).toContainText('Cancelled');
  await page.getByTestId('cell-M24-after').click();
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-tone', 'safe', { timeout: 60_000 });
  await expect(question).toBeHidden();
  await page.getByTestId('question-again').click();
  await expect(question).toContainText('Cancelled');
});
