/** Arming, the board, the open session and the strip of written supervision. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { hotter, writtenWords } from '../src/features/strip/written';
import { armedLine, bargedIn, library, session, writtenBy } from '../src/fake/sessions';
import type { Phrase } from '../src/words/phrase';
import { becomes, given, openSession, sms, whisperBox } from './written';
import { openWindow, row, strip } from './window';

const key = 'smssessions/1';

function plain(phrase: Phrase | undefined): string {
  return (phrase ?? []).map((part) => (typeof part === 'string' ? part : part.name)).join('');
}

describe('arming', () => {
  const order = { agentId: 'agent-2', medium: 'Sms', act: 'Coach', extent: 'AllChats' };

  it('takes one press, or one key with Shift', async () => {
    const { host, user } = await openWindow('floor');
    await user.click(await row('Bo Li'));
    await user.click(screen.getByRole('button', { name: 'Coach SMS' }));
    await user.keyboard('{Shift>}L{/Shift}');
    expect(given(host)).toEqual([
      { kind: 'arm', order },
      { kind: 'arm', order: { ...order, act: 'ListenIn' } },
    ]);
  });

  it('takes extent and name along, remembers them, and says who sees the name', async () => {
    const { host, user } = await openWindow('floor');
    await user.click(await row('Bo Li'));
    await user.click(screen.getByRole('radio', { name: 'Next session' }));
    await user.type(screen.getByRole('textbox', { name: 'Your name there' }), ' Lead ');
    expect(screen.getByText(/only agents see “.*If you barge in, the customer sees it too/s).textContent).toContain(
      'Lead',
    );
    await user.click(screen.getByRole('button', { name: 'Barge in SMS' }));
    expect(given(host)).toEqual([
      { kind: 'arm', order: { ...order, act: 'BargeIn', extent: 'NextChat', nickname: 'Lead' } },
    ]);
    await waitFor(() =>
      expect(host.argsOf('frame.save_preferences').at(-1)?.preferences).toMatchObject({ extent: 'NextChat' }),
    );
  });

  it('says why it is not possible, and the keys do nothing', async () => {
    const { host, user } = await openWindow('noWritten');
    await user.click(await row('Bo Li'));
    expect(screen.getByText('Written sessions are not switched on for you.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Coach SMS' })).toBeNull();
    await user.keyboard('{Shift>}C{/Shift}');
    expect(given(host)).toEqual([]);
  });

  it('lists who is armed, and cancels with leaving or without', async () => {
    const { host, user } = await openWindow('board');
    await user.click(sms().getByRole('button', { name: /^Armed 3/ }));
    const ana = within(sms().getByRole('listitem', { name: /Ana Núñez/ }));
    expect(ana.getByText(/Armed for 4:0.*all sessions.*2 sessions joined/)).toBeTruthy();
    await user.click(ana.getByRole('button', { name: 'Cancel' }));
    await user.click(ana.getByRole('button', { name: 'Cancel and leave' }));
    expect(given(host)).toEqual([
      { kind: 'disarm', agentId: 'agent-1', medium: 'Sms', leave: false },
      { kind: 'disarm', agentId: 'agent-1', medium: 'Sms', leave: true },
    ]);
  });

  it('marks armed agents on the floor', async () => {
    await openWindow('board');
    expect(await row(/Ana Núñez.*SMS/)).toBeTruthy();
    expect(within(await row('Bo Li')).queryByText('SMS')).toBeNull();
  });

  it('joins a session that runs already, and says where the server does not list them', async () => {
    const { host, user } = await openWindow('running');
    await user.click(await row('Ana Núñez'));
    const running = within(screen.getByRole('list', { name: 'Running sessions' }));
    await user.click(running.getAllByRole('button', { name: 'Coach' })[0]!);
    expect(given(host)).toEqual([{ kind: 'joinNow', agentId: 'agent-1', session: 'smssessions/70', act: 'Coach' }]);
    const other = await openWindow('notListed');
    await other.user.click((await screen.findAllByRole('row', { name: /Ana Núñez/ })).at(-1)!);
    expect(screen.getByText(/does not list the running SMS sessions/)).toBeTruthy();
  });
});

describe('the board', () => {
  it('teaches the first act while it is empty', async () => {
    await openWindow('floor');
    expect(sms().getByText('No session yet.')).toBeTruthy();
    expect(sms().getByText(/Choose an agent on the floor/)).toBeTruthy();
  });

  it('opens by digit, tells Rust which transcript to tell, and 0 leads back', async () => {
    const { host, desk, user } = await openWindow('board');
    await screen.findByRole('list', { name: 'Sessions' });
    await user.keyboard('2');
    expect(await screen.findByRole('heading', { name: /Dana O’Hara/ })).toBeTruthy();
    await waitFor(() => expect(host.argsOf('desk.open').at(-1)).toEqual({ session: 'smssessions/4' }));
    await user.keyboard('9');
    expect(desk.written.opened).toBe('smssessions/4');
    await user.keyboard('0');
    await waitFor(() => expect(host.argsOf('desk.open').at(-1)).toEqual({ session: null }));
  });

  it('tells Rust again which session is open after a fresh snapshot', async () => {
    const { host } = await openWindow('whisper');
    await waitFor(() => expect(host.argsOf('desk.open').at(-1)).toEqual({ session: key }));
    const before = host.argsOf('desk.open').length;
    host.snapshot();
    await waitFor(() => expect(host.argsOf('desk.open').length).toBeGreaterThan(before));
    expect(host.argsOf('desk.open').at(-1)).toEqual({ session: key });
  });

  it('keeps its tiles in place under the pointer', async () => {
    const { host } = await openWindow('board');
    const list = await screen.findByRole('list', { name: 'Sessions' });
    const agents = () => [...list.querySelectorAll('b')].map(({ textContent }) => textContent?.split(' ')[0]);
    await fireEvent.pointerEnter(list);
    host.change({ sessions: [...host.view.sessions].reverse() });
    await waitFor(() => expect(agents()).toEqual(['Ana', 'Dana', 'Eun']));
    await fireEvent.pointerLeave(list);
    await waitFor(() => expect(agents()).toEqual(['Eun', 'Dana', 'Ana']));
  });

  it('greys what is over with its reason, and dismisses it', async () => {
    const { host, user } = await openWindow('ended');
    await user.keyboard('0');
    const tiles = within(await screen.findByRole('list', { name: 'Sessions' })).getAllByRole('listitem');
    expect(tiles[0]!.textContent).toContain('Ana Núñez put the session back in the queue.');
    await user.click(within(tiles[0]!).getByRole('button', { name: 'Dismiss' }));
    await user.click(within(tiles[1]!).getByRole('button', { name: 'Mark as done' }));
    expect(given(host)).toEqual([
      { kind: 'dismiss', session: key },
      { kind: 'complete', session: 'smssessions/2' },
    ]);
  });

  it('accepts and turns down an invitation', async () => {
    const { host, user } = await openWindow('invited', (host) => (host.preferences.nickname = 'Lead'));
    await user.click(await screen.findByRole('button', { name: 'Accept' }));
    await user.click(screen.getByRole('button', { name: 'Reject' }));
    expect(given(host)).toEqual([
      { kind: 'accept', session: 'smssessions/9', nickname: 'Lead' },
      { kind: 'reject', session: 'smssessions/9' },
    ]);
  });
});

describe('the open session', () => {
  it('changes to what the server offers; barging in asks for a hold', async () => {
    const { host, user } = await openWindow('whisper');
    const modes = within(await screen.findByRole('group', { name: 'How you are in this session' }));
    await user.click(modes.getByRole('button', { name: 'Barge in in this session' }));
    expect(given(host)).toEqual([]);
    await user.click(modes.getByRole('button', { name: 'Listen in this session' }));
    expect(given(host)).toEqual([{ kind: 'switch', session: key, act: 'ListenIn' }]);
  });

  it('is left at once where it goes on, after asking where nobody knows, not where it would end', async () => {
    const plainly = await openWindow('whisper');
    await plainly.user.click(await screen.findByRole('button', { name: 'Leave' }));
    expect(given(plainly.host)).toEqual([{ kind: 'leave', session: key, knowing: false }]);
    becomes(plainly.host, { acts: { ...session(0, 1).acts, leave: 'EndsForCustomer' } });
    expect(await openSession().findByText(/leaving would end the session for the customer/)).toBeTruthy();
    expect(openSession().queryByRole('button', { name: /^Leave/ })).toBeNull();
    becomes(plainly.host, { acts: { ...session(0, 1).acts, leave: 'Unknown' } });
    await plainly.user.click(await openSession().findByRole('button', { name: 'Leave…' }));
    await plainly.user.click(await screen.findByRole('button', { name: 'Leave all the same' }));
    expect(given(plainly.host).at(-1)).toEqual({ kind: 'leave', session: key, knowing: true });
  });

  it('asks before an address is opened, and shows it whole', async () => {
    const { host, user } = await openWindow('whisper');
    await user.click(await openSession().findByRole('button', { name: 'Open bank.example.org…' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Open this address in the browser?' }));
    expect(dialog.getByText('https://bank.example.org/statements/may')).toBeTruthy();
    expect(host.argsOf('frame.open_link')).toEqual([]);
    await user.click(dialog.getByRole('button', { name: 'Open in the browser' }));
    expect(host.argsOf('frame.open_link')).toEqual([{ url: 'https://bank.example.org/statements/may' }]);
  });

  it('tells that it was read', async () => {
    const { host } = await openWindow('whisper');
    await waitFor(() =>
      expect(host.argsOf('desk.order').map(({ command }) => command)).toContainEqual({
        kind: 'written',
        command: { kind: 'read', session: key },
      }),
    );
  });

  it('shows text from outside as text', async () => {
    document.title = 'Sotto';
    const { user } = await openWindow('hostileWritten');
    expect(
      await openSession().findByText('<img src=x onerror="document.title=1">', { exact: false, selector: '.text' }),
    ).toBeTruthy();
    await user.click(openSession().getByRole('button', { name: 'Show all 10,000 lines' }));
    expect(openSession().getByText(/line 9999/)).toBeTruthy();
    expect(document.querySelectorAll('img, #app script, #app style, svg[onload], a')).toHaveLength(0);
    expect(openSession().queryByRole('button', { name: /javascript/ })).toBeNull();
    for (const text of document.querySelectorAll('.transcript .text')) expect(text.getAttribute('dir')).toBe('auto');
    expect(document.title).toBe('Sotto');
  });
});

describe('canned whispers', () => {
  it('open at / in an empty whisper, are found as you type, and inserted filled in', async () => {
    const { host, user } = await openWindow('whisper');
    await user.type(await whisperBox(), '/');
    await user.type(await screen.findByRole('combobox', { name: 'Find a canned whisper' }), 'refund');
    expect(screen.getByLabelText('As it will be inserted').textContent).toBe(
      'Offer Pat the refund code, it clears today.',
    );
    await user.keyboard('{Enter}');
    expect((await whisperBox()).value).toBe('Offer Pat the refund code, it clears today.');
    expect(given(host)).toEqual([]);
  });

  it('ask before braces are whispered', async () => {
    const { host, user } = await openWindow('whisper');
    await user.type(await whisperBox(), 'About {{topic}{Enter}');
    expect(given(host)).toEqual([]);
    await user.click(await screen.findByRole('button', { name: 'Whisper it as it stands' }));
    expect(given(host)).toMatchObject([{ kind: 'whisper', text: 'About {topic}' }]);
  });

  it('are edited, undone, imported and exported; the organisation’s stay as they are', async () => {
    const { host, user } = await openWindow('board', (host) => (host.canned = library));
    await user.click(sms().getByRole('button', { name: 'Canned…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Canned whispers' }));
    await user.click(await dialog.findByRole('button', { name: 'Delete Hold' }));
    await waitFor(() => expect(host.canned.own[0]!.whispers).toHaveLength(2));
    await user.click(dialog.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(host.canned.own).toEqual(library.own));
    await user.click(dialog.getByRole('button', { name: 'Move Hold up' }));
    await waitFor(() =>
      expect(host.canned.own[0]!.whispers.map(({ title }) => title)).toEqual(['Hold', 'Refund code', 'Read back']),
    );
    const more = new File([JSON.stringify([{ name: 'More', whispers: [] }])], 'more.json', {
      type: 'application/json',
    });
    await user.upload(dialog.getByLabelText('File to import'), more);
    await waitFor(() => expect(host.canned.own.at(-1)?.name).toBe('More'));
    await user.click(dialog.getByRole('button', { name: 'Export' }));
    expect(await dialog.findByText('/home/sam/Documents/sotto-whispers.json')).toBeTruthy();
    expect(
      dialog.getByRole('region', { name: /House rules, managed/ }).querySelector('input, textarea, button'),
    ).toBeNull();
  });
});

describe('the strip', () => {
  const [ana, bo] = [session(0, 1), session(0, 2, { agentName: 'Bo Li' })];
  const words = (...[written, sessions, live]: Parameters<typeof writtenWords>) => {
    const made = writtenWords(written, sessions, live);
    return [made?.tone, plain(made?.sentence)];
  };

  it('says who reads you in the hottest of the sessions', () => {
    expect(words(writtenBy({ audience: 'AgentOnly' }), [ana, bo], true)).toEqual([
      'agent',
      'SMS: only agents read you in 2 sessions',
    ]);
    expect(words(writtenBy({ audience: 'AgentOnly' }), [{ ...ana, ...bargedIn }, bo], true)).toEqual([
      'everyone',
      'SMS: the customer reads you in Ana’s session',
    ]);
  });

  it('treats what is not confirmed as live', () => {
    expect(words(writtenBy({ audience: 'AgentOnly' }), [ana], false)).toEqual([
      'unknown',
      'SMS: treat as live, not confirmed who reads you in Ana’s session',
    ]);
    expect(words(writtenBy({ audience: 'Unknown' }), [ana], true)[0]).toBe('unknown');
  });

  it('treats as live what the desk cannot confirm, also where no session is seen', () => {
    const armed = [armedLine(0, 1, 'Ana Núñez', { act: 'BargeIn' })];
    expect(words(writtenBy({ audience: 'Unknown', armed }), [], false)).toEqual([
      'unknown',
      'Treat as live: not confirmed who reads you',
    ]);
    const accepting = session(0, 1, { phase: 'Invited' });
    expect(words(writtenBy({ audience: 'Unknown' }), [accepting], true)[0]).toBe('unknown');
  });

  it('claims no arming the server did not take', () => {
    const armed = [armedLine(0, 1, 'Ana Núñez', { phase: 'Unclear' }), armedLine(0, 2, 'Bo Li', { phase: 'Refused' })];
    expect(words(writtenBy({ armed }), [], true)).toEqual(['asked', 'SMS: may be armed for Ana']);
    expect(words(writtenBy({ armed: armed.slice(1) }), [], true)).toEqual([undefined, '']);
  });

  it('takes the hotter of the two tints', () => {
    expect(hotter('agent', 'everyone')).toBe('everyone');
    expect(hotter('everyone', 'agent')).toBe('everyone');
    expect(hotter('nobody', 'unknown')).toBe('unknown');
    expect(hotter('ringing', 'armed')).toBe('ringing');
  });

  it('says both beside each other', async () => {
    await openWindow('public');
    expect(strip().textContent).toMatch(/Nobody hears you.*SMS: the customer reads you in Ana’s session/s);
  });
});

describe('leaving the window', () => {
  it('asks while sessions are joined', async () => {
    const { host, user } = await openWindow('board');
    await user.click(screen.getByRole('button', { name: 'Sign out' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'You are in 3 written sessions.' }));
    expect(dialog.getByText(/Texts you have not sent are kept/)).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: 'Stay' }));
    expect(host.argsOf('session.sign_out')).toEqual([]);
  });
});
