import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openWindow } from './window';

describe('leaving', () => {
  it('asks before the window closes on a live call; staying is the default', async () => {
    const { host, user } = await openWindow('live');
    host.askToClose();
    const dialog = await screen.findByRole('dialog', { name: 'You are coaching Ana Núñez.' });
    expect(document.activeElement?.textContent).toContain('Stay');
    await user.click(within(dialog).getByRole('button', { name: 'Stay' }));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(host.argsOf('frame.quit')).toEqual([]);
  });

  it('stops and quits where that is confirmed', async () => {
    const { host, user } = await openWindow('armed');
    host.askToClose();
    await user.click(await screen.findByRole('button', { name: 'Stop and quit' }));
    expect(host.argsOf('frame.quit')).toHaveLength(1);
  });

  it('asks at signing out while armed, and does not while nothing is', async () => {
    const armed = await openWindow('armed');
    await armed.user.click(screen.getByRole('button', { name: 'Sign out' }));
    expect(armed.host.argsOf('session.sign_out')).toEqual([]);
    await armed.user.click(await screen.findByRole('button', { name: 'Stop and sign out' }));
    expect(armed.host.argsOf('session.sign_out')).toHaveLength(1);
  });

  it('signs out at once while nothing is armed', async () => {
    const { host, user } = await openWindow('floor');
    await user.click(screen.getByRole('button', { name: 'Sign out' }));
    await waitFor(() => expect(host.argsOf('session.sign_out')).toHaveLength(1));
  });
});

describe('the foot', () => {
  it('lists limits in words when asked', async () => {
    const { user } = await openWindow('limits');
    expect(screen.queryByText(/Voice could not be started/)?.closest('[hidden]')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: '2 limits' }));
    expect(screen.getByText(/Voice could not be started/).closest('[hidden]')).toBeNull();
    expect(screen.getByText(/not registered/)).toBeTruthy();
  });

  it('changes my state to what the server offers', async () => {
    const { host, user } = await openWindow('floor');
    await user.click(screen.getByRole('button', { name: 'Go ready' }));
    expect(host.argsOf('desk.order')).toEqual([{ command: { kind: 'setState', state: 'Ready' } }]);
  });

  it('goes round the themes and remembers', async () => {
    const { host, user } = await openWindow('floor');
    await user.click(screen.getByRole('button', { name: 'Theme: System' }));
    await user.click(screen.getByRole('button', { name: 'Theme: Light' }));
    expect(document.documentElement.dataset['theme']).toBe('dark');
    await waitFor(() => expect(host.argsOf('frame.save_preferences').at(-1)?.preferences.theme).toBe('dark'));
  });
});
