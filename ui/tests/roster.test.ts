import { screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import { openWindow, row } from './window';

function grid(): HTMLElement {
  return screen.getByRole('grid', { name: 'Agents' });
}

describe('the roster', () => {
  it('draws the rows in sight and says how many there are', async () => {
    await openWindow('crowd');
    await row('Ana Núñez 1 ');
    expect(grid().getAttribute('aria-rowcount')).toBe('1205');
    expect(within(grid()).getAllByRole('row').length).toBeLessThan(30);
  });

  it('shows skeletons, not emptiness, until the floor was read', async () => {
    await openWindow('connecting');
    expect(grid().getAttribute('aria-busy')).toBe('true');
    expect(screen.queryByText(/nobody on this floor/)).toBeNull();
  });

  it('keeps its rows while the next window is on its way', async () => {
    const { host } = await openWindow('crowd');
    await row('Ana Núñez 1 ');
    host.answering = false;
    grid().scrollTop = 400 * 40;
    grid().dispatchEvent(new Event('scroll'));
    await waitFor(() => expect(host.argsOf('desk.look').at(-1)?.query.first).toBe(380));
    expect(within(grid()).getAllByRole('row')).toHaveLength(1);
    grid().scrollTop = 0;
    grid().dispatchEvent(new Event('scroll'));
    expect(await row('Ana Núñez 1 ')).toBeTruthy();
  });

  it('asks as somebody types, and Escape clears', async () => {
    const { host, user } = await openWindow('floor');
    await row('Ana Núñez');
    await user.keyboard('/');
    await user.keyboard('berg');
    await waitFor(() => expect(screen.queryByRole('row', { name: /Ana Núñez/ })).toBeNull());
    expect(host.argsOf('desk.look').at(-1)?.query.text).toBe('berg');
    expect(await row('Kai Berg')).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(await row('Ana Núñez')).toBeTruthy();
  });

  it('never takes a row of an older answer in hand', async () => {
    const { host, desk, user } = await openWindow('floor');
    await row('Ana Núñez');
    host.answering = false;
    await user.keyboard('/');
    await user.keyboard('berg{ArrowDown}');
    expect(desk.look.selected).toBeNull();
    const kai = host.rows.find(({ name }) => name === 'Kai Berg')!;
    const { serial } = desk.look;
    host.change({ roster: { serial: serial - 1, matching: 9, first: 0, rows: host.rows.slice(0, 9), selected: null } });
    await tick();
    expect(desk.look.selected).toBeNull();
    host.change({ roster: { serial, matching: 1, first: 0, rows: [kai], selected: null } });
    await waitFor(() => expect(desk.look.selected).toBe(kai.id));
  });

  it('says what to do when nothing matches', async () => {
    const { user } = await openWindow('floor');
    await row('Ana Núñez');
    await user.type(screen.getByRole('searchbox', { name: 'Find an agent' }), 'zzz');
    await user.click(await screen.findByRole('button', { name: 'Clear filters' }));
    expect(await row('Ana Núñez')).toBeTruthy();
  });

  it('filters by the state of a chip and by group', async () => {
    const { host, user } = await openWindow('floor');
    await row('Ana Núñez');
    await user.click(screen.getByRole('button', { name: /^After call/ }));
    await row('Fatima Al-Zahra');
    expect(host.argsOf('desk.look').at(-1)?.query.states).toEqual(['AfterCall']);
    expect(screen.getByRole('button', { name: /^After call/, pressed: true })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /^All/ }));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Group' }), 'Sales');
    await waitFor(() => expect(host.argsOf('desk.look').at(-1)?.query.groups).toEqual(['Sales']));
  });

  it('sorts by a column, and back', async () => {
    const { user } = await openWindow('floor');
    const head = screen.getByRole('columnheader', { name: 'Agent' });
    expect(head.getAttribute('aria-sort')).toBe('ascending');
    await user.click(within(head).getByRole('button'));
    expect(head.getAttribute('aria-sort')).toBe('descending');
    await user.click(screen.getByRole('button', { name: 'For' }));
    expect(head.getAttribute('aria-sort')).toBe('none');
    expect(screen.getByRole('columnheader', { name: 'For' }).getAttribute('aria-sort')).toBe('ascending');
  });

  it('moves by keys and remembers who is in hand', async () => {
    const { desk, user } = await openWindow('floor');
    await row('Ana Núñez');
    grid().focus();
    await user.keyboard('{ArrowDown}');
    expect((await row('Ana Núñez')).getAttribute('aria-selected')).toBe('true');
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    const selected = await row('Bo Li');
    expect(selected.getAttribute('aria-selected')).toBe('true');
    expect(grid().getAttribute('aria-activedescendant')).toBe(selected.id);
    await user.keyboard('{Home}');
    expect(desk.look.selected).toBe('agent-1');
    await user.keyboard('{Enter}');
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Coach' }));
  });

  it('selects a row that is far away once it has come', async () => {
    const { host, desk, user } = await openWindow('crowd');
    await row('Ana Núñez 1 ');
    grid().focus();
    await user.keyboard('{End}');
    const last = [...host.rows].sort((one, other) => one.name.localeCompare(other.name)).at(-1)!;
    await waitFor(() => expect(desk.look.selected).toBe(last.id));
  });

  it('keeps the agent in hand when a filter hides the row', async () => {
    const { user } = await openWindow('floor');
    await user.click(await row('Ana Núñez'));
    await user.type(screen.getByRole('searchbox'), 'berg');
    await row('Kai Berg');
    expect(screen.getByRole('heading', { name: 'Ana Núñez' })).toBeTruthy();
  });

  it('says quietly why an agent cannot be coached, and who holds them only where the server says', async () => {
    await openWindow('floor');
    expect((await row('Ivo Marić')).textContent).toContain('held by another supervisor');
    expect((await row('Jae Park')).textContent).toContain('no phone');
  });

  it('marks what began before Sotto looked', async () => {
    await openWindow('floor');
    expect((await row('Dana')).textContent).toMatch(/≥\s*11:5\d/);
    expect((await row('Eun Kim')).textContent).not.toContain('≥');
  });

  it('asks again after a new snapshot', async () => {
    const { host } = await openWindow('floor');
    await row('Ana Núñez');
    const before = host.argsOf('desk.look').length;
    host.snapshot();
    await waitFor(() => expect(host.argsOf('desk.look').length).toBeGreaterThan(before));
  });
});
