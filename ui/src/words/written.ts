/** The words for written sessions. One place, so that board, transcript, composers and strip say the same. */
import type {
  Act,
  ArmedPhase,
  Audience,
  Extent,
  LeaveEffect,
  Medium,
  Readership,
  SessionPhase,
  SessionView,
} from '../host/types.gen';
import { dotted, type Phrase } from './phrase';

export const mediumName: Record<Medium, string> = { Sms: 'SMS', Chat: 'Chat' };
export const extentName: Record<Extent, string> = { NextChat: 'Next session', AllChats: 'All sessions' };

/** Who reads you in which way of being in a session. */
export const actRead: Record<Act, string> = {
  ListenIn: 'nobody reads you',
  Coach: 'only agents read you',
  BargeIn: 'the customer reads you',
};

/** Who reads you, as a sentence of its own. */
export const audienceReads: Record<Audience, string> = {
  Nobody: 'Nobody reads you',
  AgentOnly: 'Only agents read you',
  Everyone: 'The customer reads you',
  Unknown: 'Treat as live: not confirmed who reads you',
};

/** The same within a sentence. */
export const readershipWords: Record<Readership, string> = {
  Supervisors: 'nobody but supervisors knows you are here',
  Agents: 'only agents read you',
  Everyone: 'the customer reads you now',
  Unknown: 'nobody can say who reads you',
};

export const armedPhaseName: Record<ArmedPhase, string> = {
  Requested: 'Asked the server',
  Armed: 'Armed',
  Cancelling: 'Asked to cancel',
  Refused: 'Refused',
  Lost: 'Forgotten',
  Unclear: 'May be armed',
};

export const sessionPhaseName: Record<SessionPhase, string> = {
  Invited: 'You are invited',
  Joining: 'Joining…',
  Live: 'Live',
  Leaving: 'Asked to leave…',
  Revoked: 'The server took you out',
  Left: 'You left',
  Completed: 'Over',
  Failed: 'Joining failed',
  Lost: 'Gone while the link was down',
};

/** Why leaving is not offered; null where it is. */
export const leaveReason: Record<LeaveEffect, string | null> = {
  NotOffered: 'The server does not offer leaving now.',
  GoesOn: null,
  EndsForCustomer: 'No agent would stay, so leaving would end the session for the customer.',
  Unknown: null,
};

const OVER: readonly SessionPhase[] = ['Revoked', 'Left', 'Completed', 'Failed', 'Lost'];

/** Whether a session has ended for us. */
export function isOver({ phase }: Pick<SessionView, 'phase'>): boolean {
  return OVER.includes(phase);
}

/** Whether we are in a session, or on the way in or out. */
export function isInside({ phase }: Pick<SessionView, 'phase'>): boolean {
  return phase === 'Joining' || phase === 'Live' || phase === 'Leaving';
}

/** What the customer is called, also where nobody said. */
export function customerName({ customer }: Pick<SessionView, 'customer'>): string {
  return customer.trim() || 'Customer';
}

/** Why it ended, or what is not right. */
export function endWords(session: SessionView): Phrase {
  return dotted([sessionPhaseName[session.phase]], session.problem ? [{ name: session.problem.message }] : []);
}

/** `1 session`, `3 sessions`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}
