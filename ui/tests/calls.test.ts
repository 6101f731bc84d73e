import { screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openWindow, orders } from './window';

function calls(): HTMLElement {
  return screen.getByRole('region', { name: 'Your calls' });
}

describe('the calls on my phone', () => {
  it('have exactly the acts the server offers', async () => {
    const { user, host } = await openWindow('live');
    const names = within(calls())
      .getAllByRole('button')
      .map((button) => button.childNodes.length && button.textContent?.trim());
    expect(names).toEqual([
      'Hang up',
      'Hold',
      expect.stringMatching(/^Listen silently/),
      expect.stringMatching(/^Barge in/),
      'Mute agent',
      'Cancel monitoring',
    ]);
    await user.click(within(calls()).getByRole('button', { name: 'Hang up' }));
    expect(orders(host)).toEqual([{ kind: 'call', callId: 'call-1', act: 'Hangup' }]);
  });

  it('keep the call when only the monitoring is cancelled', async () => {
    const { user, host } = await openWindow('live');
    expect(calls().textContent).toContain('keeps you in this call');
    await user.click(within(calls()).getByRole('button', { name: 'Cancel monitoring' }));
    expect(orders(host)).toEqual([{ kind: 'cancelMonitoring' }]);
  });

  it('say who is in them, and nothing where there are none', async () => {
    await openWindow('live');
    expect(calls().textContent).toContain('Ana Núñez, +1 555 123 0000');
    expect(calls().textContent).toContain('Established · Inbound · Coach');
  });

  it('show the fault of an act that was rejected', async () => {
    const { user } = await openWindow('live', (host) => {
      host.faults['desk.order'] = { code: 'call_gone', message: 'The call is over.' };
    });
    await user.click(within(calls()).getByRole('button', { name: 'Hold' }));
    expect((await within(calls()).findByRole('alert')).textContent).toContain('The call is over.');
  });
});
