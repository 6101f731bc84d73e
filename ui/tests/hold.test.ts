import { fireEvent, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openWindow, orders, strip } from './window';

const barge = { kind: 'call', callId: 'call-1', act: 'SwitchToBargeIn' };

describe('an act without a way back', () => {
  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function open() {
    const { host } = await openWindow('live');
    const button = within(strip()).getByRole('button', { name: 'Barge in' });
    return { host, button };
  }

  it('says what becomes impossible', async () => {
    const { button } = await open();
    const warning = document.getElementById(button.getAttribute('aria-describedby')!);
    expect(warning?.textContent).toContain('You cannot go back to coaching on this call.');
  });

  it('happens after the pointer was held down long enough', async () => {
    const { host, button } = await open();
    await fireEvent.pointerDown(button);
    await vi.advanceTimersByTimeAsync(700);
    expect(orders(host)).toEqual([]);
    await vi.advanceTimersByTimeAsync(150);
    expect(orders(host)).toEqual([barge]);
  });

  it('does not happen when let go early, and says how it works', async () => {
    const { host, button } = await open();
    await fireEvent.pointerDown(button);
    await vi.advanceTimersByTimeAsync(600);
    await fireEvent.pointerUp(button);
    await vi.advanceTimersByTimeAsync(2000);
    expect(orders(host)).toEqual([]);
    expect(within(strip()).getByText(/Keep it pressed/)).toBeTruthy();
  });

  it('does not happen when the pointer leaves or the focus goes', async () => {
    const { host, button } = await open();
    await fireEvent.pointerDown(button);
    await fireEvent.pointerLeave(button);
    await fireEvent.keyDown(button, { key: ' ' });
    await fireEvent.blur(button);
    await vi.advanceTimersByTimeAsync(2000);
    expect(orders(host)).toEqual([]);
  });

  it('happens when its letter is held, once, and not at a press', async () => {
    const { host } = await open();
    await fireEvent.keyDown(document.body, { key: 'b' });
    await fireEvent.keyUp(document.body, { key: 'b' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(orders(host)).toEqual([]);
    await fireEvent.keyDown(document.body, { key: 'b' });
    await fireEvent.keyDown(document.body, { key: 'b', repeat: true });
    await vi.advanceTimersByTimeAsync(900);
    await fireEvent.keyDown(document.body, { key: 'b', repeat: true });
    await vi.advanceTimersByTimeAsync(2000);
    expect(orders(host)).toEqual([barge]);
  });

  it('does not hear its letter while somebody writes', async () => {
    const { host } = await open();
    const search = screen.getByRole('searchbox');
    await fireEvent.keyDown(search, { key: 'b' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(orders(host)).toEqual([]);
  });
});
