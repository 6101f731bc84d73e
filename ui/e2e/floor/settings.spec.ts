/** Settings on the real core, alone and under a policy. */
import { breaches, expect, strip } from '../watch';
import { test } from './core';

test('a choice is kept, reset, taken back, taken along and brought back', async ({ page, core }) => {
  await page.goto(core.url);
  await page.getByRole('button', { name: /^Settings/ }).click();
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  await expect(page.getByText('1 whisper is in the library for everybody.')).toBeVisible();
  await page.getByText('Dark', { exact: true }).click();
  await page.getByLabel('Your name in SMS sessions').fill('Team Lead');
  expect(await breaches(page)).toEqual([]);

  const written = page.getByText(/^Written to .*sotto-settings.*\.json/);
  await page.getByRole('button', { name: 'Export…' }).click();
  await expect(written).toBeVisible();
  const file = /Written to (.*\.json)/.exec((await written.textContent()) ?? '')![1]!;

  await page.getByRole('button', { name: 'Reset these to their defaults' }).click();
  await expect(page.getByLabel('Your name in SMS sessions')).toHaveValue('');
  await page.getByRole('button', { name: 'Undo the reset' }).click();
  await expect(page.getByLabel('Your name in SMS sessions')).toHaveValue('Team Lead');
  await page.getByRole('button', { name: 'Reset these to their defaults' }).click();

  await page.getByLabel('Settings to import').setInputFiles(file);
  await expect(page.getByText('Imported: your choices, 0 servers added, 0 servers replaced.')).toBeVisible();
  await expect(page.getByLabel('Your name in SMS sessions')).toHaveValue('Team Lead');
  await page.reload();
  await page.getByRole('button', { name: /^Settings/ }).click();
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
});

test.describe('under a policy', () => {
  test.use({
    policy: {
      servers: {
        only: true,
        list: [{ name: 'Contact centre', address: 'https://gws.example.org', smsSpelling: 'auto' }],
      },
      calls: { acts: ['ListenIn', 'Coach'], mode: 'AllCalls' },
      nickname: 'Coach {firstName}',
      notifications: false,
      keychain: false,
      polling: { minimumSeconds: 10 },
    },
  });

  test('what is managed is marked and cannot be changed', async ({ page, core }) => {
    await page.goto(core.url);
    await expect(page.getByText('these are the servers to sign in to')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Another server' })).toHaveCount(0);
    await page.getByRole('button', { name: /Contact centre/ }).click();
    await expect(page.getByLabel('Address')).toHaveAttribute('readonly');
    await page.getByText('Advanced').click();
    await expect(page.getByLabel('SMS channel is spelt')).toBeDisabled();
    await expect(page.getByLabel('Read the floor every')).toHaveValue('10');
    expect(await breaches(page)).toEqual([]);

    await page.getByRole('button', { name: 'Open the practice floor' }).click();
    await page.getByRole('row', { name: /Ana Núñez/ }).click({ timeout: 20_000 });
    await expect(page.getByText('Managed by your organisation: “Barge in” is not allowed in calls.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Barge in', exact: true })).toBeDisabled();
    await expect(page.getByRole('radio', { name: 'All calls' })).toBeChecked();
    await page.keyboard.press('b');
    await expect(strip(page).getByText('Nobody hears you')).toBeVisible();

    await page.keyboard.press(',');
    await expect(page.getByLabel('Your name in SMS sessions')).toHaveAttribute('readonly');
    await expect(page.getByLabel('Your name in SMS sessions')).toHaveValue(/^Coach /);
    await expect(page.getByLabel(/Tell me when a session comes/)).toBeDisabled();
    await expect(page.getByText('You can sign in to no other server.')).toBeVisible();
    expect(await breaches(page)).toEqual([]);
  });
});
