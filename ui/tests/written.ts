/** The window on a written session: its parts by what they are called. */
import { screen, within } from '@testing-library/svelte';
import type { FakeHost } from '../src/fake/host';
import type { SessionView, WrittenCommand } from '../src/host/types.gen';

/** The commands for written sessions, the oldest first; typing and reading aside, which come by themselves. */
export function given(host: FakeHost): WrittenCommand[] {
  return all(host).filter(({ kind }) => kind !== 'typing' && kind !== 'read');
}

/** What was told of typing: who would have seen it, and whether it began. */
export function typed(host: FakeHost) {
  return all(host).flatMap((command) => (command.kind === 'typing' ? [[command.public, command.typing] as const] : []));
}

function all(host: FakeHost): WrittenCommand[] {
  return host.argsOf('desk.order').flatMap(({ command }) => (command.kind === 'written' ? [command.command] : []));
}

/** Changes the first session on the board. */
export function becomes(host: FakeHost, change: Partial<SessionView>) {
  host.change({
    sessions: host.view.sessions.map((session, index) => (index === 0 ? { ...session, ...change } : session)),
  });
}

export function whisperBox(): Promise<HTMLTextAreaElement> {
  return screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Whisper' });
}

export function publicBox(): Promise<HTMLTextAreaElement> {
  return screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'To everyone' });
}

/** The open session. */
export function openSession() {
  return within(screen.getByRole('region', { name: /^Session with/ }));
}

/** The board and who is armed. */
export function sms() {
  return within(screen.getByRole('region', { name: 'SMS and chat' }));
}
