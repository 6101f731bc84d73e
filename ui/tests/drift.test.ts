import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { liveLink } from '../src/fake/scenes';
import { driftLine } from '../src/fake/written';
import { causeWords, told } from '../src/features/drift/words';
import { openWindow, orders } from './window';

const now = 1_700_000_000_000;

function banner() {
  return within(screen.getByRole('region', { name: 'What you asked for and does not hold' }));
}

describe('what does not hold any more', () => {
  it('is shown for calls and sessions together, and nothing is asked without a key', async () => {
    const { host } = await openWindow('drift');
    expect(banner().getByRole('status').textContent).toBe('4 orders of yours may not hold');
    const lines = banner().getAllByRole('listitem');
    expect(lines.map((line) => line.querySelector('b')?.textContent)).toEqual([
      'Caro Díaz',
      'Ana Núñez',
      'Bo Li',
      'Eun Kim',
      'Finn Larsen',
    ]);
    expect(lines[0]?.textContent).toMatch(/Calls · Coach · next call.*logged out.*may have come and gone/s);
    expect(lines[3]?.textContent).toMatch(/SMS · Listen · all sessions.*Not now: This agent is not on the floor/s);
    expect(orders(host)).toEqual([]);
  });

  it('is asked for again by one key, all of it or the first', async () => {
    const { host, user } = await openWindow('drift');
    await user.keyboard('{Shift>}R{/Shift}');
    await user.keyboard('r');
    await waitFor(() => expect(orders(host)).toHaveLength(2));
    expect(orders(host)).toEqual([
      { kind: 'rearm', line: { channel: 'Voice', agentId: 'agent-3' } },
      { kind: 'rearmAll' },
    ]);
  });

  it('has a button for each line, to ask again or to let go', async () => {
    const { host, user } = await openWindow('drift');
    await user.click(banner().getByRole('button', { name: 'Arm again: Bo Li' }));
    await user.click(banner().getByRole('button', { name: 'Let go of Ana Núñez' }));
    expect(banner().getByRole('button', { name: 'Arm again: Eun Kim' })).toHaveProperty('disabled', true);
    await user.click(banner().getByRole('button', { name: 'Seen: Finn Larsen' }));
    expect(orders(host)).toEqual([
      { kind: 'rearm', line: { channel: 'Sms', agentId: 'agent-2' } },
      { kind: 'letGo', line: { channel: 'Sms', agentId: 'agent-1' } },
      { kind: 'noted', line: { channel: 'Chat', agentId: 'agent-6' } },
    ]);
  });

  it('cannot be asked for while the link is down, but let go', async () => {
    const { host, user } = await openWindow('drift');
    host.change({ link: { ...liveLink(Date.now()), state: 'Stale' } });
    await waitFor(() =>
      expect(banner().getByRole('button', { name: 'Arm again: Bo Li' })).toHaveProperty('disabled', true),
    );
    await user.keyboard('r');
    expect(orders(host)).toEqual([]);
    expect(banner().getByRole('button', { name: 'Let go of Bo Li' })).toHaveProperty('disabled', false);
  });

  it('is only said not to hold where that is certain', async () => {
    const { host } = await openWindow('drift');
    host.change({ drift: [driftLine(now, 'Sms', 1, 'Ana')] });
    await waitFor(() => expect(banner().getByRole('status').textContent).toBe('1 order of yours does not hold'));
    host.change({ drift: [driftLine(now, 'Sms', 1, 'Ana', { mayHold: true })] });
    await waitFor(() => expect(banner().getByRole('status').textContent).toBe('1 order of yours may not hold'));
  });

  it('is not called armed again before the server holds it', async () => {
    const { host } = await openWindow('drift');
    const line = (index: number, state: 'AskedByItself' | 'ArmedByItself') =>
      driftLine(now, 'Sms', index, `Agent ${index}`, { state, cause: null });
    host.change({ drift: [line(1, 'AskedByItself'), line(2, 'ArmedByItself')] });
    await waitFor(() => expect(banner().getByRole('status').textContent).toBe('Asked again'));
    expect(banner().getAllByRole('listitem')[0]?.textContent).toMatch(/has not confirmed it yet/);
    host.change({ drift: [line(1, 'ArmedByItself'), line(2, 'ArmedByItself')] });
    await waitFor(() => expect(banner().getByRole('status').textContent).toBe('Armed again'));
  });

  it('is not there where everything holds', async () => {
    await openWindow('board');
    expect(screen.queryByRole('region', { name: 'What you asked for and does not hold' })).toBeNull();
  });
});

describe('the words', () => {
  it('say what the server said before what we think', () => {
    const line = driftLine(now, 'Voice', 1, 'Ana', {
      cause: 'Refused',
      problem: { code: 'refused', message: 'The server refused: no.' },
    });
    expect(told(line)).toBe('The server refused: no.');
    expect(told({ ...line, problem: null })).toBe(causeWords.Refused);
  });

  it('never say that nothing holds where the server may hold it', () => {
    const line = driftLine(now, 'Sms', 1, 'Ana', { cause: 'Restarted', mayHold: true });
    expect(told(line)).toMatch(/whether the server still holds it is not known/);
    expect(told({ ...line, mayHold: false })).toMatch(/nothing of it is armed now/);
    const problem = { code: 'refused' as const, message: 'The server refused: no.' };
    expect(told({ ...line, cause: 'Refused', problem })).toBe(
      'The server refused: no. Whether the one before it still holds is not known.',
    );
  });

  it('never say that something was not armed where Sotto armed it', () => {
    const line = driftLine(now, 'Sms', 1, 'Ana', { state: 'ArmedByItself', cause: null });
    expect(told(line)).toMatch(/asked for it again by itself, as your organisation allows/);
  });
});
