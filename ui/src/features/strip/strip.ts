/**
 * What the strip says: one total function of audience and phase. It never says more than the server
 * confirmed, and what nobody can confirm it treats as everyone.
 */
import type { CoachingView, LinkView } from '../../host/types.gen';
import { actName } from '../../words/names';
import { dotted, type Phrase } from '../../words/phrase';

export type Tone = 'nobody' | 'asked' | 'armed' | 'ringing' | 'agent' | 'everyone' | 'unknown' | 'bad';

export interface StripWords {
  tone: Tone;
  /** The sentence in the largest type of the window. */
  sentence: Phrase;
  /** Act, phase and cause, below it. */
  detail: Phrase;
}

export function stripWords(coaching: CoachingView, link: LinkView): StripWords {
  const { audience } = coaching;
  if (audience === 'Unknown')
    return {
      tone: 'unknown',
      sentence: ['Treat as live: we cannot confirm who hears you'],
      detail: dotted(act(coaching), about(coaching), doubt(coaching, link)),
    };
  if (audience === 'Everyone') return { tone: 'everyone', sentence: ['Everyone hears you'], detail: inCall(coaching) };
  if (audience === 'AgentOnly')
    return {
      tone: 'agent',
      sentence: ['Only ', agent(coaching), ' hears you'],
      detail: dotted(act(coaching), phase(coaching)),
    };
  return nobodyHears(coaching, link);
}

function nobodyHears(coaching: CoachingView, link: LinkView): StripWords {
  const name = agent(coaching);
  switch (coaching.phase) {
    case 'Idle':
      return { tone: 'nobody', sentence: ['Nobody hears you'], detail: [idle(link)] };
    case 'Requested':
      return {
        tone: 'asked',
        sentence: ['Asked the server…'],
        detail: dotted(act(coaching), about(coaching), ['not confirmed yet'], ['nobody hears you']),
      };
    case 'Stopping':
      return {
        tone: 'asked',
        sentence: ['Asked the server to stop…'],
        // The problem is that it was not confirmed in time; then it can be asked once more.
        detail: dotted(
          about(coaching),
          [coaching.canStop ? 'not confirmed: it may still be armed' : 'not confirmed yet'],
          ['nobody hears you'],
        ),
      };
    case 'Armed':
      return {
        tone: 'armed',
        sentence: ['Armed for ', name, ', waiting for the next call'],
        detail: dotted(act(coaching), ['nobody hears you']),
      };
    case 'Offered':
      return {
        tone: 'ringing',
        sentence: ['Your phone rings: ', name, '’s call'],
        detail: dotted(act(coaching), ['nobody hears you yet']),
      };
    case 'Live':
      return {
        tone: 'nobody',
        sentence: ['Nobody hears you'],
        detail: dotted(act(coaching), ['live'], about(coaching)),
      };
    case 'Refused':
      return failed(coaching, ['The server refused ', name]);
    case 'Lost':
      return failed(coaching, ['Coaching of ', name, ' was lost']);
  }
}

/** The refusals and losses the sentence itself explains; of all others the detail says the cause. */
function explained(coaching: CoachingView): Phrase | null {
  const name = agent(coaching);
  switch (coaching.problem?.code) {
    case 'agent_held':
      return ['The server refused: another supervisor holds ', name];
    case 'agent_logged_out':
      return ['The server refused: ', name, ' is logged out'];
    case 'not_confirmed':
      return ['The server never confirmed ', name];
    default:
      return null;
  }
}

function failed(coaching: CoachingView, sentence: Phrase): StripWords {
  const cause = explained(coaching);
  return {
    tone: 'bad',
    sentence: cause ?? sentence,
    detail: cause ? ['Nobody hears you'] : dotted(why(coaching), ['nobody hears you']),
  };
}

function idle(link: LinkView): string {
  switch (link.state) {
    case 'Offline':
    case 'SignedOut':
      return 'Not signed in';
    case 'SigningIn':
      return 'Signing in';
    case 'Connecting':
      return 'Connecting';
    case 'Live':
      return 'No call is armed';
    case 'Stale':
    case 'Recovering':
      return 'Nothing was armed';
  }
}

const phaseWords: Record<CoachingView['phase'], string> = {
  Idle: '',
  Requested: 'asked the server',
  Armed: 'armed',
  Offered: 'your phone rings',
  Live: 'live',
  Stopping: 'asked the server to stop',
  Refused: 'refused',
  Lost: 'lost',
};

function agent({ agentName }: CoachingView): { name: string } | string {
  return agentName ? { name: agentName } : 'the agent';
}

/** Why nobody can say who hears, and what would tell. */
function doubt({ outOfSight }: CoachingView, link: LinkView): Phrase {
  if (outOfSight && link.state === 'Live')
    return ['A call may go on where you were signed in before: sign in there, or hang up your phone'];
  if (link.state === 'Live') return ['the server has not said how you are in this call'];
  if (!outOfSight) return [];
  return isSignedOut(link)
    ? ['A call may go on without Sotto: sign in again, or hang up your phone']
    : ['A call may have come since the link was lost: look at your phone'];
}

function isSignedOut({ state }: LinkView): boolean {
  return state === 'Offline' || state === 'SignedOut';
}

/** An ordinary call of the supervisor's own is heard by everyone in it, whatever is armed beside it. */
function inCall(coaching: CoachingView): Phrase {
  if (coaching.phase === 'Live' || coaching.phase === 'Stopping') return dotted(act(coaching), phase(coaching));
  const beside = coaching.phase === 'Armed' ? (['armed for ', agent(coaching)] as const) : [];
  return dotted(['you are in a call of your own'], beside);
}

function act({ act }: CoachingView): Phrase {
  return act ? [actName[act]] : [];
}

function phase({ phase }: CoachingView): Phrase {
  return phaseWords[phase] === '' ? [] : [phaseWords[phase]];
}

function about({ agentName }: CoachingView): Phrase {
  return agentName ? [{ name: agentName }] : [];
}

function why({ problem }: CoachingView): Phrase {
  return problem ? [problem.message.replace(/\.$/, '')] : [];
}
