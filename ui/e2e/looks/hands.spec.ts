/** The window in the hands of somebody: a crowd scrolled through, a hold kept and broken, no motion where none is wanted. */
import { expect, strip, test } from '../watch';

test('a crowd scrolls without gaps, by wheel and by keys', async ({ page }) => {
  await page.goto('/?fake=crowd');
  const grid = page.getByRole('grid', { name: 'Agents' });
  await expect(grid).toHaveAttribute('aria-rowcount', '1205');
  await grid.focus();
  await page.keyboard.press('End');
  const last = page.locator('[aria-rowindex="1205"]');
  await expect(last).toBeInViewport();
  await expect(last).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('PageUp');
  await expect(last).toHaveAttribute('aria-selected', 'false');
  await page.keyboard.press('Home');
  await expect(page.locator('[aria-rowindex="2"]')).toHaveAttribute('aria-selected', 'true');
  await grid.hover();
  await page.mouse.wheel(0, 20_000);
  await expect(page.locator('[aria-rowindex="510"]')).toBeInViewport();
});

test('the agent in hand looks it under the pointer too', async ({ page }) => {
  await page.goto('/?fake=floor');
  const row = page.locator('[data-index="1"]');
  const colour = () => row.evaluate((element) => getComputedStyle(element).backgroundColor);
  await row.click();
  const pointedAt = await colour();
  await page.mouse.move(1, 1);
  expect(pointedAt).toBe(await colour());
});

test('a hold shows how far it is, and letting go early leaves things as they are', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.clock.install();
  await page.goto('/?fake=live');
  const barge = strip(page).getByRole('button', { name: 'Barge in' });
  await barge.hover();
  // Time stands still, so that the hold is too short however busy the machine is.
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.mouse.down();
  await expect(strip(page).getByText('You cannot go back to coaching on this call.')).toBeVisible();
  await page.mouse.up();
  await expect(strip(page).getByText('Keep it pressed to confirm.')).toBeVisible();
  await expect(strip(page).getByText('Only Ana Núñez hears you')).toBeVisible();
});

test('everything that can be pressed can be reached by Tab, with the focus to be seen', async ({ page }) => {
  await page.goto('/?fake=live');
  await page.locator('[data-index="0"]').click();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const reached = new Set<string>();
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab');
    const [name, seen] = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const target = element.matches('.unseen') ? element.closest('label')! : element;
      const style = getComputedStyle(target);
      return [
        element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '',
        style.outlineStyle !== 'none',
      ] as const;
    });
    if (name !== '' && !(await page.evaluate(() => document.activeElement === document.body))) {
      expect(seen, `focus on “${name}”`).toBe(true);
      reached.add(name);
    }
  }
  for (const name of [
    'Stop coaching',
    'Find an agent',
    'Agents',
    'Another number',
    'Hang up',
    'Cancel monitoring',
    'Sign out',
  ])
    expect(
      [...reached].some((other) => other.startsWith(name)),
      name,
    ).toBe(true);
});
