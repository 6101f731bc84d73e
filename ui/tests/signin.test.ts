import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { liveLink, savedProfile } from '../src/fake/scenes';
import { openWindow } from './window';

function signIn(): HTMLButtonElement {
  return screen.getByRole('button', { name: 'Sign in' });
}

describe('signing in', () => {
  it('opens the practice floor in one press', async () => {
    const { host, user } = await openWindow('signin');
    await user.click(screen.getByRole('button', { name: 'Open the practice floor' }));
    expect(host.argsOf('session.practice')).toEqual([{}]);
    host.change({ link: liveLink(Date.now()) });
    expect(await screen.findByRole('grid', { name: 'Agents' })).toBeTruthy();
  });

  it('needs address, user and password, then keeps the profile and signs in', async () => {
    const { host, user } = await openWindow('signin');
    await waitFor(() => expect(host.argsOf('profiles.list')).toHaveLength(1));
    expect(signIn().disabled).toBe(true);
    await user.type(screen.getByLabelText('Address'), 'https://gws.example.org/api/v2');
    await user.type(screen.getByLabelText('User name'), 'sam');
    await user.type(screen.getByLabelText('Password'), 'hunter2');
    await user.click(signIn());
    const { request } = host.argsOf('session.sign_in')[0]!;
    expect(request).toMatchObject({
      profile: { baseUrl: 'https://gws.example.org/api/v2', userName: 'sam' },
      password: 'hunter2',
    });
    expect(request.profile.id).toMatch(/^[a-z0-9-]+$/);
    expect(JSON.stringify(host.argsOf('profiles.save'))).not.toContain('hunter2');
  });

  it('leaves the password to the keychain where it is there', async () => {
    const { host, user } = await openWindow('profiles');
    await screen.findByRole('button', { name: /gws\.example\.org/, pressed: true });
    await user.click(signIn());
    expect(host.argsOf('session.sign_in')).toEqual([{ request: { profile: savedProfile } }]);
  });

  it('asks for the password once more where it would go another way, or is not to be kept', async () => {
    const { user } = await openWindow('profiles');
    await screen.findByRole('button', { name: /gws\.example\.org/, pressed: true });
    const password = screen.getByLabelText<HTMLInputElement>('Password');
    expect(password.placeholder).toBe('In the keychain of this computer');
    const address = screen.getByLabelText<HTMLInputElement>('Address');
    const { value } = address;
    await user.clear(address);
    await user.type(address, value.replace('https:', 'http:'));
    expect([signIn().disabled, password.placeholder]).toEqual([true, '']);
    await user.clear(address);
    await user.type(address, value);
    expect(signIn().disabled).toBe(false);
    await user.click(screen.getByRole('checkbox', { name: /Keep my password/ }));
    expect([signIn().disabled, password.placeholder]).toEqual([true, '']);
  });

  it('says what is wrong with an address when it was left, and what it will be', async () => {
    const { host, user } = await openWindow('signin', (host) => {
      host.faults['profiles.check_address'] = {
        code: 'bad_address',
        message: 'This is not the address of a server.',
        hint: 'Write it like …',
      };
    });
    const address = screen.getByLabelText<HTMLInputElement>('Address');
    await user.type(address, 'ftp://x');
    await user.tab();
    expect(await screen.findByText('This is not the address of a server.')).toBeTruthy();
    expect(address.getAttribute('aria-invalid')).toBe('true');
    delete host.faults['profiles.check_address'];
    host.answers['profiles.check_address'] = {
      baseUrl: 'http://10.0.0.1/api/v2',
      warning: { code: 'insecure_address', message: 'This address is not encrypted.' },
    };
    await user.clear(address);
    await user.type(address, 'http://10.0.0.1');
    await user.tab();
    expect(await screen.findByText('This address is not encrypted.')).toBeTruthy();
    expect(address.value).toBe('http://10.0.0.1/api/v2');
  });

  it('says in words why it failed, keeps what was typed, and can be tried again', async () => {
    const { user } = await openWindow('refusedSignIn');
    await screen.findByRole('button', { name: /gws\.example\.org/, pressed: true });
    await user.type(screen.getByLabelText('Password'), 'wrong');
    await user.click(signIn());
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toMatch(/The user name or the password is wrong.*Check Caps Lock.*wrong_password/s);
    expect(screen.getByLabelText<HTMLInputElement>('Password').value).toBe('wrong');
    expect(signIn().disabled).toBe(false);
  });

  it('goes on when only the settings could not be written, and says so', async () => {
    const { host, user } = await openWindow('profiles', (host) => {
      host.faults['profiles.save'] = { code: 'settings_not_saved', message: 'The profile could not be written.' };
    });
    await screen.findByRole('button', { name: /gws\.example\.org/, pressed: true });
    await user.click(signIn());
    await waitFor(() => expect(host.argsOf('session.sign_in')).toHaveLength(1));
    expect(screen.getByText('The profile could not be written.')).toBeTruthy();
  });

  it('explains why the keychain cannot be used', async () => {
    await openWindow('refusedSignIn');
    expect(await screen.findByText(/offers no keychain/)).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /Keep my password/ }).disabled).toBe(true);
  });

  it('shows the password only while asked to', async () => {
    const { user } = await openWindow('signin');
    const password = screen.getByLabelText<HTMLInputElement>('Password');
    expect(password.type).toBe('password');
    await user.click(screen.getByRole('button', { name: 'Show password' }));
    expect(password.type).toBe('text');
  });

  it('says why the session ended', async () => {
    await openWindow('signedOut');
    expect((await screen.findByRole('alert')).textContent).toContain('The server ended your session.');
  });

  it('forgets a profile', async () => {
    const { host, user } = await openWindow('profiles');
    await user.click(await screen.findByRole('button', { name: 'Forget Test floor, sam.test' }));
    expect(host.argsOf('profiles.remove')).toEqual([{ id: 'b2' }]);
  });
});
