/** Settings, alone and under a policy: both themes, three widths, nothing for axe, nothing cut off. */
import type { Page } from '@playwright/test';
import { breaches, expect, test } from '../watch';

async function nothingSticksOut(page: Page) {
  const cut = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(cut, 'nothing sticks out').toBe(false);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    for (const [width, height] of [
      [1440, 1500],
      [900, 1500],
      [420, 2200],
    ] as const) {
      for (const scene of ['profiles', 'managedSignIn', 'managedFloor']) {
        test(`${scene}, ${width} wide`, async ({ page }, info) => {
          await page.setViewportSize({ width, height });
          await page.goto(`/?fake=${scene}`);
          if (scene === 'managedFloor') await page.locator('[data-index="0"]').click();
          if (scene === 'managedSignIn') await page.getByText('Advanced').click();
          if (scene !== 'profiles') await expect(page.getByText(/Managed by your organisation/).first()).toBeVisible();
          expect(await breaches(page)).toEqual([]);
          await page.screenshot({ path: info.outputPath('before.png') });
          await page.getByRole('button', { name: /^Settings/ }).click();
          await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
          await page.getByRole('region', { name: 'Servers' }).getByRole('listitem').first().locator('summary').click();
          expect(await breaches(page)).toEqual([]);
          await nothingSticksOut(page);
          await page.screenshot({ path: info.outputPath('settings.png') });
        });
      }
    }
  });
}

test('by keys alone: there, through the fields, and back', async ({ page }) => {
  await page.goto('/?fake=managedFloor');
  await page.locator('[data-index="0"]').click();
  await page.keyboard.press(',');
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  for (let count = 0; count < 40; count += 1) {
    await page.keyboard.press('Tab');
    if (await page.getByRole('radio', { name: 'As the system' }).evaluate((radio) => radio === document.activeElement))
      break;
  }
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Light' })).toBeChecked();
  await page.keyboard.press('f');
  await expect(page.getByRole('grid', { name: 'Agents' })).toBeVisible();
});
