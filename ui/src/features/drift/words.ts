/** The words for what was asked for and does not hold. */
import type { DriftCause, DriftView } from '../../host/types.gen';
import { actName, modeName } from '../../words/names';
import { dotted, type Phrase } from '../../words/phrase';
import { extentName } from '../../words/written';

export const channelName = { Voice: 'Calls', Sms: 'SMS', Chat: 'Chat' } as const;

/** Why, in a sentence of its own. */
export const causeWords: Record<DriftCause, string> = {
  Restarted: 'Asked before you last left; nothing of it is armed now.',
  ServerForgot: 'The server has forgotten it.',
  AgentLoggedOut: 'The agent logged out, which ends it.',
  OwnPhone: 'Your own phone was logged out or is not registered.',
  HeldByAnother: 'Another supervisor has the agent.',
  ArmedElsewhere: 'Your phone is armed for somebody else, from elsewhere.',
  NotConfirmed: 'The server took it and did not confirm it.',
  Refused: 'The server refused it.',
  Ended: 'The server ended it and did not say why.',
};

/** The same where the server may hold it all the same, which it tells nobody. */
const doubtWords: Partial<Record<DriftCause, string>> = {
  Restarted: 'Asked before you last left; whether the server still holds it is not known.',
  ServerForgot: 'The server has begun a new session for you; whether it still holds it is not known.',
  OwnPhone: 'You were logged out of your phone by somebody else; whether the server still holds it is not known.',
};
const DOUBT = 'Whether the one before it still holds is not known.';

/** What was asked for: how, and for how long. */
export function asked({ line, act, mode, extent, nickname }: DriftView): Phrase {
  const lasting = line.channel === 'Voice' ? modeName[mode ?? 'AllCalls'] : extentName[extent ?? 'AllChats'];
  return dotted(
    [channelName[line.channel]],
    [actName[act]],
    [lasting.toLowerCase()],
    nickname ? ['as ', { name: nickname }] : [],
  );
}

/** Why it does not hold, or that it was asked for again. */
export function told({ state, cause, mayBeServed, mayHold, line, problem }: DriftView): string {
  if (state === 'AskedByItself')
    return 'Sotto asked for it again by itself, as your organisation allows. The server has not confirmed it yet.';
  if (state === 'ArmedByItself') return 'Sotto asked for it again by itself, as your organisation allows.';
  const doubt = mayHold && cause ? (doubtWords[cause] ?? null) : null;
  const said = problem?.message ?? doubt ?? (cause ? causeWords[cause] : '');
  const why = mayHold && doubt === null ? `${said} ${DOUBT}` : said;
  if (!mayBeServed) return why;
  return `${why} The one ${line.channel === 'Voice' ? 'call' : 'session'} you asked for may have come and gone.`;
}
