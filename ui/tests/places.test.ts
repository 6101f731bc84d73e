import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { LazyPlaces, type Imports } from '../src/features/places/lazy.svelte';
import Journal from '../src/features/journal/Journal.svelte';
import Settings from '../src/features/settings/Settings.svelte';
import Support from '../src/features/support/Support.svelte';
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

describe('the places that are fetched when they are opened', () => {
  /** Places whose files come when they are let through. */
  function slowly() {
    const asked: string[] = [];
    let letThrough: () => void = () => {};
    let refuse: (reason: Error) => void = () => {};
    const fetch = <T>(name: string, component: T) => {
      asked.push(name);
      return new Promise<{ default: T }>((resolve, reject) => {
        letThrough = () => resolve({ default: component });
        refuse = reject;
      });
    };
    const imports: Imports = {
      journal: () => fetch('journal', Journal),
      settings: () => fetch('settings', Settings),
      support: () => fetch('support', Support),
    };
    return {
      asked,
      imports,
      come: () => letThrough(),
      fail: () => refuse(new Error('Failed to fetch dynamically imported module')),
    };
  }

  /** Nothing is fetched before it is asked for. */
  class Bare extends LazyPlaces {
    override loadAll(): Promise<void> {
      return Promise.resolve();
    }
  }

  it('show their heading at once, and take the focus along when they come', async () => {
    const { asked, imports, come } = slowly();
    const { user } = await openWindow('journal', undefined, new Bare(imports));
    expect(asked).toEqual([]);
    await user.keyboard('j');
    expect(screen.getByRole('heading', { level: 1, name: 'Journal' })).toBeTruthy();
    expect(screen.getByText('Opening…')).toBeTruthy();
    expect(document.activeElement?.tagName).toBe('MAIN');
    come();
    const grid = await screen.findByRole('grid', { name: 'Coachings' });
    await waitFor(() => expect(document.activeElement).toBe(grid));
    await user.keyboard('fj');
    expect(asked).toEqual(['journal']);
  });

  it('leave the strip and its keys alone while they are on their way', async () => {
    const { imports } = slowly();
    const { host, user } = await openWindow('armed', undefined, new Bare(imports));
    await user.keyboard('h');
    expect(strip().textContent).toContain('Armed for Ana Núñez');
    await user.keyboard('{Escape}{Escape}');
    expect(orders(host)).toEqual([{ kind: 'stop' }]);
    await user.keyboard('f');
    expect(await row('Ana Núñez')).toBeTruthy();
  });

  it('say why they cannot be opened, tell the log, and come on a second try', async () => {
    const { asked, imports, come, fail } = slowly();
    const { host, user } = await openWindow('floor', undefined, new Bare(imports));
    await user.keyboard(',');
    fail();
    expect((await screen.findByRole('alert')).textContent).toContain('This part of Sotto could not be opened.');
    await waitFor(() => expect(host.argsOf('frame.report')).toHaveLength(1));
    expect(asked).toEqual(['settings']);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    come();
    expect(await screen.findByRole('region', { name: 'Look' })).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('open on the bundle that is offered after a crash', async () => {
    const { imports, come } = slowly();
    const { user } = await openWindow('crashed', undefined, new Bare(imports));
    await user.click(await screen.findByRole('button', { name: 'Bundle for support…' }));
    come();
    expect(await screen.findByRole('list', { name: 'Files in the bundle' })).toBeTruthy();
  });
});
