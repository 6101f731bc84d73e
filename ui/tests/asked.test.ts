import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openWindow, orders, row } from './window';

describe('a link to an agent', () => {
  it('asks before it shows anybody, and not now is the default', async () => {
    const { host, desk, user } = await openWindow('floor');
    await row('Ana');
    const ana = desk.mirror.roster!.rows[0]!;
    const asked = { named: '6001', known: true, agents: [{ id: ana.id, name: ana.name }] };
    host.tell({ kind: 'agentAsked', asked });
    const dialog = await screen.findByRole('dialog', { name: 'Show the agent a link asks for?' });
    expect(document.activeElement?.textContent).toContain('Not now');
    await user.click(within(dialog).getByRole('button', { name: 'Not now' }));
    expect(screen.queryByRole('dialog')).toBeNull();
    host.tell({ kind: 'agentAsked', asked });
    await user.click(await screen.findByRole('button', { name: `Show ${ana.name}` }));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(host.argsOf('desk.look').at(-1)).toMatchObject({ query: { selected: ana.id } });
    expect(host.argsOf('desk.order')).toEqual([]);
  });

  it('does not stand between the supervisor and stopping, however many come', async () => {
    const { host, desk, user } = await openWindow('live');
    const asked = { named: 'x', known: true, agents: [] };
    host.tell({ kind: 'agentAsked', asked });
    await screen.findByRole('dialog');
    await user.keyboard('c');
    expect(screen.queryByRole('dialog'), 'other keys mean nothing meanwhile').not.toBeNull();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(desk.stopPrimed).toBe(true);
    host.tell({ kind: 'agentAsked', asked });
    await screen.findByRole('dialog');
    await user.keyboard('{Escape}');
    expect(orders(host)).toEqual([{ kind: 'stop' }]);
  });

  it('keeps the focus where it is when a second one replaces it', async () => {
    const { host } = await openWindow('floor');
    const agents = [{ id: 'a', name: 'Ana' }];
    host.tell({ kind: 'agentAsked', asked: { named: 'ana', known: true, agents } });
    await screen.findByRole('button', { name: 'Show Ana' });
    const elsewhere = screen.getByRole('button', { name: 'Not now' });
    elsewhere.focus();
    host.tell({ kind: 'agentAsked', asked: { named: 'nobody', known: true, agents: [{ id: 'b', name: 'Bea' }] } });
    await screen.findByRole('button', { name: 'Show Bea' });
    expect(screen.getAllByRole('dialog')).toHaveLength(1);
    expect(document.activeElement).toBe(elsewhere);
  });

  it('says so where nobody has that name, and shows what the link says as text', async () => {
    const { host } = await openWindow('floor');
    const named = '<img src=x onerror=alert(1)>';
    host.tell({ kind: 'agentAsked', asked: { named, known: true, agents: [] } });
    const dialog = await screen.findByRole('dialog', { name: 'A link asks for an agent who is not on your floor.' });
    expect(dialog.textContent).toContain(named);
    expect(dialog.querySelector('img')).toBeNull();
  });

  it('waits for the sign-in, and lets the supervisor choose between several', async () => {
    const { host } = await openWindow('floor');
    host.tell({ kind: 'agentAsked', asked: { named: 'ana', known: false, agents: [] } });
    expect(await screen.findByText(/once you are signed in/)).toBeTruthy();
    const agents = [
      { id: 'a', name: 'Ana Núñez' },
      { id: 'b', name: 'Ana Novak' },
    ];
    host.tell({ kind: 'agentAsked', asked: { named: 'ana', known: true, agents } });
    const dialog = await screen.findByRole('dialog', { name: 'Which agent does the link mean?' });
    expect(within(dialog).getAllByRole('button', { name: /^Show / })).toHaveLength(2);
  });
});
