import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { troubledReport } from '../src/fake/support';
import { openWindow } from './window';

function doctor() {
  return within(screen.getByRole('region', { name: 'Doctor' }));
}

/** What the doctor says of all of it; beside it stands what copying says. */
function verdict(): string | null {
  return doctor().getAllByRole('status')[0]!.textContent;
}

function steps(): HTMLElement[] {
  const list = screen.queryByRole('list', { name: 'Steps' });
  return list ? (Array.from(list.children) as HTMLElement[]) : [];
}

async function openSupport(scene: string, prepare?: Parameters<typeof openWindow>[1]) {
  const opened = await openWindow(scene, prepare);
  await opened.user.keyboard('h');
  await screen.findByRole('heading', { level: 1, name: 'Support' });
  return opened;
}

describe('the doctor', () => {
  it('looks at the server signed in to, and asks for no password', async () => {
    const { host, user } = await openSupport('floor');
    expect(doctor().queryByLabelText('Password')).toBeNull();
    await user.click(doctor().getByRole('button', { name: 'Run the doctor' }));
    await waitFor(() => expect(steps()).toHaveLength(19));
    expect(host.argsOf('support.examine')).toEqual([{ request: { profile: null } }]);
    expect(verdict()).toBe('Everything that was tried works.');
  });

  it('shows each step as it ends, before the report is there', async () => {
    const { host, user } = await openSupport('floor', (host) => {
      host.answers['support.examine'] = new Promise(() => undefined);
    });
    host.tell({ kind: 'checked', check: host.report.checks[0]! });
    expect(steps(), 'nobody asked').toHaveLength(0);
    await user.click(doctor().getByRole('button', { name: 'Run the doctor' }));
    for (const check of host.report.checks.slice(0, 3)) host.tell({ kind: 'checked', check });
    await waitFor(() => expect(steps()).toHaveLength(3));
    host.tell({ kind: 'checked', check: host.report.checks[2]! });
    expect(steps(), 'each step is there once').toHaveLength(3);
    expect(verdict()).toBe('Step 4 of 19…');
    expect(doctor().getByRole<HTMLButtonElement>('button', { name: 'Run the doctor' }).disabled).toBe(true);
  });

  it('says what fails, what it means and what to do, and takes words of the server for text', async () => {
    const { user } = await openSupport('floor', (host) => (host.report = troubledReport));
    await user.click(doctor().getByRole('button', { name: 'Run the doctor' }));
    await waitFor(() => expect(steps()).toHaveLength(19));
    expect(verdict()).toBe('2 steps fail: begin with the first.');
    const role = steps()[8]!;
    expect(role.textContent).toContain('fails');
    expect(role.textContent).toContain('<b>Ana</b> is not a supervisor.');
    expect(role.textContent).toContain('The server lets this user in, but not to coach anybody.');
    expect(role.textContent).toContain('Ask your administrator for the supervisor role');
    expect(role.textContent).toContain('not_supervisor');
    expect(steps()[12]!.textContent).toContain('not tried');
    expect(doctor().getByRole('button', { name: 'Copy' })).toBeTruthy();
  });

  it('takes a profile before anybody has signed in, with a password that is forgotten at once', async () => {
    const { host, user } = await openSupport('profiles');
    const before = host.profiles.profiles[0]!;
    host.profiles.profiles[0] = { ...before, rememberPassword: false };
    await user.click(screen.getByRole('button', { name: /Floor/ }));
    await user.keyboard('h');
    const select = await doctor().findByLabelText<HTMLSelectElement>('Server');
    await user.selectOptions(select, before.id);
    const password = doctor().queryByLabelText<HTMLInputElement>('Password');
    if (password) await user.type(password, 'canary');
    await user.click(doctor().getByRole('button', { name: 'Run the doctor' }));
    const [{ request }] = host.argsOf('support.examine') as [{ request: { profile: unknown; password?: string } }];
    expect((request.profile as { id: string }).id).toBe(before.id);
    expect(request.password).toBe(password ? 'canary' : undefined);
    expect(doctor().queryByLabelText<HTMLInputElement>('Password')?.value ?? '').toBe('');
  });

  it('says why it could not begin', async () => {
    const { user } = await openSupport('floor', (host) => {
      host.faults['support.examine'] = { code: 'already_asked', message: 'The doctor is at work already.' };
    });
    await user.click(doctor().getByRole('button', { name: 'Run the doctor' }));
    expect((await doctor().findByRole('alert')).textContent).toContain('The doctor is at work already.');
  });

  it('has nothing to look at before there is a server', async () => {
    await openSupport('signin');
    expect(doctor().getByRole<HTMLButtonElement>('button', { name: 'Run the doctor' }).disabled).toBe(true);
    expect(doctor().getByText(/There is no server yet/)).toBeTruthy();
  });
});

describe('the bundle', () => {
  it('is shown file by file before anything is saved', async () => {
    const { host, user } = await openSupport('floor');
    const bundle = within(screen.getByRole('region', { name: 'Bundle for support' }));
    expect(bundle.queryByRole('button', { name: /Save/ })).toBeNull();
    await user.click(bundle.getByRole('button', { name: 'Put it together' }));
    const list = await bundle.findByRole('list', { name: 'Files in the bundle' });
    expect(
      within(list)
        .getAllByRole('listitem')
        .map((item) => item.textContent),
    ).toEqual([expect.stringContaining('74 B'), expect.stringContaining('412 B'), expect.stringContaining('1.4 MB')]);
    expect(list.textContent).toContain('Authorization: [redacted]');
    expect(bundle.getByRole('status').textContent).toContain('3 files, 1.4 MB. Nothing is saved yet.');
    const inside = within(list).getByRole('region', { name: 'Inside logs/sotto.2026-11-22.log', hidden: true });
    expect(inside.textContent).not.toContain('the end of the log');
    await user.click(within(list).getByText('logs/sotto.2026-11-22.log'));
    await user.click(within(list).getByRole('button', { name: 'Show more of it', hidden: true }));
    await waitFor(() => expect(inside.textContent).toContain('the end of the log'));
    expect(within(list).queryByRole('button', { name: 'Show more of it', hidden: true })).toBeNull();
    expect(host.argsOf('support.save_bundle')).toEqual([]);
    await user.click(bundle.getByRole('button', { name: 'Save among the downloads' }));
    await waitFor(() => expect(bundle.getByRole('status').textContent).toContain('sotto-support.zip'));
  });

  it('says that it could not be saved', async () => {
    const { user } = await openSupport('floor', (host) => {
      host.faults['support.save_bundle'] = { code: 'not_kept', message: 'The disk is full.' };
    });
    const bundle = within(screen.getByRole('region', { name: 'Bundle for support' }));
    await user.click(bundle.getByRole('button', { name: 'Put it together' }));
    await user.click(await bundle.findByRole('button', { name: 'Save among the downloads' }));
    expect((await bundle.findByRole('alert')).textContent).toContain('The disk is full.');
  });
});

describe('the log level', () => {
  it('changes while Sotto runs, and shows what holds', async () => {
    const { host, user } = await openSupport('floor');
    await user.click(screen.getByRole('radio', { name: 'Everything' }));
    expect(host.argsOf('support.set_log_level')).toEqual([{ level: 'trace' }]);
    await waitFor(() => expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Everything' }).checked).toBe(true));
  });
});

describe('the log level under a policy', () => {
  it('is shown, and cannot be changed', async () => {
    const { host, user } = await openSupport('floor', (host) => (host.policy = { ...host.policy, logLevel: 'debug' }));
    const log = within(screen.getByRole('region', { name: 'Log' }));
    expect(await log.findByText(/Managed by your organisation/)).toBeTruthy();
    expect(log.getByRole<HTMLInputElement>('radio', { name: 'More' }).checked).toBe(true);
    await user.click(log.getByRole('radio', { name: 'Everything' }));
    expect(host.argsOf('support.set_log_level')).toEqual([]);
  });
});

describe('how the last run ended', () => {
  const named = { name: 'How the last run ended' };

  it('is told at the start where it was cut off, with the bundle at hand', async () => {
    const { host, desk, user } = await openWindow('signin', (host) => {
      host.lastRun = { kind: 'killed', stage: 'signed_in', atMs: Date.now() - 60_000 };
    });
    const note = await screen.findByRole('region', named);
    expect(note.textContent).toContain('cut off while you were signed in');
    expect(note.textContent).toContain('may still be armed');
    await user.click(within(note).getByRole('button', { name: 'Bundle for support…' }));
    expect(desk.place).toBe('support');
    await waitFor(() => expect(host.argsOf('support.bundle')).toHaveLength(1));
    expect(screen.queryByRole('region', named)).toBeNull();
  });

  it('names the fault of a crash, and can be dismissed', async () => {
    const { user } = await openWindow('crashed');
    const note = await screen.findByRole('region', named);
    expect(note.textContent).toContain('by a fault of its own');
    await user.click(within(note).getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByRole('region', named)).toBeNull();
    await user.keyboard('h');
    expect(screen.getByText('crates/console/src/running.rs:212')).toBeTruthy();
  });

  it('says nothing after a clean end, or where nothing is known', async () => {
    for (const kind of ['clean', 'unknown'] as const) {
      const { desk } = await openWindow('floor', (host) => (host.lastRun = { kind }));
      await waitFor(() => expect(desk.support.lastRun.kind).toBe(kind));
      expect(screen.queryByRole('region', named)).toBeNull();
      document.body.replaceChildren();
    }
  });
});
