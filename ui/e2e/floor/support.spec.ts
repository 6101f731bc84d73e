/** Support in a browser, on the real core: the doctor while signed in and by a profile, the bundle, the log level. */
import { breaches, drawn, expect } from '../watch';
import { test } from './core';

test('the doctor walks the way while signed in, and nothing is armed or signed in again', async ({ page, core }) => {
  await page.goto(core.url);
  await page.getByRole('button', { name: 'Open the practice floor' }).click();
  await expect(page.getByText('Live', { exact: true })).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press('h');
  const doctor = page.getByRole('region', { name: 'Doctor' });
  await doctor.getByRole('button', { name: 'Run the doctor' }).click();
  await expect(doctor.getByRole('list', { name: 'Steps' }).getByRole('listitem')).toHaveCount(19);
  await expect(doctor.getByRole('status').first()).toContainText('works');
  const version = doctor.getByRole('listitem').filter({ hasText: 'Genesys Web Services answer, version 8.5' });
  await version.getByText('For IT').click();
  await expect(version.getByText('8.5.202.96').last()).toBeVisible();
  expect(await breaches(page)).toEqual([]);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
});

test('the bundle is looked at, then saved', async ({ page, core }) => {
  await page.goto(core.url);
  await drawn(page);
  await page.keyboard.press('h');
  const bundle = page.getByRole('region', { name: 'Bundle for support' });
  await bundle.getByRole('button', { name: 'Put it together' }).focus();
  await page.keyboard.press('Enter');
  await bundle.getByText('versions.json').click();
  await expect(bundle.getByRole('region', { name: 'Inside versions.json' })).toContainText('"sotto"');
  expect(await breaches(page)).toEqual([]);
  await bundle.getByRole('button', { name: 'Save among the downloads' }).click();
  await expect(bundle.getByRole('status')).toContainText('sotto-support.zip');
});

test('the log level changes by keys and is remembered while Sotto runs', async ({ page, core }) => {
  await page.goto(core.url);
  await drawn(page);
  await page.keyboard.press('h');
  await page.getByRole('radio', { name: 'As usual' }).focus();
  await page.keyboard.press('ArrowRight');
  // Checked only once the core has taken it, so that the reload cuts nothing off.
  await expect(page.getByRole('radio', { name: 'More' })).toBeChecked();
  await page.reload();
  await drawn(page);
  await page.keyboard.press('h');
  await expect(page.getByRole('radio', { name: 'More' })).toBeChecked();
});
