/** Journal, debrief, coverage and the question for a reason: both themes, every width, nothing for axe. */
import type { Page } from '@playwright/test';
import { breaches, expect, strip, test } from '../watch';

const widths = [1600, 1100, 700, 320];

/** Opens a scene; keys work once it is drawn. */
async function open(page: Page, scene: string) {
  await page.goto(`/?fake=${scene}`);
  await expect(page.locator('[data-index="0"]')).toBeVisible();
}

async function noSideways(page: Page) {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    for (const width of widths) {
      test(`the journal, ${width} px`, async ({ page }) => {
        await page.setViewportSize({ width, height: 900 });
        await open(page, 'journal');
        await page.keyboard.press('j');
        await expect(page.getByRole('row', { name: /Ana Núñez/ }).first()).toBeVisible();
        await noSideways(page);
        expect(await breaches(page)).toEqual([]);
        await page.getByRole('button', { name: 'Verify' }).click();
        await page.getByRole('button', { name: 'Export…' }).click();
        await expect(page.getByText(/The journal is whole/)).toBeVisible();
        await noSideways(page);
        expect(await breaches(page)).toEqual([]);
        await page.getByRole('button', { name: 'Close' }).click();
        await page.getByRole('grid', { name: 'Coachings' }).focus();
        await page.keyboard.press('Home');
        await page.keyboard.press('Enter');
        await expect(page.getByRole('heading', { name: 'Debrief' })).toBeInViewport();
        await expect(strip(page).getByText('Nobody hears you')).toBeInViewport();
        await noSideways(page);
        expect(await breaches(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('row', { name: /Ana Núñez/ }).first()).toBeVisible();
      });

      test(`coverage, ${width} px`, async ({ page }) => {
        await page.setViewportSize({ width, height: 900 });
        await open(page, 'journal');
        await page.keyboard.press('j');
        await page.getByRole('radio', { name: 'Coverage' }).check({ force: true });
        await expect(page.locator('canvas')).toBeVisible();
        await page.getByRole('button', { name: 'Bo Li', exact: true }).click();
        await expect(page.getByRole('heading', { name: /Minutes a week with Bo Li/ })).toBeVisible();
        await noSideways(page);
        expect(await breaches(page)).toEqual([]);
      });

      test(`the debrief, ${width} px`, async ({ page }) => {
        await page.setViewportSize({ width, height: 900 });
        await open(page, 'debrief');
        const debrief = page.getByRole('region', { name: 'Debrief' });
        await expect(debrief).toBeInViewport();
        await noSideways(page);
        expect(await breaches(page)).toEqual([]);
        await page.keyboard.press('d');
        await page.keyboard.press('1');
        await debrief.getByRole('button', { name: 'Note, tags…' }).click();
        await debrief.getByRole('combobox', { name: 'Tags' }).fill('emp');
        await expect(debrief.getByRole('option', { name: 'empathy' })).toBeInViewport();
        await expect(strip(page).getByText('Nobody hears you')).toBeInViewport();
        await noSideways(page);
        expect(await breaches(page)).toEqual([]);
      });

      test(`the reason, ${width} px`, async ({ page }) => {
        await page.setViewportSize({ width, height: 900 });
        await open(page, 'managed');
        await page.locator('[data-index="0"]').click();
        await expect(page.getByText('4 of 4 this month.')).toBeVisible();
        await page.keyboard.press('c');
        await expect(page.getByRole('dialog', { name: /Why\?/ })).toBeInViewport();
        await expect(strip(page).getByText('Nobody hears you')).toBeInViewport();
        await noSideways(page);
        expect(await breaches(page)).toEqual([]);
      });
    }

    test('settings and support', async ({ page }) => {
      await open(page, 'floor');
      await page.keyboard.press(',');
      await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
      expect(await breaches(page)).toEqual([]);
      await page.keyboard.press('h');
      await expect(page.getByRole('heading', { level: 1, name: 'Support' })).toBeVisible();
      expect(await breaches(page)).toEqual([]);
    });
  });
}

test('the debrief covers neither the strip nor what is on the floor, and the stop works through it', async ({
  page,
}) => {
  await open(page, 'debrief');
  const debrief = (await page.getByRole('region', { name: 'Debrief' }).boundingBox())!;
  const floor = (await page.getByRole('main').boundingBox())!;
  const top = (await strip(page).boundingBox())!;
  expect(floor.y + floor.height).toBeLessThanOrEqual(debrief.y + 1);
  expect(top.y + top.height).toBeLessThan(debrief.y);
});
