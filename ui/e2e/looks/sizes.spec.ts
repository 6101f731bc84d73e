/** From a phone-like zoom to 4K: the strip stays, everything can be reached, nothing scrolls sideways. */
import { expect, strip, test } from '../watch';

const sizes = [
  { width: 3840, height: 2160 },
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
  { width: 800, height: 700 },
  // 1280 × 800 at 400 %.
  { width: 320, height: 256 },
];

for (const viewport of sizes) {
  test(`${viewport.width} × ${viewport.height}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await page.goto('/?fake=live');
    await page.locator('[data-index="0"]').click();
    await expect(strip(page).getByText('Only Ana Núñez hears you')).toBeInViewport();
    await page.getByRole('button', { name: 'Coach', exact: true }).scrollIntoViewIfNeeded();
    await expect(page.getByRole('button', { name: 'Coach', exact: true })).toBeInViewport();
    await page.getByText('Live, you are in').scrollIntoViewIfNeeded();
    await expect(page.getByText('Live, you are in')).toBeInViewport();
    await page.getByRole('button', { name: 'Sign out' }).scrollIntoViewIfNeeded();
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeInViewport();
    await expect(strip(page).getByText('Only Ana Núñez hears you')).toBeInViewport();
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(sideways).toBeLessThanOrEqual(0);
  });
}

test('the strip has one height in every state', async ({ page }) => {
  const heights = new Set<number | undefined>();
  for (const scene of [
    'signin',
    'floor',
    'requested',
    'armed',
    'ringing',
    'live',
    'everyone',
    'unknown',
    'refused',
    'board',
    'public',
    'both',
  ]) {
    await page.goto(`/?fake=${scene}`);
    heights.add((await strip(page).boundingBox())?.height);
  }
  expect([...heights]).toHaveLength(1);
});

for (const width of [1600, 1440, 1300, 1100, 820, 701, 480]) {
  test(`both sentences of the strip are whole, ${width} wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto('/?fake=both');
    for (const sentence of ['Only Ana Núñez hears you', 'SMS: only agents read you in 2 sessions']) {
      const said = strip(page).getByText(sentence);
      await expect(said).toBeVisible();
      const cut = await said.evaluate(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) => [
        scrollWidth > clientWidth,
        scrollHeight > clientHeight,
      ]);
      expect(cut, sentence).toEqual([false, false]);
    }
    const acts = strip(page).getByRole('button', { name: 'Stop coaching' });
    await expect(acts).toBeInViewport({ ratio: 1 });
  });
}

test('nothing scrolls the strip away, however long a page is', async ({ page }) => {
  await page.setViewportSize({ width: 820, height: 600 });
  await page.goto('/?fake=floor');
  await page.locator('[data-index="0"]').waitFor();
  await page.keyboard.press('h');
  await page.getByRole('button', { name: 'Run the doctor' }).click();
  await expect(page.getByText('Everything that was tried works.')).toBeVisible();
  const end = page.getByText('The small word below a message is its code');
  await end.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await expect(strip(page).getByText('Nobody hears you')).toBeInViewport({ ratio: 1 });
  expect(await page.evaluate(() => document.documentElement.scrollTop + document.body.scrollTop)).toBe(0);
});

test('three panes, then two that take turns, then a stack', async ({ page }) => {
  const left = async (name: string | RegExp) => (await page.getByRole('region', { name }).boundingBox())!.x;
  await page.goto('/?fake=live');
  expect(await left('Agent in hand')).toBeGreaterThan(await left('Floor'));
  expect(await left('SMS and chat')).toBeGreaterThan(await left('Agent in hand'));
  expect(Math.abs((await left('Your calls')) - (await left('Agent in hand')))).toBeLessThan(20);
  await page.setViewportSize({ width: 1100, height: 700 });
  expect(await left('Agent in hand')).toBeGreaterThan(await left('Floor'));
  await expect(page.getByRole('region', { name: 'SMS and chat' })).toBeHidden();
  await page.keyboard.press('s');
  await expect(page.getByRole('region', { name: 'SMS and chat' })).toBeVisible();
  expect(await left('SMS and chat')).toBeGreaterThan(await left('Floor'));
  await expect(page.getByRole('region', { name: 'Agent in hand' })).toBeHidden();
  await page.setViewportSize({ width: 800, height: 700 });
  expect(await left('Agent in hand')).toBe(await left('Floor'));
  expect(await left('SMS and chat')).toBe(await left('Floor'));
});

test('an open session has its transcript and composer in sight at every size', async ({ page }) => {
  for (const viewport of [...sizes.filter(({ height }) => height > 600), { width: 700, height: 900 }]) {
    await page.setViewportSize(viewport);
    await page.goto('/?fake=whisper');
    await expect(page.getByRole('log').getByText('is anybody there? I was charged twice')).toBeInViewport();
    await expect(page.getByRole('textbox', { name: 'Whisper' })).toBeInViewport();
    await expect(page.getByRole('button', { name: 'Close' })).toBeInViewport();
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(sideways).toBeLessThanOrEqual(0);
  }
});

test('the edge between the panes moves by mouse and by keys', async ({ page }) => {
  await page.goto('/?fake=floor');
  const edge = page.getByRole('separator', { name: 'Width of the agent pane' });
  await edge.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(edge).toHaveAttribute('aria-valuenow', '416');
  const { x, y } = (await edge.boundingBox())!;
  await page.mouse.move(x, y + 200);
  await page.mouse.down();
  await page.mouse.move(x - 40, y + 200, { steps: 4 });
  await page.mouse.up();
  await expect(edge).toHaveAttribute('aria-valuenow', '456');
});

test('a roster of any size draws few rows in a window of any size', async ({ page }) => {
  await page.goto('/?fake=crowd');
  for (const viewport of [...sizes, { width: 1280, height: 400 }, { width: 700, height: 400 }]) {
    await page.setViewportSize(viewport);
    await expect(page.locator('[data-index="0"]')).toBeAttached();
    // The rows follow the size of the window a frame later.
    await expect.poll(() => page.getByRole('row').count()).toBeLessThan(viewport.height / 40 + 20);
  }
});
