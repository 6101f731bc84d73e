/** The words for what the contract only names. One place, so that the whole window says the same. */
import type { Act, Audience, CallAct, Mode, OwnState, StateKind, WhyNot } from '../host/types.gen';

/** Always in this order: it is the order of how many people hear you. */
export const ACTS: readonly Act[] = ['ListenIn', 'Coach', 'BargeIn'];

export const actName: Record<Act, string> = { ListenIn: 'Listen', Coach: 'Coach', BargeIn: 'Barge in' };

/** The organisation does not allow these acts in this channel. */
export function notAllowed(acts: readonly Act[], channel: 'calls' | 'SMS sessions' | 'chats'): string {
  const names = acts.map((act) => `“${actName[act]}”`).join(' and ');
  return `Managed by your organisation: ${names} ${acts.length === 1 ? 'is' : 'are'} not allowed in ${channel}.`;
}

export const actDoing: Record<Act, string> = { ListenIn: 'listening to', Coach: 'coaching', BargeIn: 'talking with' };
export const actHeard: Record<Act, string> = {
  ListenIn: 'nobody hears you',
  Coach: 'only the agent hears you',
  BargeIn: 'everyone hears you',
};
export const actAudience: Record<Act, Audience> = { ListenIn: 'Nobody', Coach: 'AgentOnly', BargeIn: 'Everyone' };

export const modeName: Record<Mode, string> = { NextCall: 'Next call', AllCalls: 'All calls' };

export const stateName: Record<StateKind, string> = {
  Ready: 'Ready',
  OnCall: 'On a call',
  AfterCall: 'After call',
  NotReady: 'Not ready',
  LoggedOut: 'Logged out',
  Unknown: 'Unknown',
};

/** The order of the chips: what can be coached first. */
export const STATES: readonly StateKind[] = ['OnCall', 'Ready', 'AfterCall', 'NotReady', 'LoggedOut', 'Unknown'];

export const ownStateAct: Record<OwnState, string> = {
  Ready: 'Go ready',
  NotReady: 'Go not ready',
  LogIn: 'Log in to phone',
};

export const callActName: Record<CallAct, string> = {
  Answer: 'Answer',
  Hangup: 'Hang up',
  Hold: 'Hold',
  Retrieve: 'Take back',
  SwitchToListenIn: 'Listen silently',
  SwitchToBargeIn: 'Barge in',
  MuteMonitoredUser: 'Mute agent',
  UnmuteMonitoredUser: 'Unmute agent',
};

/** In a row of the roster: a few quiet words. */
export function whyNotBriefly(why: WhyNot, heldBy: string | null): string {
  switch (why) {
    case 'NoPhone':
      return 'no phone';
    case 'LoggedOut':
      return 'logged out';
    case 'PhoneNotRegistered':
      return 'phone not registered';
    case 'Held':
      return `held by ${heldBy ?? 'another supervisor'}`;
    case 'NotOffered':
      return 'not offered';
    case 'LinkDown':
      return 'link down';
  }
}

/** Beside the buttons: a sentence. */
export function whyNotSentence(why: WhyNot, name: string, heldBy: string | null): string {
  switch (why) {
    case 'NoPhone':
      return `${name} has no phone to coach on.`;
    case 'LoggedOut':
      return `${name} is logged out of the phone.`;
    case 'PhoneNotRegistered':
      return `The switch does not know ${name}’s phone at the moment.`;
    case 'Held':
      return heldBy
        ? `${heldBy} coaches ${name} now. One supervisor at a time.`
        : `Another supervisor holds ${name}. One supervisor at a time.`;
    case 'NotOffered':
      return `The server does not offer coaching ${name} now.`;
    case 'LinkDown':
      return 'There is no live link to the server, so nothing could be confirmed.';
  }
}

/** How we call somebody in passing: the first word of the name. */
export function shortName(name: string): string {
  return name.trim().split(/\s+/)[0] || name;
}
