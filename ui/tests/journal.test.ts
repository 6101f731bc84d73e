import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { completions, withTag } from '../src/features/journal/debrief/tags';
import type { FakeHost } from '../src/fake/host';
import { openWindow, orders, row } from './window';

async function openJournal(scene = 'journal', prepare?: (host: FakeHost) => void) {
  const opened = await openWindow(scene, prepare);
  await opened.user.keyboard('j');
  return opened;
}

function lastQuery(host: FakeHost) {
  return host
    .argsOf('journal.find')
    .filter(({ query }) => query.count > 0)
    .at(-1)!.query;
}

function grid(): HTMLElement {
  return screen.getByRole('grid', { name: 'Coachings' });
}

async function history(name: string): Promise<HTMLElement> {
  const heading = await screen.findByRole('heading', { level: 2, name });
  return heading.closest('section')!;
}

describe('the journal', () => {
  it('shows the newest first, and draws only what is in sight', async () => {
    await openJournal('journal', (host) => host.journal.fill(5000, Date.now(), [{ id: 'a', name: 'Ana Núñez' }]));
    await waitFor(() => expect(grid().getAttribute('aria-rowcount')).toBe('5001'));
    const rows = within(grid()).getAllByRole('row');
    expect(rows.length).toBeLessThan(30);
    expect(rows[1]!.textContent).toContain('Today');
  });

  it('teaches the first act while nothing has been coached', async () => {
    const { desk, user } = await openJournal('floor');
    expect(await screen.findByText('Nothing has been coached yet.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /Take an agent in hand/ }));
    expect(desk.place).toBe('floor');
  });

  it('asks Rust as somebody types, and Escape clears', async () => {
    const { host, user } = await openJournal();
    await screen.findAllByText('Kai Berg');
    await user.keyboard('/');
    await user.keyboard('kai');
    await waitFor(() => expect(lastQuery(host).text).toBe('kai'));
    await waitFor(() => expect(within(grid()).queryByText('Bo Li')).toBeNull());
    await user.keyboard('{Escape}');
    await waitFor(() => expect(lastQuery(host).text).toBe(''));
  });

  it('filters by each kind, and shows everything again on one press', async () => {
    const { host, user } = await openJournal();
    await screen.findAllByText('Kai Berg');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Agent' }), 'Kai Berg');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Channel' }), 'SMS');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Act' }), 'Coach');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Result' }), 'You stopped');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Tag' }), 'greeting');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Time' }), 'Last 7 days');
    await waitFor(() => expect(lastQuery(host).from).not.toBeNull());
    const agentId = host.journal.coachings.find(({ agentName }) => agentName === 'Kai Berg')!.agentId;
    expect(lastQuery(host)).toMatchObject({
      agentIds: [agentId],
      channels: ['Sms'],
      acts: ['Coach'],
      results: ['Cancelled'],
      tags: ['greeting'],
    });
    expect(new Date(lastQuery(host).from!).getHours()).toBe(0);
    await user.click(screen.getAllByRole('button', { name: 'Clear filters' })[0]!);
    await waitFor(() => expect(lastQuery(host)).toMatchObject({ agentIds: [], channels: [], tags: [], from: null }));
  });

  it('takes whole days, the last one with all its hours', async () => {
    const { host, desk } = await openJournal();
    desk.journal.ask({ time: 'days', from: '2026-03-28', until: '2026-03-29' });
    await waitFor(() => expect(lastQuery(host).from).toBe(new Date(2026, 2, 28).getTime()));
    expect(lastQuery(host).until).toBe(new Date(2026, 2, 30).getTime());
  });

  it('sorts by a column, and turns it round', async () => {
    const { host, user } = await openJournal();
    await user.click(await screen.findByRole('button', { name: 'Agent' }));
    await waitFor(() => expect(lastQuery(host)).toMatchObject({ sort: 'Agent', descending: false }));
    await user.click(screen.getByRole('button', { name: 'Agent' }));
    await waitFor(() => expect(lastQuery(host).descending).toBe(true));
  });

  it('opens a history by keys, follows the rows, and closes', async () => {
    const { user } = await openJournal();
    await screen.findAllByText('Ana Núñez');
    grid().focus();
    await user.keyboard('{Home}{Enter}');
    const ana = await history('Ana Núñez');
    expect(document.activeElement).toBe(ana);
    expect(await within(ana).findByText('Armed, server says so')).toBeTruthy();
    expect(within(ana).getByText('212 ms', { selector: 'dd *' })).toBeTruthy();
    grid().focus();
    await user.keyboard('{ArrowDown}');
    expect(await history('Fatima Al-Zahra')).toBeTruthy();
    screen.getByRole('button', { name: /^Close/ }).focus();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('heading', { level: 2 })).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(grid()));
  });

  it('never keeps a stop from working', async () => {
    const { host, user } = await openJournal('armed', (host) => host.journal.fill(3, Date.now(), host.rows));
    await screen.findAllByRole('row', { name: /Call/ });
    grid().focus();
    await user.keyboard('{Home}{Enter}{Escape}{Escape}');
    expect(orders(host)).toEqual([{ kind: 'stop' }]);
  });

  it('says in a sentence whether it holds', async () => {
    const { host, user } = await openJournal();
    await user.click(await screen.findByRole('button', { name: 'Verify' }));
    expect(await screen.findByText(/The journal is whole: 412 entries/)).toBeTruthy();
    host.journal.check = { ...host.journal.check, state: 'edited', sequence: 7, sentence: 'Entry 7 was edited.' };
    await user.click(screen.getByRole('button', { name: 'Verify' }));
    expect(await screen.findByText(/Entry 7 was edited\./)).toBeTruthy();
  });

  it('exports what is filtered, and says where it is', async () => {
    const { host, user } = await openJournal();
    await screen.findAllByText('Kai Berg');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Channel' }), 'SMS');
    await user.click(screen.getByRole('button', { name: 'Export…' }));
    await user.click(screen.getByRole('radio', { name: 'Report' }));
    await user.click(screen.getByRole('button', { name: 'Export' }));
    expect(await screen.findByText('/home/sam/Documents/sotto-journal-2026-11-22.html')).toBeTruthy();
    expect(host.argsOf('journal.export')[0]).toMatchObject({ format: 'html', query: { channels: ['Sms'] } });
  });

  it('says why it cannot be read, and reads again on a press', async () => {
    const { host, user } = await openJournal('floor', (host) => {
      host.faults['journal.find'] = { code: 'journal_unavailable', message: 'The journal cannot be read.' };
    });
    expect(await screen.findByText('The journal cannot be read.')).toBeTruthy();
    delete host.faults['journal.find'];
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Nothing has been coached yet.')).toBeTruthy();
  });

  it('shows what is due, and takes a follow-up off that is done', async () => {
    const { host, user } = await openJournal();
    await user.click(await screen.findByRole('button', { name: /3 follow-ups due/ }));
    await waitFor(() => expect(lastQuery(host)).toMatchObject({ sort: 'FollowUp', descending: false }));
    expect(lastQuery(host).followUpUntil).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    await waitFor(() => expect(grid().getAttribute('aria-rowcount')).toBe('4'));
    grid().focus();
    await user.keyboard('{Home}{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Done' }));
    expect(host.argsOf('journal.debrief')[0]!.debrief).toMatchObject({ followUp: null, uptake: 'Used' });
    expect(await screen.findByRole('button', { name: /2 follow-ups due/ })).toBeTruthy();
  });

  it('keeps what was begun when the history is closed', async () => {
    const { user } = await openJournal();
    await screen.findAllByText('Ana Núñez');
    grid().focus();
    await user.keyboard('{Home}{Enter}');
    const note = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Note' });
    await history('Ana Núñez');
    await user.type(note(), ' Praise her.');
    await user.keyboard('{Escape}');
    expect(note().value).toContain('Praise her.');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('textbox', { name: 'Note' })).toBeNull();
    await user.keyboard('{Enter}');
    await history('Ana Núñez');
    expect(note().value).toContain('Praise her.');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save the correction' }).disabled).toBe(false);
  });

  it('keeps what was begun through a close, marks it, and lets go of it once it is saved', async () => {
    const note = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Note' });
    const before = await openJournal();
    await screen.findAllByText('Ana Núñez');
    grid().focus();
    await before.user.keyboard('{Home}{Enter}');
    await history('Ana Núñez');
    await before.user.click(screen.getByRole('radio', { name: 'Worse' }));
    await before.user.type(note(), ' Praise her.');
    expect(screen.getByText('debrief not saved')).toBeTruthy();
    await waitFor(() => expect(before.host.argsOf('drafts.keep').at(-1)?.draft.text).toContain('Praise her.'));
    const { draft } = before.host.argsOf('drafts.keep').at(-1)!;
    expect(draft).toMatchObject({ session: 'debrief:coaching-0', public: false });
    cleanup();

    const after = await openJournal('journal', (host) => (host.drafts = [draft]));
    expect(await screen.findByText('debrief not saved')).toBeTruthy();
    expect(after.desk.written.leftovers([])).toEqual([]);
    grid().focus();
    await after.user.keyboard('{Home}{Enter}');
    await history('Ana Núñez');
    expect(note().value).toBe('Found the invoice by herself. Praise her.');
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Worse' }).checked).toBe(true);
    await after.user.click(screen.getByRole('button', { name: 'Save the correction' }));
    await waitFor(() => expect(screen.queryByText('debrief not saved')).toBeNull());
    await waitFor(() => expect(after.host.argsOf('drafts.keep')).toEqual([{ draft: { ...draft, text: '' } }]));
  });

  it('is the same draft in the line above the foot and in the journal', async () => {
    const { host, user } = await openJournal('debrief', (host) => host.journal.fill(3, Date.now(), host.rows));
    await user.click(
      within(await screen.findByRole('region', { name: 'Debrief' })).getByRole('radio', { name: 'Better' }),
    );
    await screen.findAllByRole('row', { name: /Call/ });
    grid().focus();
    await user.keyboard('{Home}{Enter}');
    const sheet = within(
      (await screen.findByRole('heading', { name: 'What happened' })).closest('section')!.parentElement!,
    );
    expect(sheet.getByRole<HTMLInputElement>('radio', { name: 'Better' }).checked).toBe(true);
    await user.type(sheet.getByRole('textbox', { name: 'Note' }), 'Calm.');
    await user.click(sheet.getByRole('button', { name: /^Save/ }));
    await waitFor(() => expect(host.argsOf('journal.debrief')).toHaveLength(1));
    expect(host.argsOf('journal.debrief')[0]!.debrief).toMatchObject({
      effect: 'Better',
      note: expect.stringContaining('Calm.'),
    });
  });

  it('says at leaving that a debrief was begun, and whether it is kept', async () => {
    const { host, user } = await openJournal('armed', (host) => host.journal.fill(3, Date.now(), host.rows));
    await screen.findAllByRole('row', { name: /Call/ });
    grid().focus();
    await user.keyboard('{Home}{Enter}');
    await user.type(await screen.findByRole('textbox', { name: 'Note' }), 'Later');
    host.askToClose();
    const dialog = await screen.findByRole('dialog');
    expect(dialog.textContent).toMatch(/A debrief is begun and not saved\.\s+What was written so far is kept/);
    expect(host.argsOf('drafts.keep').at(-1)?.draft.text).toContain('Later');
    await user.click(within(dialog).getByRole('button', { name: 'Stay' }));
    host.faults['drafts.keep'] = { code: 'not_kept', message: 'The disk is full.' };
    await user.type(screen.getByRole('textbox', { name: 'Note' }), ' on');
    host.askToClose();
    await waitFor(() =>
      expect(screen.getByRole('dialog').textContent).toMatch(/The disk is full\. Save it before you quit/),
    );
  });

  it('corrects a debrief', async () => {
    const { host, user } = await openJournal();
    await screen.findAllByText('Ana Núñez');
    grid().focus();
    await user.keyboard('{Home}{Enter}');
    const sheet = await history('Ana Núñez');
    const save = within(sheet).getByRole<HTMLButtonElement>('button', { name: 'Save the correction' });
    expect(save.disabled).toBe(true);
    await user.click(within(sheet).getByRole('radio', { name: 'Worse' }));
    await user.click(save);
    expect(host.argsOf('journal.debrief')[0]!.debrief).toMatchObject({
      effect: 'Worse',
      tags: ['greeting', 'billing'],
    });
    expect(await within(sheet).findByText(/the earlier one stays in the history/)).toBeTruthy();
  });
});

describe('the ten-second debrief', () => {
  const debrief = () => screen.findByRole('region', { name: 'Debrief' });

  it('takes no focus, and five keys answer it', async () => {
    const { host, user } = await openWindow('debrief');
    await row('Ana Núñez');
    const region = await debrief();
    expect(region.textContent).toContain('You coached');
    expect(document.activeElement).toBe(document.body);
    await user.keyboard('d');
    await user.keyboard('123');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(host.argsOf('journal.debrief')).toHaveLength(1));
    expect(host.argsOf('journal.debrief')[0]!.debrief).toEqual({
      session: 'coaching-0',
      uptake: 'Used',
      effect: 'Same',
      nextStep: 'WatchAgain',
      tags: [],
      note: null,
      followUp: null,
    });
    // The next one waited behind it.
    expect((await debrief()).textContent).toContain('Chidi Okafor');
  });

  it('opens no session by its digits', async () => {
    const { desk, user } = await openWindow('board', (host) => {
      host.ended = [ended('s-1')];
    });
    await debrief();
    await user.keyboard('d1');
    expect(desk.written.opened).toBeNull();
  });

  it('keeps a digit that no option has from the window', async () => {
    const { desk, host, user } = await openWindow('board', (host) => {
      host.ended = [ended('s-1')];
    });
    await debrief();
    await user.keyboard('d');
    const options = within(await debrief())
      .getAllByRole('group')[0]!
      .querySelectorAll('input').length;
    for (let digit = options + 1; digit <= 9; digit += 1) await user.keyboard(String(digit));
    expect(desk.written.opened).toBeNull();
    expect(screen.queryAllByRole('radio', { checked: true, hidden: true })).toHaveLength(0);
    expect(host.argsOf('journal.debrief')).toEqual([]);
  });

  it('is put off without a word', async () => {
    const { host, user } = await openWindow('debrief');
    await debrief();
    await user.keyboard('d0');
    await waitFor(() => expect(screen.getByRole('region', { name: 'Debrief' }).textContent).toContain('Chidi'));
    await user.keyboard('0');
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Debrief' })).toBeNull());
    expect(host.argsOf('journal.debrief')).toEqual([]);
  });

  it('keeps what was said where it cannot be written down', async () => {
    const { host, user } = await openWindow('debrief');
    await debrief();
    host.faults['journal.debrief'] = { code: 'journal_unavailable', message: 'The disk is full.' };
    await user.click(screen.getByRole('radio', { name: 'Better' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('The disk is full.')).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Better' }).checked).toBe(true);
    delete host.faults['journal.debrief'];
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(host.argsOf('journal.debrief')).toHaveLength(2));
  });

  it('asks of a listener only what can be answered', async () => {
    await openWindow('floor', (host) => {
      host.ended = [{ ...ended('s-1'), act: 'ListenIn' }];
    });
    await debrief();
    expect(screen.queryByRole('group', { name: 'Did it help?' })).toBeNull();
    expect(screen.getByRole('group', { name: 'How did it go on?' })).toBeTruthy();
  });

  it('takes a note, tags with completion and a day', async () => {
    const { host, desk, user } = await openWindow('debrief');
    await debrief();
    await waitFor(() => expect(desk.journal.tags).toContain('empathy'));
    await user.click(screen.getByRole('button', { name: 'Note, tags…' }));
    await user.type(screen.getByRole('textbox', { name: 'Note' }), 'Calm from the start.');
    const tags = screen.getByRole('combobox', { name: 'Tags' });
    await user.type(tags, 'emp{ArrowDown}{Enter}new one,');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Follow-up' }), 'Tomorrow');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    const said = host.argsOf('journal.debrief')[0]!.debrief;
    expect(said).toMatchObject({ note: 'Calm from the start.', tags: ['empathy', 'new one'] });
    const tomorrow = new Date();
    tomorrow.setDate(tomorrow.getDate() + 1);
    expect(new Date(`${said.followUp}T12:00`).toDateString()).toBe(tomorrow.toDateString());
  });

  it('starts from what was said where the coaching goes on', async () => {
    const { host, user } = await openWindow('floor', (host) => {
      host.ended = [{ ...ended('s-1'), goesOn: true }];
    });
    await debrief();
    await user.click(screen.getByRole('radio', { name: 'Better' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Debrief' })).toBeNull());
    host.tell({ kind: 'coachingEnded', ended: ended('s-1') });
    await debrief();
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Better' }).checked).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Later' }));
    expect(host.argsOf('journal.debrief')).toHaveLength(1);
  });

  function ended(session: string) {
    return {
      session,
      agentId: 'agent-1',
      agentName: 'Ana Núñez',
      channel: 'Voice',
      act: 'Coach',
      result: 'Ended',
      live: Date.now() - 60_000,
      interactions: 1,
      liveMs: 60_000,
      goesOn: false,
    } as const;
  }
});

describe('tags', () => {
  it('are written as they are elsewhere, and never twice', () => {
    expect(withTag([], ' Greeting ', ['greeting'])).toEqual(['greeting']);
    expect(withTag(['greeting'], 'GREETING', [])).toEqual(['greeting']);
    expect(withTag(['greeting'], '  ', [])).toEqual(['greeting']);
  });

  it('complete from the beginning first, accents aside', () => {
    const inUse = ['réponse', 'good response', 'empathy', 'response time'];
    expect(completions('resp', [], inUse)).toEqual(['response time', 'good response']);
    expect(completions('repo', [], inUse)).toEqual(['réponse']);
    expect(completions('resp', ['response time'], inUse)).toEqual(['good response']);
    expect(completions('', [], inUse)).toEqual([]);
  });
});

describe('coverage', () => {
  it('names who was not coached for so many days, and takes one in hand', async () => {
    const { host, desk, user } = await openJournal();
    await user.click(await screen.findByRole('radio', { name: 'Coverage' }));
    expect(await screen.findByRole('heading', { name: '6 agents not coached for 14 days' })).toBeTruthy();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Not coached for' }), '7 days');
    await waitFor(() => expect(host.argsOf('journal.coverage').at(-1)!.question.days).toBe(7));
    await user.click(screen.getByRole('button', { name: 'Take Mona Haddad in hand' }));
    expect(desk.place).toBe('floor');
    expect(desk.look.selected).toBe('agent-13');
  });

  it('says the minutes of each week in a table, this week first', async () => {
    const { user } = await openJournal();
    await user.click(await screen.findByRole('radio', { name: 'Coverage' }));
    const table = await screen.findByRole('table');
    expect(within(table).getAllByRole('columnheader')).toHaveLength(14);
    const kai = within(table).getByRole('row', { name: /Kai Berg/ });
    expect(within(kai).getAllByRole('cell')[0]!.textContent).toMatch(/^\d+$/);
    await user.click(within(table).getByRole('button', { name: 'Kai Berg' }));
    expect(await screen.findByRole('heading', { name: /Minutes a week with Kai Berg/ })).toBeTruthy();
  });
});

describe('what the organisation wants', () => {
  it('is a reason first: one digit gives it, and the act goes out with it', async () => {
    const { host, user } = await openWindow('managed');
    await user.click(await row('Bo Li'));
    await user.keyboard('c');
    const prompt = await screen.findByRole('dialog', { name: /Why\? Coach Bo Li/ });
    expect(prompt.contains(document.activeElement)).toBe(true);
    await user.keyboard('lb');
    expect(orders(host)).toHaveLength(1);
    await user.keyboard('2');
    await waitFor(() => expect(orders(host)).toHaveLength(2));
    expect(orders(host)[1]).toMatchObject({ kind: 'monitor', order: { act: 'Coach', reason: 'New on the team' } });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is any words too, and Escape sends nothing', async () => {
    const { host, user } = await openWindow('managed');
    await user.click(await row('Bo Li'));
    await user.keyboard('{Shift>}c{/Shift}');
    await user.click(await screen.findByRole('textbox', { name: 'Another reason' }));
    await user.keyboard('Complaint 17{Enter}');
    await waitFor(() => expect(orders(host)).toHaveLength(2));
    expect(orders(host)[1]).toMatchObject({ command: { kind: 'arm', order: { reason: 'Complaint 17' } } });
    await user.keyboard('c');
    await screen.findByRole('dialog');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(orders(host)).toHaveLength(3);
  });

  it('is a limit: said beside the agent, and what is over it cannot be pressed', async () => {
    const { host, user } = await openWindow('managed');
    await user.click(await row('Bo Li'));
    expect(await screen.findByText('Supervised 2 of 4 this month')).toBeTruthy();
    await user.click(await row('Ana Núñez'));
    expect(await screen.findByText('4 of 4 this month.')).toBeTruthy();
    const coach = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Coach' });
    expect(coach().disabled).toBe(false);
    host.journal.usage = {
      ...host.journal.usage,
      budget: { perMonth: 4, acts: ['Coach'], whenSpent: 'block' },
    };
    host.tell({ kind: 'coachingEnded', ended: { ...host.ended[0]!, session: 'x', agentName: 'Bo Li' } as never });
    await waitFor(() => expect(coach().disabled).toBe(true));
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Listen' }).disabled).toBe(false);
    const before = orders(host).length;
    await user.keyboard('c');
    expect(orders(host)).toHaveLength(before);
  });
});
