/** Every state of the window in both themes: nothing for axe, nothing against the policy, nothing cut off. */
import { breaches, expect, strip, test } from '../watch';

const scenes: [scene: string, sentence: string][] = [
  ['signin', 'Nobody hears you'],
  ['profiles', 'Nobody hears you'],
  ['signedOut', 'Nobody hears you'],
  ['cutOff', 'Treat as live: we cannot confirm who hears you'],
  ['connecting', 'Nobody hears you'],
  ['floor', 'Nobody hears you'],
  ['requested', 'Asked the server…'],
  ['armed', 'Armed for Ana Núñez, waiting for the next call'],
  ['ringing', 'Your phone rings: Ana Núñez’s call'],
  ['live', 'Only Ana Núñez hears you'],
  ['everyone', 'Everyone hears you'],
  ['both', 'Only Ana Núñez hears you'],
  ['listening', 'Nobody hears you'],
  ['unknown', 'Treat as live: we cannot confirm who hears you'],
  ['refused', 'The server refused: another supervisor holds Ana Núñez'],
  ['lost', 'Coaching of Ana Núñez was lost'],
  ['empty', 'Nobody hears you'],
  ['unreadable', 'Nobody hears you'],
  ['limits', 'Nobody hears you'],
  ['board', 'SMS: only agents read you in 2 sessions'],
  ['whisper', 'SMS: only agents read you in 2 sessions'],
  ['public', 'SMS: the customer reads you in Ana’s session'],
  ['unsent', 'SMS: only agents read you in 2 sessions'],
  ['writtenStale', 'SMS: treat as live, not confirmed who reads you in 3 sessions'],
  ['invited', 'SMS: treat as live, not confirmed who reads you in Ana’s session'],
  ['ended', 'Nobody hears you'],
  ['leaving', 'SMS: only agents read you in 2 sessions'],
  ['drift', 'SMS: may be armed for Bo and 1 more'],
  ['running', 'SMS: armed for Ana'],
  ['notListed', 'Nobody hears you'],
  ['noWritten', 'Nobody hears you'],
  ['hostileWritten', 'SMS: only agents read you in <script>document.title=1</script>’s session'],
  ['hostile', 'Armed for <img src=x onerror="document.title=1">, waiting for the next call'],
];

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    for (const [scene, sentence] of scenes) {
      test(scene, async ({ page }) => {
        await page.goto(`/?fake=${scene}`);
        await expect(strip(page).getByText(sentence)).toBeVisible();
        const first = page.locator('[data-index="0"]');
        const rows = !['signin', 'profiles', 'signedOut', 'cutOff', 'connecting', 'empty', 'unreadable'].includes(
          scene,
        );
        if (rows) await first.click();
        expect(await breaches(page)).toEqual([]);
      });
    }

    test('the dialogs', async ({ page }) => {
      await page.goto('/?fake=live');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expect(page.getByRole('button', { name: 'Stay' })).toBeFocused();
      expect(await breaches(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await page.keyboard.press('F1');
      await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
      expect(await breaches(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.goto('/?fake=limits');
      await page.getByRole('button', { name: '2 limits' }).click();
      expect(await breaches(page)).toEqual([]);
    });
  });
}
