/** A page that is watched: no journey may leave an error, a rejected promise or a breach of the policy behind. */
import { test as base, expect, type Page } from '@playwright/test';
import axe from 'axe-core';

export { expect };

export const test = base.extend({
  page: async ({ page }, use) => {
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
    page.on('console', (message) => {
      // Chromium itself logs every answer of 400 and more; a 422 is how the browser host says "rejected".
      const rejected = message.text().includes('status of 422');
      if (message.type() === 'error' && !rejected) troubles.push(`console: ${message.text()}`);
    });
    // The window freezes Object.prototype (tauri.conf.json), so the page must live with that.
    await page.addInitScript(() => Object.freeze(Object.prototype));
    await page.exposeFunction('tellBreach', (breach: string) => troubles.push(`policy: ${breach}`));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        const window_ = window as unknown as { tellBreach(breach: string): void };
        window_.tellBreach(`${violatedDirective} ${blockedURI}`);
      });
    });
    await use(page);
    expect(troubles).toEqual([]);
  },
});

/** Everything axe finds against WCAG 2.2 AA and its own good practice; empty is right. */
export async function breaches(page: Page): Promise<string[]> {
  // A page that has not come yet breaches the rules about its landmarks.
  await page.locator('main').first().waitFor();
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
    );
  });
}

/** Waits until the window is drawn: the page counts as loaded before, and a key pressed then is heard by nobody. */
export async function drawn(page: Page): Promise<void> {
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
}

/** The strip. */
export function strip(page: Page) {
  return page.getByRole('region', { name: 'Who hears you' });
}
