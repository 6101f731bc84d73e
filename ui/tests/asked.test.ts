import { screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openWindow, row } from './window';

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
