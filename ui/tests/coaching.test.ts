import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { KEYS } from '../src/keys/keys';
import { openWindow, orders, row, strip } from './window';

const coachBo = { kind: 'monitor', order: { agentId: 'agent-2', act: 'Coach', mode: 'NextCall', scope: 'Agent' } };

function pane(): HTMLElement {
  return screen.getByRole('region', { name: 'Agent in hand' });
}

describe('the agent in hand', () => {
  it('is asked for in two presses of the mouse', async () => {
    const { host, user } = await openWindow('floor');
    await user.click(await row('Bo Li'));
    await user.click(screen.getByRole('button', { name: 'Coach' }));
    expect(orders(host)).toEqual([coachBo]);
  });

  it('is asked for by one key', async () => {
    const { host, user } = await openWindow('floor');
    await user.click(await row('Bo Li'));
    await user.keyboard('c');
    await user.keyboard('l');
    expect(orders(host)).toEqual([coachBo, { ...coachBo, order: { ...coachBo.order, act: 'ListenIn' } }]);
  });

  it('offers listen, coach and barge in, in that order', async () => {
    const { user } = await openWindow('floor');
    await user.click(await row('Bo Li'));
    const names = within(screen.getByRole('group', { name: 'Acts' })).getAllByRole('button');
    expect(names.map((button) => button.querySelector('b')?.textContent)).toEqual(['Listen', 'Coach', 'Barge in']);
  });

  it('is not asked for while somebody writes', async () => {
    const { host, user } = await openWindow('floor');
    await user.click(await row('Bo Li'));
    await user.type(screen.getByRole('searchbox'), 'clb');
    expect(orders(host)).toEqual([]);
  });

  it('takes terms and another number along, and remembers the terms', async () => {
    const { host, user } = await openWindow('floor');
    await user.click(await row('Bo Li'));
    await user.click(screen.getByRole('radio', { name: 'All calls' }));
    await user.click(screen.getByRole('radio', { name: 'Follow the customer' }));
    expect(pane().textContent).toMatch(/you stay with the customer and the next agent/);
    await user.type(screen.getByLabelText(/Number to monitor/), ' 6099 ');
    await user.click(screen.getByRole('button', { name: 'Barge in' }));
    expect(orders(host)).toEqual([
      {
        kind: 'monitor',
        order: { agentId: 'agent-2', act: 'BargeIn', mode: 'AllCalls', scope: 'Call', phoneNumber: '6099' },
      },
    ]);
    await waitFor(() =>
      expect(host.argsOf('frame.save_preferences').at(-1)?.preferences).toMatchObject({
        mode: 'AllCalls',
        scope: 'Call',
      }),
    );
  });

  it.each([
    ['Jae Park', 'Jae Park has no phone to coach on.'],
    ['Ivo Marić', 'Another supervisor holds Ivo Marić. One supervisor at a time.'],
  ])('says why %s cannot be coached, and the keys do nothing', async (name, reason) => {
    const { host, user } = await openWindow('floor');
    await user.click(await row(name));
    expect(within(pane()).getByText(reason)).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Coach' }).disabled).toBe(true);
    await user.keyboard('c');
    expect(orders(host)).toEqual([]);
  });

  it('offers to log in to the phone where that is what is missing', async () => {
    const { host, user } = await openWindow('loggedOut');
    await user.click(await row('Bo Li'));
    await user.click(within(pane()).getByRole('button', { name: 'Log in to phone' }));
    expect(orders(host)).toEqual([{ kind: 'setState', state: 'LogIn' }]);
  });

  it('leaves out only the act the server does not offer', async () => {
    const { host, user } = await openWindow('floor');
    host.change({ me: { ...host.view.me, acts: ['Coach'] } });
    await user.click(await row('Bo Li'));
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Listen' }).disabled).toBe(true);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Coach' }).disabled).toBe(false);
    expect(pane().textContent).toContain('The server does not offer “Barge in”');
  });

  it('says whom it replaces', async () => {
    const { user } = await openWindow('armed');
    await user.click(await row('Bo Li'));
    expect(pane().textContent).toContain('This replaces Ana Núñez');
  });

  it('shows what is in force only while that is confirmed', async () => {
    const { user } = await openWindow('unknown');
    await user.click(await row('Ana Núñez'));
    expect(screen.queryByRole('button', { name: 'Coach', pressed: true })).toBeNull();
    expect(pane().textContent).toContain('no live link');
  });

  it('shows a fault with its way out, and dismisses it', async () => {
    const { host, user } = await openWindow('refused');
    const words = within(pane());
    expect(words.getByText('Another supervisor holds Ana Núñez.')).toBeTruthy();
    expect(words.getByText('agent_held')).toBeTruthy();
    await user.click(words.getByRole('button', { name: 'Dismiss' }));
    expect(orders(host)).toEqual([{ kind: 'dismissProblem' }]);
  });

  it('shows a command that was rejected, with its hint', async () => {
    const { user } = await openWindow('floor', (host) => {
      host.faults['desk.order'] = { code: 'agent_gone', message: 'Bo Li has left the floor.', hint: 'Choose another.' };
    });
    await user.click(await row('Bo Li'));
    await user.keyboard('c');
    expect((await screen.findByRole('alert')).textContent).toMatch(/Bo Li has left the floor.*Choose another/s);
  });

  it('lists what happened with measured times', async () => {
    await openWindow('live');
    const steps = within(screen.getByRole('region', { name: 'What happened' })).getAllByRole('listitem');
    expect(steps.map((step) => step.textContent)).toEqual([
      expect.stringContaining('You asked'),
      expect.stringMatching(/Server accepted.*\+38 ms/),
      expect.stringMatching(/Armed, server says Coach.*\+212 ms/),
      expect.stringContaining('Ana took a call, your phone rang'),
      expect.stringMatching(/Live, you are in.*\+0\.8 s/),
    ]);
  });
});

describe('keys', () => {
  it('stop at the second Escape, not at the first', async () => {
    const { host, user } = await openWindow('live');
    await user.keyboard('{Escape}');
    expect(orders(host)).toEqual([]);
    expect(strip().textContent).toContain('Esc again');
    await user.keyboard('{Escape}');
    expect(orders(host)).toEqual([{ kind: 'stop' }]);
  });

  it('do not count an Escape that cleared the search', async () => {
    const { host, user } = await openWindow('live');
    await user.type(screen.getByRole('searchbox'), 'a{Escape}');
    await user.keyboard('{Escape}');
    expect(orders(host)).toEqual([]);
  });

  it('answer and try again', async () => {
    const ringing = await openWindow('ringing');
    await ringing.user.keyboard('a');
    expect(orders(ringing.host)).toEqual([{ kind: 'call', callId: 'call-1', act: 'Answer' }]);
  });

  it('are all printed in the help sheet, which F1 opens and Escape closes', async () => {
    const { user } = await openWindow('floor');
    await user.keyboard('{F1}');
    const sheet = await screen.findByRole('dialog', { name: 'Keys' });
    for (const { words } of KEYS.flatMap(({ lines }) => lines)) expect(within(sheet).getByText(words)).toBeTruthy();
    await user.click(within(sheet).getByRole('button', { name: 'Close' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
