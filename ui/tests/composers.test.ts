/** The two composers never meet: what is written in one is not sent, moved or announced by the other. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { Text } from '../src/desk/composing.svelte';
import { bargedIn, board, session } from '../src/fake/sessions';
import { liveLink } from '../src/fake/scenes';
import { becomes, given, openSession, publicBox, typed, whisperBox } from './written';
import { openWindow } from './window';

const key = 'smssessions/1';
const coached = session(0, 1);

async function openPublic() {
  const window = await openWindow('public');
  await window.user.click(await screen.findByRole('button', { name: 'Write to everyone…' }));
  return { ...window, box: await publicBox() };
}

describe('what the organisation does not allow', () => {
  const publicBarred = 'Your organisation does not allow writing to everybody in SMS sessions.';

  it('is not offered, and the reason stands where it would be', async () => {
    const { host } = await openWindow('public');
    becomes(host, { ...bargedIn, acts: { ...bargedIn.acts!, public: false, publicBarred } });
    expect(await screen.findByText(publicBarred)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Write to everyone…' })).toBeNull();
  });

  it('locks what was begun, and keeps it', async () => {
    const { host, user, box } = await openPublic();
    await user.type(box, 'We refund you');
    becomes(host, { ...bargedIn, acts: { ...bargedIn.acts!, public: false, publicBarred } });
    expect(await screen.findByText(`${publicBarred} Your text is kept.`)).toBeTruthy();
    expect(box.value).toBe('We refund you');
  });
});

describe('the whisper', () => {
  it('is the only composer in Coach, and Enter whispers with the readers that were on screen', async () => {
    const { host, user } = await openWindow('whisper');
    await user.type(await whisperBox(), 'It is a hold.{Enter}');
    expect(given(host)).toEqual([
      { kind: 'whisper', session: key, text: 'It is a hold.', seen: 'Agents', sendId: expect.any(String) },
    ]);
    expect((await whisperBox()).value).toBe('');
    expect(screen.queryByRole('button', { name: /everyone/i })).toBeNull();
  });

  it('makes a new line at Shift Enter and sends nothing at Ctrl Enter', async () => {
    const { host, user } = await openWindow('whisper');
    await user.type(await whisperBox(), 'one{Shift>}{Enter}{/Shift}two{Control>}{Enter}{/Control}');
    expect((await whisperBox()).value).toBe('one\ntwo');
    expect(given(host)).toEqual([]);
  });

  it('fires no key of the window while it is written', async () => {
    const { host, desk, user } = await openWindow('whisper');
    await user.type(await whisperBox(), '2 clbrwst 0');
    expect(given(host)).toEqual([]);
    expect(host.argsOf('desk.order').filter(({ command }) => command.kind !== 'written')).toEqual([]);
    expect(desk.written.opened).toBe(key);
  });

  it('keeps the text where it was not taken, and sends the same text under the same name again', async () => {
    const { host, user } = await openWindow('whisper');
    host.faults['desk.order'] = { code: 'link_down', message: 'The link is down.' };
    await user.type(await whisperBox(), 'Hold on.{Enter}');
    expect((await whisperBox()).value).toBe('Hold on.');
    expect(openSession().getByText('The link is down.')).toBeTruthy();
    delete host.faults['desk.order'];
    await user.click(openSession().getByRole('button', { name: 'Whisper' }));
    const sent = given(host).flatMap((command) => (command.kind === 'whisper' ? [command.sendId] : []));
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(1);
  });

  it('counts towards 4,000 and sends nothing longer', async () => {
    const { host, user } = await openWindow('whisper');
    const box = await whisperBox();
    await user.click(box);
    await user.paste('🙂'.repeat(4001));
    expect(openSession().getByText(/4,001 \/ 4,000/)).toBeTruthy();
    await user.keyboard('{Enter}');
    expect(given(host)).toEqual([]);
    expect([...box.value]).toHaveLength(4001);
  });
});

describe('a text on its way', () => {
  it('takes along nothing that is written behind it, and nothing of it is sent a second time', async () => {
    const kept: string[] = [];
    const text = new Text('whisper', (_, words) => kept.push(words));
    let take = () => {};
    text.write('Hold on.', 'Agents');
    const handed = text.hand(() => new Promise<void>((resolve) => (take = resolve)));
    text.write('Hold on. One more', 'Agents');
    take();
    expect(await handed).toBe(true);
    expect(text.text).toBe(' One more');
    expect(kept.at(-1)).toBe(' One more');
  });

  it('does not go where it holds half a character, and is kept all the same', async () => {
    const kept: string[] = [];
    const text = new Text('whisper', (_, words) => kept.push(words));
    let gave = false;
    text.write('a\ud83d', 'Agents');
    expect(await text.hand(() => Promise.resolve((gave = true)))).toBe(false);
    expect([gave, text.fault?.code, text.text]).toEqual([false, 'text_not_sendable', 'a\ud83d']);
    expect(kept).toEqual(['a\ufffd']);
  });

  it('leaves a text alone that has become another one', async () => {
    const text = new Text('whisper', () => undefined);
    let take = () => {};
    text.write('Hold on.', 'Agents');
    const handed = text.hand(() => new Promise<void>((resolve) => (take = resolve)));
    text.write('Go on.', 'Agents');
    take();
    await handed;
    expect(text.text).toBe('Go on.');
  });
});

describe('the composer for everyone', () => {
  it('has its own key: Enter makes a line, Ctrl Enter sends', async () => {
    const { host, user, box } = await openPublic();
    await user.type(box, 'Hello{Enter}Pat');
    expect(given(host)).toEqual([]);
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(given(host)).toEqual([
      { kind: 'sendToEveryone', session: key, text: 'Hello\nPat', seen: 'Everyone', sendId: expect.any(String) },
    ]);
  });

  it('is never in front by itself, and the two texts stay apart', async () => {
    const { user } = await openWindow('public');
    await user.type(await whisperBox(), 'for Ana');
    await user.click(screen.getByRole('button', { name: 'Write to everyone…' }));
    expect((await publicBox()).value).toBe('');
    expect(openSession().getByText(/A whisper waits/)).toBeTruthy();
    await user.type(await publicBox(), 'for all');
    await user.click(screen.getByRole('button', { name: 'Back to whispering' }));
    expect((await whisperBox()).value).toBe('for Ana');
    expect(openSession().getByText(/A text for everyone waits/)).toBeTruthy();
  });

  it('locks with its text when the session goes back to Coach, and nothing becomes a whisper', async () => {
    const { host, user, box } = await openPublic();
    await user.type(box, 'We refund you.');
    becomes(host, { audience: coached.audience, readership: coached.readership, act: 'Coach', acts: coached.acts });
    expect((await openSession().findByRole('alert')).textContent).toContain('no longer write to everyone');
    await user.type(box, 'more{Control>}{Enter}{/Control}');
    expect(box.value).toBe('We refund you.');
    expect(given(host)).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Back to whispering' }));
    expect((await whisperBox()).value).toBe('');
  });

  it('gives way to the whisper where nothing was begun, and the focus goes along', async () => {
    const { host, desk, user, box } = await openPublic();
    expect(document.activeElement).toBe(box);
    becomes(host, { audience: coached.audience, readership: coached.readership, act: 'Coach', acts: coached.acts });
    const whisper = await whisperBox();
    await waitFor(() => expect(document.activeElement).toBe(whisper));
    await user.keyboard('c');
    expect(whisper.value).toBe('c');
    expect(desk.mirror.coaching.phase).toBe('Idle');
  });
});

describe('a silent listener', () => {
  it('reads why nothing is whispered here, and no key tells the agent of it', async () => {
    const { host, user } = await openWindow('whisper');
    const acts = { ...coached.acts, whisper: false };
    becomes(host, { audience: 'Nobody', readership: 'Supervisors', act: 'ListenIn', acts });
    expect((await openSession().findByRole('alert')).textContent).toContain('You only listen in');
    await user.type(await whisperBox(), 'Hold on.{Enter}');
    expect((await whisperBox()).value).toBe('');
    expect([given(host), typed(host)]).toEqual([[], []]);
  });
});

describe('a change of readers', () => {
  it('locks what was begun until it is acknowledged; the text stays', async () => {
    const { host, user } = await openWindow('whisper');
    const box = await whisperBox();
    await user.type(box, 'Offer the code');
    becomes(host, bargedIn);
    const alert = await openSession().findByRole('alert');
    expect(alert.textContent).toMatch(
      /Who reads you has changed: when you began, only agents read you; now the customer/,
    );
    await user.type(box, '{Enter}');
    expect(given(host)).toEqual([]);
    await user.click(within(alert).getByRole('button', { name: 'I know who reads now' }));
    await user.type(box, '.{Enter}');
    expect(given(host)).toMatchObject([{ kind: 'whisper', text: 'Offer the code.', seen: 'Everyone' }]);
  });

  it('does not stand in the way of a text not begun yet', async () => {
    const { host, user } = await openWindow('whisper');
    await whisperBox();
    becomes(host, bargedIn);
    await user.type(await whisperBox(), 'now{Enter}');
    expect(given(host)).toMatchObject([{ kind: 'whisper', seen: 'Everyone' }]);
  });

  it('locks while the link is down, and opens again with the same readers', async () => {
    const { host, user } = await openWindow('whisper');
    const box = await whisperBox();
    await user.type(box, 'wait');
    const link = liveLink(Date.now());
    host.change({ link: { ...link, state: 'Stale' } });
    expect((await openSession().findByRole('alert')).textContent).toContain('no live link');
    expect(box.readOnly).toBe(true);
    expect(box.value).toBe('wait');
    host.change({ link });
    await waitFor(() => expect(box.readOnly).toBe(false));
  });
});

describe('typing', () => {
  it('is told once, as a whisper, and stopped when the focus leaves', async () => {
    const { host, user } = await openWindow('whisper');
    await user.type(await whisperBox(), 'some words');
    expect(typed(host)).toEqual([[false, true]]);
    await user.click(screen.getByRole('searchbox'));
    expect(typed(host)).toEqual([
      [false, true],
      [false, false],
    ]);
  });

  it('is public only from the composer for everyone', async () => {
    const { host, user } = await openWindow('public');
    await user.type(await whisperBox(), 'a');
    await user.click(screen.getByRole('button', { name: 'Write to everyone…' }));
    await user.type(await publicBox(), 'b');
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(typed(host)).toEqual([
      [false, true],
      [false, false],
      [true, true],
      [true, false],
    ]);
  });
});

describe('drafts', () => {
  it('are kept for each session and composer, and come back', async () => {
    const { host, user } = await openWindow('public', (host) => {
      host.drafts = [
        { session: key, public: false, text: 'kept whisper' },
        { session: key, public: true, text: 'kept for all' },
        { session: 'smssessions/gone', public: false, text: 'left over' },
      ];
    });
    await waitFor(async () => expect((await whisperBox()).value).toBe('kept whisper'));
    expect(screen.getByText(/1 text not sent, of sessions that are gone/)).toBeTruthy();
    await user.type(await whisperBox(), '!');
    await waitFor(() =>
      expect(host.argsOf('drafts.keep').at(-1)).toEqual({
        draft: { session: key, public: false, text: 'kept whisper!' },
      }),
    );
    await user.click(screen.getByRole('button', { name: 'Write to everyone…' }));
    expect((await publicBox()).value).toBe('kept for all');
  });

  it('come back at the next sign-in with the texts that failed behind them', async () => {
    const { host, user } = await openWindow('whisper');
    await user.type(await whisperBox(), 'And then');
    const live = host.view.link;
    host.change({ link: { ...live, state: 'SignedOut' } });
    await waitFor(() => expect(screen.queryByRole('textbox', { name: 'Whisper' })).toBeNull());
    host.drafts = [{ session: key, public: false, text: 'And then\nwhat failed' }];
    host.change({ link: live });
    await waitFor(async () => expect((await whisperBox()).value).toBe('And then\nwhat failed'));
  });

  it('stay with their session when another is opened', async () => {
    const { user } = await openWindow('whisper');
    await user.type(await whisperBox(), 'for Ana');
    await user.keyboard('{Escape}2');
    expect(await screen.findByRole('heading', { name: /Dana O’Hara/ })).toBeTruthy();
    expect((await whisperBox()).value).toBe('');
    await user.keyboard('1');
    await waitFor(async () => expect((await whisperBox()).value).toBe('for Ana'));
  });

  it('stay when the session ends, to be copied', async () => {
    const { host, user } = await openWindow('whisper');
    await user.type(await whisperBox(), 'too late');
    becomes(host, { phase: 'Completed', acts: { ...board(0)[0]!.acts, whisper: false } });
    expect(await openSession().findByRole('button', { name: 'Copy' })).toBeTruthy();
    expect((await whisperBox()).value).toBe('too late');
  });
});

describe('texts that were not sent', () => {
  it('are tried again under the same name', async () => {
    const { host, user } = await openWindow('unsent');
    await user.click(await openSession().findByRole('button', { name: 'Try again' }));
    expect(given(host)).toEqual([
      { kind: 'whisper', session: key, text: 'Ask for the card number.', seen: 'Agents', sendId: 'u1' },
    ]);
  });

  it('go back into the composer they came from', async () => {
    const { host, user } = await openWindow('unsent');
    await user.click((await openSession().findAllByRole('button', { name: 'Put back into the composer' }))[0]!);
    expect(given(host)).toEqual([{ kind: 'dropUnsent', session: key, sendId: 'u1' }]);
    await waitFor(async () => expect((await whisperBox()).value).toBe('Ask for the card number.'));
  });

  it('are not offered to be sent again where nobody knows', async () => {
    await openWindow('unsent');
    expect(await openSession().findAllByRole('button', { name: 'Try again' })).toHaveLength(1);
    expect(openSession().getByText(/Look there before you send it once more/)).toBeTruthy();
  });
});
