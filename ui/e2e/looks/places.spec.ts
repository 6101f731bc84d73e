/** The places that are files of their own, in the page as it is built: under the policy of the window, and where one fails. */
import { test as unwatched } from '@playwright/test';
import { drawn, expect, test } from '../watch';

test('they are fetched after the first picture and before anybody asks, and the floor does without', async ({
  page,
}) => {
  await page.goto('/?fake=floor');
  const fetched = (place: string) =>
    page.evaluate((place) => {
      const files = performance.getEntriesByType('resource').filter(({ name }) => name.includes(`/${place}-`));
      return files.find(({ name }) => name.endsWith('.js'))?.startTime ?? null;
    }, place);
  const [paint] = await page.evaluate(async () => {
    const paints = () => performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime);
    while (paints().length === 0) await new Promise(requestAnimationFrame);
    return paints();
  });
  for (const place of ['Journal', 'Settings', 'Support']) {
    await expect.poll(() => fetched(place)).not.toBeNull();
    expect(await fetched(place), `${place} after the first picture`).toBeGreaterThan(paint!);
  }
  for (const [key, name] of [
    ['j', 'Journal'],
    [',', 'Settings'],
    ['h', 'Support'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
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
