/**
 * What the strip says of written sessions, beside the sentence about the voice: one total function of who is
 * armed, who is joined and whether any of it can be confirmed.
 */
import type { ArmedPhase, ArmedView, Audience, Medium, SessionView, WrittenView } from '../../host/types.gen';
import { shortName } from '../../words/names';
import { dotted, listed, type Phrase } from '../../words/phrase';
import { actRead, customerName, isInside, mediumName } from '../../words/written';
import type { Tone } from './strip';

export interface WrittenWords {
  tone: Tone;
  sentence: Phrase;
  detail: Phrase;
}

const toneOf: Record<Audience, Tone> = {
  Nobody: 'nobody',
  AgentOnly: 'agent',
  Everyone: 'everyone',
  Unknown: 'unknown',
};

/** How hot a tone is: what more people can notice counts more, and what nobody can confirm counts most. */
const heat: Record<Tone, number> = {
  nobody: 0,
  asked: 0,
  armed: 0,
  bad: 0,
  ringing: 1,
  agent: 2,
  everyone: 3,
  unknown: 4,
};

/** The tone the whole strip takes. */
export function hotter(voice: Tone, written: Tone | undefined): Tone {
  return written !== undefined && heat[written] > heat[voice] ? written : voice;
}

/** Null where there is nothing to say. */
export function writtenWords(
  written: WrittenView,
  sessions: readonly SessionView[],
  live: boolean,
): WrittenWords | null {
  const inside = sessions.filter(isInside);
  if (inside.length === 0) return unseenWords(written.audience) ?? armedWords(written.armed, live);
  const audience = live ? hottest(written.audience, inside) : 'Unknown';
  const those = inside.filter((session) => !live || session.audience === audience);
  const meant = those.length > 0 ? those : inside;
  return {
    tone: toneOf[audience],
    sentence: [`${media(inside)}: `, ...sentence(audience, meant)],
    detail: detail(meant, inside.length),
  };
}

/** Nobody can see a session, and all the same we may be in one: behind a lost link, or on the way in. */
function unseenWords(told: Audience): WrittenWords | null {
  if (told === 'Nobody') return null;
  return {
    tone: toneOf[told],
    sentence: ['Treat as live: not confirmed who reads you'],
    detail: ['a session may have begun that nobody told us of'],
  };
}

function hottest(told: Audience, inside: readonly SessionView[]): Audience {
  return [told, ...inside.map(({ audience }) => audience)].reduce((one, other) =>
    heat[toneOf[other]] > heat[toneOf[one]] ? other : one,
  );
}

function sentence(audience: Audience, sessions: readonly SessionView[]): Phrase {
  const where = place(sessions);
  switch (audience) {
    case 'Nobody':
      return ['nobody reads you ', ...where];
    case 'AgentOnly':
      return ['only agents read you ', ...where];
    case 'Everyone':
      return [sessions.length === 1 ? 'the customer reads you ' : 'customers read you ', ...where];
    case 'Unknown':
      return ['treat as live, not confirmed who reads you ', ...where];
  }
}

function place(sessions: readonly SessionView[]): Phrase {
  const [only] = sessions;
  if (sessions.length === 1 && only) return ['in ', agent(only), '’s session'];
  return [`in ${sessions.length} sessions`];
}

function detail(sessions: readonly SessionView[], inside: number): Phrase {
  const [only] = sessions;
  const whom: Phrase =
    sessions.length === 1 && only ? [agent(only), ' ↔ ', { name: customerName(only) }] : listed(names(sessions));
  const rest = inside - sessions.length;
  const others: Phrase = rest > 0 ? [`${rest} more with fewer readers`] : [];
  return dotted(whom, others);
}

/** What is armed for certain comes first, then what was asked for, then what nobody can say. */
const ARMED: readonly [phases: readonly ArmedPhase[], tone: Tone, words: string, old: string][] = [
  [['Armed', 'Cancelling'], 'armed', 'armed for', 'was armed for'],
  [['Requested'], 'asked', 'asked for', 'asked for'],
  [['Unclear'], 'asked', 'may be armed for', 'may be armed for'],
];

function armedWords(armed: readonly ArmedView[], live: boolean): WrittenWords | null {
  for (const [phases, tone, words, old] of ARMED) {
    const those = armed.filter(({ phase }) => phases.includes(phase));
    const [first] = those;
    if (!first) continue;
    const rest = those.length - 1;
    const whom: Phrase = [{ name: shortName(first.agentName) }, rest > 0 ? ` and ${rest} more` : ''];
    return {
      tone,
      sentence: [`${media(those)}: ${live ? words : old} `, ...whom],
      detail: dotted([live ? 'nobody reads you' : 'not confirmed'], rest > 0 ? [] : [`next: ${actRead[first.act]}`]),
    };
  }
  return null;
}

function media(of: readonly { medium: Medium }[]): string {
  const names = [...new Set(of.map(({ medium }) => mediumName[medium]))];
  return names.length === 1 ? names[0]! : 'SMS and chat';
}

function agent({ agentName }: SessionView): { name: string } | string {
  return agentName.trim() === '' ? 'the agent' : { name: shortName(agentName) };
}

function names(sessions: readonly SessionView[]): string[] {
  return [...new Set(sessions.map(({ agentName }) => shortName(agentName)))];
}
