/** The journal on the real core: what was coached is in it, debriefed by keys alone; a long one stays quick. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { breaches, expect, strip } from '../watch';
import { test } from './core';

const ana = /Ana Núñez/;

async function openFloor(page: Page, url: string) {
  await page.goto(url);
  await page.getByRole('button', { name: 'Open the practice floor' }).click();
  await expect(page.getByRole('row', { name: ana })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
}

test('by keys alone: coach, debrief in ten seconds, find it again, correct it', async ({ page, core }) => {
  await openFloor(page, core.url);
  await page.keyboard.press('/');
  await page.keyboard.type('nunez');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('heading', { name: 'Ana Núñez' })).toBeVisible();
  await page.keyboard.press('c');
  await expect(strip(page).getByText('Armed for Ana Núñez, waiting for the next call')).toBeVisible();
  await core.happen('agents/Ana Núñez/take-call');
  await expect(strip(page).getByText('Your phone rings: Ana Núñez’s call')).toBeVisible();
  await page.keyboard.press('a');
  await expect(strip(page).getByText('Only Ana Núñez hears you')).toBeVisible();
  const focused = await page.evaluate(() => document.activeElement?.tagName);
  await core.happen('agents/Ana Núñez/release');
  const debrief = page.getByRole('region', { name: 'Debrief' });
  await expect(debrief.getByText('Ana Núñez')).toBeVisible();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe(focused);
  expect(await breaches(page)).toEqual([]);
  await page.keyboard.press('d');
  await page.keyboard.press('1');
  await page.keyboard.press('2');
  await page.keyboard.press('4');
  await page.keyboard.press('Enter');
  await expect(debrief).toBeHidden();

  await page.keyboard.press('j');
  const row = page.getByRole('row', { name: /Ana Núñez.*Coach/ });
  await expect(row).toBeVisible();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  const history = page.getByRole('region', { name: 'Ana Núñez' });
  await expect(history.getByText('Armed, server says so')).toBeVisible();
  await expect(history.getByText('You debriefed it')).toBeVisible();
  await expect(history.getByRole('radio', { name: 'Used it' })).toBeChecked();
  await expect(history.getByRole('radio', { name: 'Train' })).toBeChecked();
  expect(await breaches(page)).toEqual([]);

  await history.getByRole('radio', { name: 'Same' }).focus();
  await page.keyboard.press('1');
  await page.keyboard.press('Tab');
  await page.keyboard.type('tempo');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Asked back more often.');
  await history.getByRole('button', { name: 'Save the correction' }).press('Enter');
  await expect(history.getByText('Written down, the earlier one stays in the history.')).toBeVisible();
  await expect(history.getByText('You debriefed it')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await expect(history).toBeHidden();

  await page.keyboard.press('/');
  await page.keyboard.type('tempo');
  await expect(row).toBeVisible();
  await page.keyboard.type('xyz');
  await expect(page.getByText('No coaching matches.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Verify' }).press('Enter');
  await expect(page.getByText(/whole/)).toBeVisible();
});

test('a debrief that was begun is there again after a reload', async ({ page, core }) => {
  await openFloor(page, core.url);
  await page.getByRole('row', { name: ana }).click();
  await page.keyboard.press('l');
  await expect(strip(page).getByText(/^Armed for Ana Núñez/)).toBeVisible();
  await page.keyboard.press('j');
  await page.getByRole('row', { name: /Ana Núñez.*Listen/ }).click();
  const kept = page.waitForResponse(
    (response) =>
      response.url().endsWith('/host/drafts/keep') && (response.request().postData() ?? '').includes('Calm'),
  );
  await page.getByRole('textbox', { name: 'Note' }).fill('Calm from the start.');
  await expect(page.getByText('debrief not saved')).toBeVisible();
  expect(await breaches(page)).toEqual([]);
  expect((await kept).ok()).toBe(true);
  await page.reload();
  await expect(strip(page).getByText(/^Armed for Ana Núñez/)).toBeVisible();
  await page.keyboard.press('j');
  const row = page.getByRole('row', { name: /Ana Núñez.*debrief not saved/ });
  await row.click();
  await expect(page.getByRole('textbox', { name: 'Note' })).toHaveValue('Calm from the start.');
  await page.getByRole('region', { name: 'Ana Núñez' }).getByRole('button', { name: 'Save' }).click();
  await expect(row).toBeHidden();
});

test('what was written down can be taken along, and the coverage picture knows it', async ({ page, core }) => {
  await openFloor(page, core.url);
  await page.getByRole('row', { name: ana }).click();
  await page.keyboard.press('l');
  await expect(strip(page).getByText(/^Armed for Ana Núñez/)).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('row', { name: /Ana Núñez.*Listen/ })).toBeVisible();
  await page.getByRole('button', { name: 'Export…' }).click();
  await page.getByRole('radio', { name: 'JSON Lines' }).check({ force: true });
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(page.getByText(/\.jsonl$/)).toBeVisible();
  expect(await breaches(page)).toEqual([]);
  await page.getByRole('radio', { name: 'Coverage' }).check({ force: true });
  await expect(page.getByRole('heading', { name: /agents not coached for 14 days/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Take Ana Núñez in hand' })).toBeVisible();
  expect(await breaches(page)).toEqual([]);
});

test.describe('where the organisation wants a reason and sets a limit', () => {
  test.use({
    policy: {
      reasons: { acts: ['Coach'], choices: ['Quality check', 'New colleague'], freeText: true },
      budget: { acts: ['Coach'], perAgentPerMonth: 1, over: 'block' },
    },
  });

  test('a digit gives the reason, it is in the journal, and the limit holds', async ({ page, core }) => {
    await openFloor(page, core.url);
    await page.getByRole('row', { name: ana }).click();
    await expect(page.getByText('Supervised 0 of 1 this month')).toBeVisible();
    await page.keyboard.press('c');
    const prompt = page.getByRole('dialog', { name: /Why\? Coach Ana Núñez/ });
    await expect(prompt).toBeVisible();
    await expect(strip(page).getByText('Nobody hears you')).toBeVisible();
    expect(await breaches(page)).toEqual([]);
    await page.keyboard.press('2');
    await expect(strip(page).getByText('Armed for Ana Núñez, waiting for the next call')).toBeVisible();
    await core.happen('agents/Ana Núñez/take-call');
    await expect(strip(page).getByText('Your phone rings: Ana Núñez’s call')).toBeVisible();
    await page.keyboard.press('a');
    await expect(strip(page).getByText('Only Ana Núñez hears you')).toBeVisible();
    await core.happen('agents/Ana Núñez/release');
    await expect(page.getByText(/1 of 1 this month\./)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Coach', exact: true })).toBeDisabled();
    expect(await breaches(page)).toEqual([]);
    await page.keyboard.press('j');
    await expect(page.getByRole('row', { name: /Ana Núñez.*Coach/ })).toBeVisible();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('region', { name: 'Ana Núñez' }).getByText('New colleague').first()).toBeVisible();
  });
});

const sample = process.env['SOTTO_JOURNAL_SAMPLE'];
if (sample) {
  // 100,000 entries that each wait for a disk take minutes; in memory it is seconds.
  const memory = '/dev/shm';
  const folder = mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'sotto-journal-'));
  test.describe('a journal of 100,000 entries', () => {
    // Also where fixtures are made for a test alone: the file is written once, before the core that reads it.
    const longTest = test.extend<{ journal: string | null }>({
      // eslint-disable-next-line no-empty-pattern -- Playwright wants the pattern, and this fixture needs no other
      journal: async ({}, use) => {
        const file = join(await folder, 'journal.db');
        await promisify(execFile)(sample, [file, '100000']);
        await use(file);
        await rm(await folder, { recursive: true });
      },
    });
    longTest.setTimeout(240_000);

    longTest('opens before anybody signs in, scrolls and filters without a stutter', async ({ page, core }) => {
      await page.goto(core.url);
      await expect(page.getByRole('button', { name: 'Open the practice floor' })).toBeVisible();
      await page.keyboard.press('j');
      const grid = page.getByRole('grid', { name: 'Coachings' });
      await expect(grid).toHaveAttribute('aria-rowcount', '16668');
      expect(await page.getByRole('row').count()).toBeLessThan(50);
      await page.keyboard.press('End');
      await expect(page.locator('[data-index="16666"]')).toBeVisible();
      // Scrolling draws every frame: rows come from Rust meanwhile and nothing jumps.
      const slowest = await grid.evaluate(async (element) => {
        let slowest = 0;
        let last = performance.now();
        for (let step = 0; step < 120; step += 1) {
          element.scrollTop -= 900;
          await new Promise(requestAnimationFrame);
          const now = performance.now();
          slowest = Math.max(slowest, now - last);
          last = now;
        }
        return slowest;
      });
      longTest.info().annotations.push({ type: 'slowest frame', description: `${Math.round(slowest)} ms` });
      await page.keyboard.press('/');
      await page.keyboard.type('nunez closing');
      await expect(grid).not.toHaveAttribute('aria-rowcount', '16668');
      await expect(page.getByRole('row', { name: ana }).first()).toBeVisible();
      await page.getByRole('combobox', { name: 'Channel' }).selectOption('SMS');
      await page.getByRole('combobox', { name: 'Result' }).selectOption('Refused');
      await page.getByRole('button', { name: 'Clear filters' }).first().click();
      await expect(grid).toHaveAttribute('aria-rowcount', '16668');
      await page.getByRole('button', { name: 'Verify' }).click();
      await expect(page.getByText(/100[,.]?000 entries/)).toBeVisible({ timeout: 60_000 });
      expect(await breaches(page)).toEqual([]);
      await page.getByRole('radio', { name: 'Coverage' }).check({ force: true });
      await expect(page.getByRole('table')).toBeVisible();
      expect(await breaches(page)).toEqual([]);
    });
  });
}
