import { within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { nothing } from '../src/desk/mirror.svelte';
import { coachingAna, liveLink } from '../src/fake/scenes';
import { stripWords } from '../src/features/strip/strip';
import type { Audience, CoachingView, LinkState, Phase } from '../src/host/types.gen';
import type { Phrase } from '../src/words/phrase';
import { openWindow, strip } from './window';

const now = 1_700_000_000_000;
const phases: Phase[] = ['Idle', 'Requested', 'Armed', 'Offered', 'Live', 'Stopping', 'Refused', 'Lost'];
const audiences: Audience[] = ['Nobody', 'AgentOnly', 'Everyone', 'Unknown'];

function text(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === 'string' ? part : part.name)).join('');
}

function said(change: Partial<CoachingView>) {
  const words = stripWords(coachingAna(now, change), liveLink(now));
  return { tone: words.tone, sentence: text(words.sentence), detail: text(words.detail) };
}

describe('what the strip says', () => {
  it.each([
    ['Idle', 'nobody', 'Nobody hears you'],
    ['Requested', 'asked', 'Asked the server…'],
    ['Armed', 'armed', 'Armed for Ana Núñez, waiting for the next call'],
    ['Offered', 'ringing', 'Your phone rings: Ana Núñez’s call'],
    ['Live', 'nobody', 'Nobody hears you'],
    ['Stopping', 'asked', 'Asked the server to stop…'],
    ['Refused', 'bad', 'The server refused Ana Núñez'],
    ['Lost', 'bad', 'Coaching of Ana Núñez was lost'],
  ] as const)('while nobody hears, in %s', (phase, tone, sentence) => {
    expect(said({ phase, audience: 'Nobody' })).toMatchObject({ tone, sentence });
  });

  it('says that a stop which was not confirmed may not have been', () => {
    const stopping = { phase: 'Stopping', audience: 'Nobody' } as const;
    expect(said({ ...stopping, canStop: false }).detail).toMatch(/not confirmed yet/);
    expect(said({ ...stopping, canStop: true }).detail).toMatch(/not confirmed: it may still be armed/);
  });

  it.each(phases)('lets the audience decide before the phase, in %s', (phase) => {
    expect(said({ phase, audience: 'AgentOnly' })).toMatchObject({
      tone: 'agent',
      sentence: 'Only Ana Núñez hears you',
    });
    expect(said({ phase, audience: 'Everyone' })).toMatchObject({ tone: 'everyone', sentence: 'Everyone hears you' });
    expect(said({ phase, audience: 'Unknown' })).toMatchObject({
      tone: 'unknown',
      sentence: 'Treat as live: we cannot confirm who hears you',
    });
  });

  it('always says something, with or without a name', () => {
    for (const phase of phases)
      for (const audience of audiences)
        for (const agentName of ['Ana Núñez', null]) {
          const { sentence } = said({ phase, audience, agentName });
          expect(sentence.length).toBeGreaterThan(5);
          expect(sentence).not.toMatch(/null|undefined/);
        }
  });

  it('never claims that nobody hears where that is not so', () => {
    for (const phase of phases)
      for (const audience of ['AgentOnly', 'Everyone', 'Unknown'] as const) {
        const { sentence, detail } = said({ phase, audience });
        expect(`${sentence} ${detail}`).not.toMatch(/nobody/i);
      }
  });

  it('names who holds the agent, once', () => {
    const problem = { code: 'agent_held', message: 'Another supervisor holds Ana Núñez.' } as const;
    expect(said({ phase: 'Refused', problem })).toMatchObject({
      sentence: 'The server refused: another supervisor holds Ana Núñez',
      detail: 'Nobody hears you',
    });
  });

  it('gives the cause of any other refusal in its own words', () => {
    const problem = { code: 'refused', message: 'The switch is busy.' } as const;
    expect(said({ phase: 'Refused', problem }).detail).toBe('The switch is busy · nobody hears you');
  });

  it('tells an ordinary call of my own from a coached one', () => {
    const own = { audience: 'Everyone', agentName: null, act: null } as const;
    expect(said({ ...own, phase: 'Idle' }).detail).toBe('you are in a call of your own');
    expect(said({ audience: 'Everyone', phase: 'Armed' }).detail).toBe(
      'you are in a call of your own · armed for Ana Núñez',
    );
    expect(said({ audience: 'Everyone', phase: 'Live', act: 'BargeIn' }).detail).toBe('Barge in · live');
  });

  it('says what would tell who hears, where the sign-in or the link has ended', () => {
    const words = (state: LinkState, outOfSight = true) => {
      const coaching = { ...nothing.coaching, audience: 'Unknown', outOfSight } as const;
      const { tone, sentence, detail } = stripWords(coaching, { ...nothing.link, state });
      expect(tone).toBe('unknown');
      expect(text(sentence)).toBe('Treat as live: we cannot confirm who hears you');
      return text(detail);
    };
    expect(words('SignedOut')).toBe('A call may go on without Sotto: sign in again, or hang up your phone');
    expect(words('Stale')).toBe('A call may have come since the link was lost: look at your phone');
    expect(words('Stale', false)).toBe('');
    expect(words('Live')).toBe(
      'A call may go on where you were signed in before: sign in there, or hang up your phone',
    );
    expect(words('Live', false)).toBe('the server has not said how you are in this call');
  });

  it('says where the link stands while nothing is armed', () => {
    const words = (state: 'Offline' | 'Live' | 'Stale') =>
      text(stripWords(nothing.coaching, { ...nothing.link, state }).detail);
    expect([words('Offline'), words('Live'), words('Stale')]).toEqual([
      'Not signed in',
      'No call is armed',
      'Nothing was armed',
    ]);
  });
});

describe('the strip', () => {
  it('tells a screen reader the sentence, and not the age that ticks', async () => {
    await openWindow('live');
    const [status] = await within(strip()).findAllByRole('status');
    expect(status?.textContent).toContain('Only Ana Núñez hears you');
    expect(status?.textContent).not.toContain('ago');
    expect(within(strip()).getByText(/confirmed by the server [2-9] s ago/)).toBeTruthy();
  });

  it('says facts of the call in words', async () => {
    await openWindow('live');
    expect(within(strip()).getByText('coaching stops')).toBeTruthy();
    expect(within(strip()).getByText(/you leave with/).textContent).toContain('Ana');
    expect(within(strip()).getByText('0.8 s')).toBeTruthy();
  });

  it('shows no fact and claims no confirmation while the link is stale', async () => {
    await openWindow('unknown');
    expect(within(strip()).getByText(/last word from the server 14 s ago/)).toBeTruthy();
    expect(within(strip()).queryByText(/confirmed by the server/)).toBeNull();
    expect(within(strip()).queryByText('Then')).toBeNull();
  });

  it('claims nothing while the server was only asked', async () => {
    await openWindow('requested');
    expect(within(strip()).getByText('Asked the server…')).toBeTruthy();
    expect(strip().textContent).not.toMatch(/confirmed by/);
    expect(within(strip()).queryAllByRole('button')).toEqual([]);
  });

  it('offers just the acts that matter', async () => {
    const names = () =>
      within(strip())
        .queryAllByRole('button')
        .map((button) => button.textContent?.trim());
    await openWindow('ringing');
    expect(names()).toEqual([expect.stringMatching(/^Answer/), expect.stringMatching(/^Stop coaching/)]);
  });

  it('lets a supervisor whom the server has signed out say that nobody hears them', async () => {
    const { host, user } = await openWindow('cutOff');
    expect(within(strip()).getByText('Treat as live: we cannot confirm who hears you')).toBeTruthy();
    expect(strip().textContent).not.toMatch(/nobody/i);
    await user.click(within(strip()).getByRole('button', { name: 'I am off the phone' }));
    expect(host.argsOf('desk.order')).toEqual([{ command: { kind: 'offThePhone' } }]);
  });

  it('offers to try again after a refusal', async () => {
    const { host, user } = await openWindow('refused');
    await user.click(within(strip()).getByRole('button', { name: 'Try again' }));
    expect(host.argsOf('desk.order')).toEqual([
      { command: { kind: 'monitor', order: { agentId: 'agent-1', act: 'Coach', mode: 'NextCall', scope: 'Agent' } } },
    ]);
  });
});
