/** The start: chooses the host, takes over the preferences, mounts, and says when the window can be shown. */
import '@fontsource-variable/inter';
import { mount } from 'svelte';
import App from './App.svelte';
import './design/base.css';
import './design/tokens.css';
import { followTheme } from './design/theme';
import { Desk } from './desk/desk.svelte';
import type { Host } from './host/host';

async function chooseHost(): Promise<Host> {
  if (import.meta.env.MODE !== 'production') {
    const scene = new URLSearchParams(location.search).get('fake');
    if (scene !== null) return (await import('./fake/scenes')).play(scene);
  }
  if ('__TAURI_INTERNALS__' in window) return new (await import('./host/tauri')).TauriHost();
  return new (await import('./host/web')).WebHost();
}

function reportFaults(desk: Desk) {
  window.addEventListener('error', ({ message, filename, lineno }) =>
    desk.report(`${message} (${filename}:${lineno})`),
  );
  window.addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) => {
    desk.report(reason instanceof Error ? `${reason.message}\n${reason.stack ?? ''}` : String(reason));
  });
}

/** The window is hidden until we say so, and a hidden window never paints: there the page being laid out has to do. */
function whenDrawn(then: () => void) {
  let told = false;
  const tell = () => {
    if (!told) then();
    told = true;
  };
  requestAnimationFrame(() => requestAnimationFrame(tell));
  setTimeout(tell, 50);
}

const desk = new Desk(await chooseHost());
reportFaults(desk);
await desk.preferences.load();
followTheme(desk.preferences.theme)();
mount(App, { target: document.getElementById('app')!, props: { desk } });
whenDrawn(() => void desk.call('frame.ready', {}).catch(() => undefined));
