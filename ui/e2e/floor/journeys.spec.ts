/** The main job in a browser, on the real core and the practice floor. */
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

test('by mouse: two presses arm, the call comes, only the agent hears, and it stops', async ({ page, core }) => {
  await openFloor(page, core.url);
  await page.getByRole('row', { name: ana }).click();
  await page.getByRole('button', { name: 'Coach', exact: true }).click();
  await expect(strip(page).getByText('Armed for Ana Núñez, waiting for the next call')).toBeVisible();
  expect(await breaches(page)).toEqual([]);
  await core.happen('agents/Ana Núñez/take-call');
  await expect(strip(page).getByText('Your phone rings: Ana Núñez’s call')).toBeVisible();
  await strip(page).getByRole('button', { name: 'Answer' }).click();
  await expect(strip(page).getByText('Only Ana Núñez hears you')).toBeVisible();
  await expect(page.getByRole('region', { name: 'What happened' }).getByText('Live, you are in')).toBeVisible();
  expect(await breaches(page)).toEqual([]);
  await strip(page).getByRole('button', { name: 'Stop coaching' }).click();
  await expect(strip(page).getByText('Nobody hears you')).toBeVisible();
});

test('by keys alone: search, arm, answer, stop', async ({ page, core }) => {
  await page.goto(core.url);
  await page.getByRole('button', { name: 'Open the practice floor' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: ana })).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press('/');
  await page.keyboard.type('nunez');
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('heading', { name: 'Ana Núñez' })).toBeVisible();
  await page.keyboard.press('c');
  await expect(strip(page).getByText('Armed for Ana Núñez, waiting for the next call')).toBeVisible();
  await core.happen('agents/Ana Núñez/take-call');
  await expect(strip(page).getByText('Your phone rings: Ana Núñez’s call')).toBeVisible();
  await page.keyboard.press('a');
  await expect(strip(page).getByText('Only Ana Núñez hears you')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(strip(page).getByText('Nobody hears you')).toBeVisible();
});

test('signing out while armed asks first, and staying keeps it armed', async ({ page, core }) => {
  await openFloor(page, core.url);
  await page.getByRole('row', { name: ana }).click();
  await page.keyboard.press('c');
  await expect(strip(page).getByText(/^Armed for/)).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Stay' }).click();
  await expect(strip(page).getByText(/^Armed for/)).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Stop and sign out' }).click();
  await expect(page.getByRole('button', { name: 'Open the practice floor' })).toBeVisible({ timeout: 20_000 });
});

test('a reload finds the same coaching again', async ({ page, core }) => {
  await openFloor(page, core.url);
  await page.getByRole('row', { name: ana }).click();
  await page.keyboard.press('c');
  await expect(strip(page).getByText(/^Armed for/)).toBeVisible();
  await page.reload();
  await expect(strip(page).getByText('Armed for Ana Núñez, waiting for the next call')).toBeVisible();
  await expect(page.getByRole('row', { name: ana })).toBeVisible();
});

test('small and large windows do the same job', async ({ page, core }) => {
  for (const viewport of [
    { width: 800, height: 700 },
    { width: 2560, height: 1440 },
  ]) {
    await page.setViewportSize(viewport);
    if (viewport.width === 800) await openFloor(page, core.url);
    await page.getByRole('row', { name: ana }).click();
    await page.getByRole('button', { name: 'Listen', exact: true }).click();
    await expect(strip(page).getByText(/^Armed for Ana Núñez/)).toBeVisible();
    await strip(page).getByRole('button', { name: 'Stop coaching' }).click();
    await expect(strip(page).getByText('Nobody hears you')).toBeVisible();
  }
});

const maria = { agent: 'Jonas Bergström', operation: 'Coach', mode: 'NextCall', scope: 'Agent' };

test('a supervisor who was faster: refused in words, and on one press again when free', async ({ page, core }) => {
  await openFloor(page, core.url);
  await page.getByRole('row', { name: /Jonas Bergström/ }).click();
  await expect(page.getByRole('button', { name: 'Coach', exact: true })).toBeEnabled();
  await core.happen('supervisors/maria/monitor', maria);
  await page.keyboard.press('c');
  await expect(strip(page).getByText('The server refused: another supervisor holds Jonas Bergström')).toBeVisible();
  await expect(page.getByText('agent_held')).toBeVisible();
  expect(await breaches(page)).toEqual([]);
  await core.happen('supervisors/maria/cancel-monitoring');
  await strip(page).getByRole('button', { name: 'Try again' }).click();
  await expect(strip(page).getByText('Armed for Jonas Bergström, waiting for the next call')).toBeVisible();
});

test('an agent who is held says so on the floor, and cannot be asked for', async ({ page, core }) => {
  await openFloor(page, core.url);
  await core.happen('supervisors/maria/monitor', maria);
  const bo = page.getByRole('row', { name: /Jonas Bergström.*held by/ });
  await expect(bo).toBeVisible({ timeout: 20_000 });
  await bo.click();
  await expect(page.getByRole('button', { name: 'Coach', exact: true })).toBeDisabled();
  await expect(page.getByText(/One supervisor at a time\./)).toBeVisible();
  await page.keyboard.press('c');
  await expect(strip(page).getByText('Nobody hears you')).toBeVisible();
});
