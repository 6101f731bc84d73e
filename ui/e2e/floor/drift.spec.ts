/** The server restarts and forgets: it is shown, and one key arms again, in calls and in written sessions. */
import { breaches, expect, strip } from '../watch';
import { test } from './core';

const ana = /Ana Núñez/;

test('a server that restarts is shown as drift, and one key arms calls and sessions again', async ({ page, core }) => {
  await page.goto(core.url);
  await page.getByRole('button', { name: 'Open the practice floor' }).click();
  await page.getByRole('row', { name: ana }).click({ timeout: 20_000 });
  // Agents are shown before they can be asked for.
  await expect(page.getByRole('button', { name: 'Coach', exact: true })).toBeEnabled();
  await page.keyboard.press('c');
  await expect(strip(page).getByText(/^Armed for Ana Núñez/)).toBeVisible();
  await page.keyboard.press('Shift+C');
  await expect(page.getByRole('row', { name: /Ana Núñez.*SMS/ })).toBeVisible();

  // A server that comes back knows nobody: neither the phone nor the session.
  await core.happen('supervisors/sam/log-out');
  await core.happen('expire-sessions');
  const drift = page.getByRole('region', { name: 'What you asked for and does not hold' });
  await expect(drift.getByRole('status')).toHaveText('2 orders of yours may not hold', { timeout: 20_000 });
  await expect(drift.getByRole('listitem')).toHaveCount(2);
  await expect(drift.getByRole('button', { name: /^Arm all 2 again/ })).toBeEnabled({ timeout: 20_000 });
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  expect(await breaches(page)).toEqual([]);

  await expect(drift.getByText(/^Not now/)).toHaveCount(0, { timeout: 20_000 });
  await page.keyboard.press('r');
  await expect(drift).toBeHidden({ timeout: 20_000 });
  await expect(strip(page).getByText(/^Armed for Ana Núñez/)).toBeVisible();
  await expect(page.getByRole('row', { name: /Ana Núñez.*SMS/ })).toBeVisible();
});
