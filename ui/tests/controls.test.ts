/** What a control shows is what holds: also while a change is under way, and where it was refused. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import Segmented from '../src/design/Segmented.svelte';
import type { CannedLibrary } from '../src/host/types.gen';
import { openWindow } from './window';

const options = [
  { value: 'info', label: 'As usual' },
  { value: 'debug', label: 'More' },
  { value: 'trace', label: 'Everything' },
];

function radio(name: string): HTMLInputElement {
  return screen.getByRole<HTMLInputElement>('radio', { name });
}

function checked(): string[] {
  return options.filter(({ label }) => radio(label).checked).map(({ value }) => value);
}

describe('a segmented choice', () => {
  /** Nobody takes over what is asked for. */
  function refusing() {
    const asked: string[] = [];
    const props = { legend: 'Level', options, value: 'info', onchange: (value: string) => asked.push(value) };
    const { rerender } = render(Segmented, props);
    return { asked, user: userEvent.setup(), become: (value: string) => rerender({ ...props, value }) };
  }

  it('shows the value while what was pressed does not hold, and keeps the focus there', async () => {
    const { asked, user } = refusing();
    await user.click(radio('Everything'));
    expect(asked).toEqual(['trace']);
    expect(checked()).toEqual(['info']);
    expect(radio('As usual').closest('label')!.classList.contains('on')).toBe(true);
    expect(document.activeElement).toBe(radio('Everything'));
  });

  it('can be asked the same again after a refusal', async () => {
    const { asked, user } = refusing();
    await user.click(radio('More'));
    await user.click(radio('More'));
    expect(asked).toEqual(['debug', 'debug']);
    expect(checked()).toEqual(['info']);
  });

  it('shows what was pressed once it holds', async () => {
    const { user, become } = refusing();
    await user.click(radio('More'));
    await become('debug');
    expect(checked()).toEqual(['debug']);
    expect(document.activeElement).toBe(radio('More'));
    await become('info');
    expect(checked()).toEqual(['info']);
  });

  it('walks by the arrow keys from where the focus is', async () => {
    const { asked, user, become } = refusing();
    radio('As usual').focus();
    await user.keyboard('{ArrowRight}');
    expect(asked).toEqual(['debug']);
    expect(document.activeElement).toBe(radio('More'));
    expect(checked()).toEqual(['info']);
    await user.keyboard('{ArrowRight}');
    expect(asked).toEqual(['debug', 'trace']);
    expect(document.activeElement).toBe(radio('Everything'));
    await become('trace');
    expect(checked()).toEqual(['trace']);
  });
});

describe('the log level', () => {
  async function openLog(prepare?: Parameters<typeof openWindow>[1]) {
    const opened = await openWindow('floor', prepare);
    await opened.user.keyboard('h');
    await screen.findByRole('radio', { name: 'As usual' });
    return opened;
  }

  it('stays where the host refuses, and says why', async () => {
    const { host, user } = await openLog((host) => {
      host.faults['support.set_log_level'] = { code: 'not_kept', message: 'The log cannot be written.' };
    });
    await user.click(radio('More'));
    expect((await screen.findByRole('alert')).textContent).toContain('The log cannot be written.');
    expect(checked()).toEqual(['info']);
    delete host.faults['support.set_log_level'];
    await user.click(radio('More'));
    await waitFor(() => expect(checked()).toEqual(['debug']));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is shown only once the host has taken it, and the last one counts', async () => {
    const taken: (() => void)[] = [];
    const { host, user } = await openLog((host) => {
      Object.defineProperty(host.answers, 'support.set_log_level', {
        enumerable: true,
        get: () => new Promise<null>((resolve) => taken.push(() => resolve(null))),
      });
    });
    await user.click(radio('More'));
    await user.click(radio('Everything'));
    expect(checked()).toEqual(['info']);
    taken.shift()!();
    await waitFor(() => expect(checked()).toEqual(['debug']));
    expect(host.argsOf('support.set_log_level')).toEqual([{ level: 'debug' }, { level: 'trace' }]);
    await waitFor(() => expect(taken).toHaveLength(1));
    taken.shift()!();
    await waitFor(() => expect(checked()).toEqual(['trace']));
  });
});

describe('a canned whisper that is changed', () => {
  const library: CannedLibrary = {
    own: [{ name: 'Calm', whispers: [{ title: 'Hold', text: 'Ask to hold.' }] }],
    managed: [],
  };

  async function openEditor(prepare?: Parameters<typeof openWindow>[1]) {
    const opened = await openWindow('board', (host) => {
      host.canned = structuredClone(library);
      prepare?.(host);
    });
    await opened.user.click(screen.getByRole('button', { name: 'Canned…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Canned whispers' }));
    await dialog.findByLabelText('Title');
    const write = async (label: string, text: string) => {
      await opened.user.clear(dialog.getByLabelText(label));
      await opened.user.type(dialog.getByLabelText(label), `${text}{Tab}`);
    };
    return { ...opened, dialog, write };
  }

  it('loses no change that is made while the one before is on its way', async () => {
    const { host, dialog, write } = await openEditor();
    let free = () => {};
    const busy = new Promise<void>((resolve) => (free = resolve));
    const call = host.call.bind(host);
    host.call = async (name, args) => {
      if (name === 'canned.save') await busy;
      return call(name, args);
    };
    await write('Title', 'Wait');
    await write('Text of Wait', 'Ask to wait.');
    expect(dialog.getByLabelText<HTMLInputElement>('Title').value).toBe('Wait');
    free();
    await waitFor(() => expect(host.canned.own[0]!.whispers).toEqual([{ title: 'Wait', text: 'Ask to wait.' }]));
  });

  it('stays on screen where it is refused, goes along with the next one, and can be taken back', async () => {
    const { host, user, dialog, write } = await openEditor();
    host.faults['canned.save'] = { code: 'not_kept', message: 'The disk is full.' };
    await write('Title', 'Wait');
    expect((await dialog.findByRole('alert')).textContent).toContain('The disk is full.');
    expect(dialog.getByLabelText<HTMLInputElement>('Title').value).toBe('Wait');
    expect(host.canned.own).toEqual(library.own);
    delete host.faults['canned.save'];
    await write('Text of Wait', 'Ask to wait.');
    await waitFor(() => expect(host.canned.own[0]!.whispers).toEqual([{ title: 'Wait', text: 'Ask to wait.' }]));
    expect(dialog.queryByRole('alert')).toBeNull();

    host.faults['canned.save'] = { code: 'not_kept', message: 'The disk is full.' };
    await write('Title', 'Stay');
    await dialog.findByRole('alert');
    await user.click(dialog.getByRole('button', { name: 'Undo' }));
    expect(dialog.getByLabelText<HTMLInputElement>('Title').value).toBe('Wait');
    expect(dialog.queryByRole('alert')).toBeNull();
  });

  it('is not written over a library that could not be read', async () => {
    const { host, user } = await openWindow('board', (host) => {
      host.faults['canned.list'] = { code: 'not_kept', message: 'The file cannot be read.' };
    });
    await user.click(screen.getByRole('button', { name: 'Canned…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Canned whispers' }));
    await dialog.findByRole('alert');
    expect(dialog.getByRole<HTMLButtonElement>('button', { name: 'Add a group' }).disabled).toBe(true);
    expect(host.argsOf('canned.save')).toEqual([]);
  });
});
