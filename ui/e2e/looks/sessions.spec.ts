/** Written sessions in a real browser: hostile text does nothing, transcripts follow and stay, dialogs are sound. */
import { breaches, expect, test } from '../watch';

test('hostile text is read, and does nothing', async ({ page }) => {
  await page.goto('/?fake=hostileWritten');
  const title = await page.title();
  const log = page.getByRole('log', { name: 'Transcript' });
  await expect(log).toBeVisible();
  await log.focus();
  await page.keyboard.press('Home');
  await expect(log.getByText('<img src=x onerror="document.title=1">')).toBeVisible();
  await log.hover();
  await page.mouse.wheel(0, 700);
  await page.getByText('What the contact centre attached').click();
  expect(await page.locator('img, main script, main style, main a').count()).toBe(0);
  expect(await page.title()).toBe(title);
  const wide = await log.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test('a message of ten thousand lines is folded, unfolds, and the log still scrolls', async ({ page }) => {
  await page.goto('/?fake=hostileWritten');
  const log = page.getByRole('log', { name: 'Transcript' });
  await log.hover();
  const show = log.getByRole('button', { name: 'Show all 10,000 lines' });
  for (let turn = 0; turn < 20 && !(await show.isVisible()); turn += 1) await page.mouse.wheel(0, -150);
  const before = await log.evaluate((element) => element.scrollHeight);
  await show.click();
  await expect.poll(() => log.evaluate((element) => element.scrollHeight)).toBeGreaterThan(before + 100_000);
});

test('the newest line stays in sight, and what is read above it stays in place', async ({ page }) => {
  await page.goto('/?fake=boardCrowd');
  await expect(page.getByRole('list', { name: 'Sessions' })).toBeVisible();
  await page.keyboard.press('1');
  const log = page.getByRole('log', { name: 'Transcript' });
  const fromEnd = () => log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
  await expect(log.getByText('is anybody there? I was charged twice')).toBeInViewport();
  await expect(log.getByText(/^Message \d+/).first()).toBeInViewport({ timeout: 15_000 });
  expect(await fromEnd()).toBeLessThan(40);
  await log.hover();
  await page.mouse.wheel(0, -150);
  const newest = page.getByRole('button', { name: /newer|To the newest/ });
  await expect(newest).toBeVisible();
  const top = await log.evaluate((element) => element.scrollTop);
  await expect(page.getByRole('button', { name: /[1-9] newer/ })).toBeVisible({ timeout: 15_000 });
  expect(Math.abs((await log.evaluate((element) => element.scrollTop)) - top)).toBeLessThan(8);
  await newest.click();
  await expect.poll(fromEnd).toBeLessThan(40);
  await expect(newest).toBeHidden();
});

test('the composer can be written in while the board is busy', async ({ page }) => {
  await page.goto('/?fake=boardCrowd');
  await expect(page.getByRole('list', { name: 'Sessions' })).toBeVisible();
  await page.keyboard.press('3');
  const box = page.getByRole('textbox', { name: 'Whisper' });
  await expect(box).toBeVisible();
  await page.keyboard.press('w');
  await expect(box).toBeFocused();
  await page.keyboard.type('Nothing is lost while 24 sessions go on', { delay: 20 });
  await expect(box).toHaveValue('Nothing is lost while 24 sessions go on');
  await expect(page.getByRole('list', { name: 'Sessions' }).getByRole('listitem')).toHaveCount(24);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('palette, editor, address and both composers', async ({ page }) => {
      await page.goto('/?fake=public');
      await page.getByRole('button', { name: 'Open bank.example.org…' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await breaches(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('textbox', { name: 'Whisper' }).focus();
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: 'Find a canned whisper' }).fill('e');
      await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible();
      expect(await breaches(page)).toEqual([]);
      await page.getByRole('button', { name: 'Edit…' }).click();
      await expect(page.getByRole('dialog', { name: 'Canned whispers' })).toBeVisible();
      expect(await breaches(page)).toEqual([]);
      await page.getByRole('button', { name: 'Close' }).last().click();
      await page.getByRole('button', { name: 'Write to everyone…' }).click();
      await page.keyboard.type('We refund you today.');
      expect(await breaches(page)).toEqual([]);
    });

    test('who is armed', async ({ page }) => {
      await page.goto('/?fake=drift');
      await page.getByRole('button', { name: /^Armed/ }).click();
      await expect(page.getByRole('list', { name: 'Armed agents' })).toBeVisible();
      expect(await breaches(page)).toEqual([]);
    });

    for (const viewport of [
      { width: 1100, height: 800 },
      { width: 700, height: 900 },
    ])
      test(`the open session at ${viewport.width} × ${viewport.height}`, async ({ page }) => {
        await page.setViewportSize(viewport);
        await page.goto('/?fake=public');
        await expect(page.getByRole('log', { name: 'Transcript' })).toBeVisible();
        expect(await breaches(page)).toEqual([]);
      });
  });
}
