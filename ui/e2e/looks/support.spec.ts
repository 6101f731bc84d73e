/** Support with something wrong: both themes, three widths, nothing for axe, nothing cut off. */
import { breaches, expect, test } from '../watch';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    for (const width of [1600, 1100, 700]) {
      test(`a crash, steps that fail and a bundle, ${width} wide`, async ({ page }, info) => {
        await page.setViewportSize({ width, height: 900 });
        await page.goto('/?fake=crashed');
        const note = page.getByRole('region', { name: 'How the last run ended' });
        await expect(note).toContainText('by a fault of its own');
        expect(await breaches(page)).toEqual([]);
        await page.screenshot({ path: info.outputPath('start.png') });
        await note.getByRole('button', { name: 'Bundle for support…' }).click();
        await expect(page.getByText('Nothing is saved yet.')).toBeVisible();
        await page.getByRole('button', { name: 'Run the doctor' }).click();
        await expect(page.getByRole('list', { name: 'Steps' }).getByRole('listitem')).toHaveCount(19);
        await page.getByText('For IT').first().click();
        await page.getByText('settings.json').click();
        expect(await breaches(page)).toEqual([]);
        const cut = await page.evaluate(
          () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
        );
        expect(cut, 'nothing sticks out').toBe(false);
        await page.screenshot({ path: info.outputPath('support.png') });
      });
    }
  });
}
