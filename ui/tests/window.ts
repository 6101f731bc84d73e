/** Opens the whole window on a scene, with a fake host behind it. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import App from '../src/App.svelte';
import { Desk } from '../src/desk/desk.svelte';
import type { FakeHost } from '../src/fake/host';
import { play } from '../src/fake/scenes';
import { LazyPlaces } from '../src/features/places/lazy.svelte';

/** The places are here as in a window that has been open for a moment. */
export async function openWindow(scene: string, prepare?: (host: FakeHost) => void, places = new LazyPlaces()) {
  const host = play(scene);
  prepare?.(host);
  const desk = new Desk(host);
  await desk.preferences.load();
  await places.loadAll();
  render(App, { desk, places });
  await waitFor(() => {
    if (desk.mirror.snapshots === 0) throw new Error('no snapshot yet');
  });
  return { host, desk, user: userEvent.setup() };
}

/** The row of an agent, once it has come. */
export function row(name: string | RegExp): Promise<HTMLElement> {
  return screen.findByRole('row', { name: typeof name === 'string' ? new RegExp(name) : name });
}

/** The strip. */
export function strip(): HTMLElement {
  return screen.getByRole('region', { name: 'Who hears you' });
}

/** What was ordered, in short. */
export function orders(host: FakeHost) {
  return host.argsOf('desk.order').map(({ command }) => command);
}
