import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openWindow, orders, row, strip } from './window';

function place(name: string): HTMLElement {
  return within(screen.getByRole('navigation', { name: 'Places' })).getByRole('button', { name });
}

describe('the places', () => {
  it('are reached by their keys, and the strip stays', async () => {
    const { user } = await openWindow('live');
    await row('Ana Núñez');
    for (const [key, name] of [
      ['j', 'Journal'],
      [',', 'Settings'],
      ['h', 'Support'],
    ] as const) {
      await user.keyboard(key);
      expect(screen.getByRole('heading', { level: 1, name })).toBeTruthy();
      expect(place(name).getAttribute('aria-current')).toBe('page');
      expect(strip().textContent).toContain('Only Ana Núñez hears you');
    }
    await user.keyboard('f');
    expect(await row('Ana Núñez')).toBeTruthy();
  });

  it('are open before anybody signs in', async () => {
    const { user } = await openWindow('signin');
    await user.keyboard('j');
    expect(screen.getByRole('heading', { level: 1, name: 'Journal' })).toBeTruthy();
    await user.click(place('Support'));
    expect(screen.getByRole('heading', { level: 1, name: 'Support' })).toBeTruthy();
    await user.click(place('Floor'));
    expect(screen.getByRole('button', { name: 'Open the practice floor' })).toBeTruthy();
  });

  it('stop coaching from everywhere, and arm nobody who cannot be seen', async () => {
    const { host, user } = await openWindow('armed');
    await user.click(await row('Kai Berg'));
    await user.keyboard('j');
    await user.keyboard('clb{Shift>}clb{/Shift}');
    expect(orders(host)).toEqual([]);
    await user.keyboard('{Escape}{Escape}');
    expect(orders(host)).toEqual([{ kind: 'stop' }]);
  });

  it('say in every place that a stop failed', async () => {
    const { host, user } = await openWindow('armed');
    await user.keyboard('j');
    host.faults['desk.order'] = { code: 'link_down', message: 'The server does not answer.' };
    await user.keyboard('{Escape}{Escape}');
    expect((await screen.findByRole('alert')).textContent).toContain('The server does not answer.');
  });

  it('are left for the session whose notice was clicked', async () => {
    const { host, desk, user } = await openWindow('board');
    await user.keyboard('j');
    host.tell({ kind: 'openSession', session: host.view.sessions[0]!.key });
    await waitFor(() => expect(desk.place).toBe('floor'));
    expect(desk.written.opened).toBe(host.view.sessions[0]!.key);
  });

  it('bring somebody back to the board with one key', async () => {
    const { desk, user } = await openWindow('board');
    await user.keyboard('j');
    await user.keyboard('s');
    expect(desk.place).toBe('floor');
    expect(await screen.findByRole('region', { name: 'SMS and chat' })).toBeTruthy();
  });
});
