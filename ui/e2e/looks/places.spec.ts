/** The places that are files of their own, in the page as it is built: under the policy of the window, and where one fails. */
import { test as unwatched } from '@playwright/test';
import { breaches, drawn, expect, test } from '../watch';

test('the floor does without them, and they are fetched before anybody asks', async ({ page }) => {
  const asked = new Set<string>();
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/(Journal|Settings|Support)-[^/]*\.js$/, async (route) => {
    asked.add(/(\w+)-[^/]*$/.exec(route.request().url())![1]!);
    await released;
    await route.continue();
  });
  await page.goto('/?fake=floor', { waitUntil: 'domcontentloaded' });
  await page.locator('[data-index="0"]').click();
  await expect(page.getByRole('button', { name: 'Coach', exact: true })).toBeEnabled();
  await expect.poll(() => [...asked].sort()).toEqual(['Journal', 'Settings', 'Support']);
  await page.keyboard.press('j');
  await expect(page.getByText('Opening…')).toBeVisible();
  expect(await breaches(page)).toEqual([]);
  release();
  for (const [key, name, shown] of [
    ['j', 'Journal', page.getByText('Nothing has been coached yet.')],
    [',', 'Settings', page.getByRole('region', { name: 'Look' })],
    ['h', 'Support', page.getByRole('region', { name: 'Doctor' })],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    await expect(shown).toBeVisible();
  }
});

// A file that fails is an error of the page, which a watched page may not leave behind.
unwatched('one that cannot be fetched says so, the floor works on, and a second try opens it', async ({ page }) => {
  await page.route(/\/Settings-[^/]*\.js$/, (route) => route.abort());
  await page.goto('/?fake=floor');
  await drawn(page);
  await page.keyboard.press(',');
  await expect(page.getByRole('alert')).toContainText('This part of Sotto could not be opened.');
  await page.keyboard.press('f');
  await expect(page.getByRole('grid', { name: 'Agents' })).toBeVisible();
  await page.unroute(/\/Settings-[^/]*\.js$/);
  await page.keyboard.press(',');
  await expect(page.getByRole('region', { name: 'Look' })).toBeVisible();
});
