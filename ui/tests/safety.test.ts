/** What must hold in every scene: outside text stays text, and every control has a name. */
import { cleanup, screen } from '@testing-library/svelte';
import { computeAccessibleName } from 'dom-accessibility-api';
import { describe, expect, it } from 'vitest';
import { scenes } from '../src/fake/scenes';
import { openWindow, row } from './window';

const controls = 'button, input, select, textarea, summary, [role="grid"], [role="separator"], [tabindex="0"]';

describe('text from outside', () => {
  it('is shown as it is and makes no element', async () => {
    const { user } = await openWindow('hostile');
    document.title = 'Sotto';
    await user.click(await row(/<img src=x/));
    expect(screen.getByRole('heading', { name: '<img src=x onerror="document.title=1">' })).toBeTruthy();
    expect(screen.getAllByText('<b>Group</b>').length).toBeGreaterThan(0);
    expect(document.querySelectorAll('img, #app script, i')).toHaveLength(0);
    expect(document.title).toBe('Sotto');
  });

  it('stands isolated, so that it cannot turn its neighbours round', async () => {
    await openWindow('hostile');
    await row(/evil/);
    for (const name of screen.getAllByText(/evil|<img src=x/)) expect(name.tagName).toBe('BDI');
  });
});

describe('every scene', () => {
  it.each(Object.keys(scenes))('%s: no control without a name, no id twice', async (scene) => {
    const { desk, host, user } = await openWindow(scene);
    if (desk.signedIn && host.answering && host.rows.length > 0)
      await user.click((await screen.findAllByRole('row'))[1]!);
    for (const control of document.querySelectorAll(controls))
      expect(computeAccessibleName(control), control.getAttribute('class') ?? control.tagName).not.toBe('');
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    cleanup();
  });
});
