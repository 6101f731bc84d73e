import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { noPolicy } from '../src/desk/policy.svelte';
import { defaults } from '../src/desk/preferences.svelte';
import type { FakeHost } from '../src/fake/host';
import { savedProfile } from '../src/fake/scenes';
import type { PolicyView } from '../src/host/types.gen';
import { openWindow, row } from './window';

async function openSettings(scene = 'signin', prepare?: (host: FakeHost) => void) {
  const opened = await openWindow(scene, prepare);
  await opened.user.click(screen.getByRole('button', { name: /^Settings/ }));
  await screen.findByRole('heading', { name: 'Settings', level: 1 });
  return opened;
}

function managed(change: Partial<PolicyView>): (host: FakeHost) => void {
  return (host) => {
    host.policy = { ...noPolicy, file: '/etc/sotto/policy.json', ...change };
  };
}

function part(name: string): HTMLElement {
  return screen.getByRole('region', { name });
}

function nickname(): HTMLInputElement {
  return screen.getByLabelText<HTMLInputElement>('Your name in SMS sessions');
}

describe('settings', () => {
  it('keeps a choice, resets all of them, and takes the reset back', async () => {
    const { host, user } = await openSettings();
    const reset = screen.getByRole<HTMLButtonElement>('button', { name: 'Reset these to their defaults' });
    expect(reset.disabled).toBe(true);
    await user.click(screen.getByRole('radio', { name: 'All calls' }));
    await user.type(nickname(), 'Lead');
    await waitFor(() => expect(host.argsOf('frame.save_preferences').at(-1)?.preferences.nickname).toBe('Lead'));
    await user.click(reset);
    expect(nickname().value).toBe('');
    await waitFor(() => expect(host.argsOf('frame.save_preferences').at(-1)?.preferences).toEqual(defaults));
    await user.click(screen.getByRole('button', { name: 'Undo the reset' }));
    expect(nickname().value).toBe('Lead');
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'All calls' }).checked).toBe(true);
  });

  it('says that a choice is not kept, and stops saying so once it is', async () => {
    const { host, user } = await openSettings();
    host.faults['frame.save_preferences'] = { code: 'settings_not_saved', message: 'The disk is full.' };
    await user.click(screen.getByRole('radio', { name: 'All calls' }));
    const told = await screen.findByRole('alert');
    expect(told.textContent).toMatch(/The disk is full.*settings_not_saved/s);
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'All calls' }).checked).toBe(true);
    delete host.faults['frame.save_preferences'];
    await user.type(nickname(), 'Lead');
    await waitFor(() => expect(screen.queryByText('The disk is full.')).toBeNull());
    expect(host.argsOf('frame.save_preferences').at(-1)?.preferences).toMatchObject({
      mode: 'AllCalls',
      nickname: 'Lead',
    });
  });

  it('writes the file only after what was just chosen is kept', async () => {
    const { host, user } = await openSettings();
    await user.click(screen.getByRole('radio', { name: 'All calls' }));
    await user.click(screen.getByRole('button', { name: 'Export…' }));
    await screen.findByText(/Written to .*sotto-settings\.json\. No password is in it\./);
    const names = host.calls.map(({ name }) => name);
    expect(names.indexOf('frame.save_preferences')).toBeGreaterThan(-1);
    expect(names.indexOf('frame.save_preferences')).toBeLessThan(names.indexOf('settings.export'));
  });

  it('takes over an imported file without writing it again, and says what was left out', async () => {
    const { host } = await openSettings('signin', (host) => {
      host.answers['settings.import'] = {
        preferences: { ...defaults, nickname: 'Imported' },
        added: 1,
        replaced: 2,
        leftOut: [{ code: 'managed_by_organisation', message: 'Your organisation does not allow signing in to x.' }],
      };
    });
    const text = '{ "sotto": "settings", "version": 2 }';
    const file = new File([text], 'sotto-settings.json', { type: 'application/json' });
    await fireEvent.change(screen.getByLabelText('Settings to import'), { target: { files: [file] } });
    await screen.findByText('Imported: your choices, 1 server added, 2 servers replaced.');
    expect(screen.getByText('Your organisation does not allow signing in to x.')).toBeTruthy();
    expect(host.argsOf('settings.import')).toEqual([{ text }]);
    expect(nickname().value).toBe('Imported');
    expect(host.argsOf('frame.save_preferences')).toEqual([]);
  });

  it('says why a file cannot be imported, and changes nothing', async () => {
    await openSettings('signin', (host) => {
      host.faults['settings.import'] = { code: 'bad_file', message: 'This file cannot be imported: line 3: x.' };
    });
    const file = new File(['{'], 'x.json');
    await fireEvent.change(screen.getByLabelText('Settings to import'), { target: { files: [file] } });
    expect((await screen.findByRole('alert')).textContent).toMatch(/line 3/);
    expect(nickname().value).toBe('');
  });

  it('changes what is kept of a server', async () => {
    const { host, user } = await openSettings('profiles');
    const servers = await screen.findByRole('region', { name: 'Servers' });
    await user.click(await within(servers).findByText(savedProfile.name));
    const [proxy] = within(servers).getAllByLabelText('Proxy');
    await user.type(proxy!, 'direct');
    const [keep] = within(servers).getAllByRole('button', { name: 'Keep' });
    await user.click(keep!);
    expect(host.argsOf('profiles.save')[0]!.profile).toMatchObject({ id: savedProfile.id, proxy: 'direct' });
  });

  it('shows that nothing is managed, or what is, in words', async () => {
    await openSettings();
    expect(within(part('Your organisation')).getByText('Nothing is managed on this computer.')).toBeTruthy();
  });
});

describe('under a policy', () => {
  it('marks what is managed in the settings', async () => {
    await openSettings(
      'signin',
      managed({
        nickname: 'Coach {firstName}',
        notificationsOff: true,
        points: [{ title: 'Calls', lines: ['Allowed: coaching.'] }],
      }),
    );
    await waitFor(() => expect(nickname().readOnly).toBe(true));
    expect(nickname().value).toBe('Coach {firstName}');
    const alerts = screen.getByRole<HTMLInputElement>('checkbox', { name: /Tell me when/ });
    expect([alerts.checked, alerts.disabled]).toEqual([false, true]);
    const words = part('Your organisation').textContent;
    expect(words).toMatch(/Calls\s*Allowed: coaching\..*\/etc\/sotto\/policy\.json/s);
  });

  it('offers only the servers of the organisation, with their fields fixed', async () => {
    const house = { ...savedProfile, name: 'House', userName: '', rememberPassword: false };
    const { user } = await openWindow('signin', (host) => {
      host.profiles = { ...host.profiles, profiles: [house], keychain: false };
      managed({
        onlyTheseServers: true,
        keychainOff: true,
        pollSecondsAtLeast: 10,
        servers: [
          {
            name: 'House',
            address: house.baseUrl,
            extraCaFile: true,
            smsSpelling: true,
            chats: true,
            proxy: false,
            keyPins: false,
          },
        ],
      })(host);
    });
    await screen.findByText(/these are the servers to sign in to/);
    expect(screen.queryByRole('button', { name: 'Another server' })).toBeNull();
    expect(screen.queryByRole('button', { name: /^Forget House/ })).toBeNull();
    expect(screen.getByLabelText<HTMLInputElement>('Address').readOnly).toBe(true);
    expect(screen.getByText(/it stays in memory until you sign out/)).toBeTruthy();
    await user.click(screen.getByText('Advanced'));
    expect(screen.getByLabelText<HTMLInputElement>('Extra certificate file').readOnly).toBe(true);
    expect(screen.getByLabelText<HTMLSelectElement>('SMS channel is spelt').disabled).toBe(true);
    expect(screen.getByLabelText<HTMLInputElement>('Proxy').readOnly).toBe(false);
    expect(screen.getByLabelText<HTMLInputElement>('Read the floor every').value).toBe('10');
  });

  it('says at the acts what is not allowed, and its key does nothing', async () => {
    const { host, user } = await openWindow('floor', (host) => {
      const { rules } = host.view;
      host.view = {
        ...host.view,
        rules: { ...rules, voice: { ...rules.voice, allowed: ['ListenIn', 'Coach'] } },
      };
    });
    await user.click(await row('Ana Núñez'));
    await screen.findByText('Managed by your organisation: “Barge in” is not allowed in calls.');
    const acts = screen.getByRole('group', { name: 'Acts' });
    expect(within(acts).getByRole<HTMLButtonElement>('button', { name: 'Barge in' }).disabled).toBe(true);
    await user.keyboard('b');
    expect(host.argsOf('desk.order')).toEqual([]);
    await user.keyboard('c');
    expect(host.argsOf('desk.order')).toHaveLength(1);
  });
});
