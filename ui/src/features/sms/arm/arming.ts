/** Whether an agent can be armed for written sessions now, and on which terms. */
import type { Act, ArmedView, Extent, LinkView, Medium, WrittenOrder, WrittenView } from '../../../host/types.gen';
import { mediumName } from '../../../words/written';

/** Why nothing can be asked for now, in one sentence; null where it can. */
export function reasonAgainstArming(link: LinkView, written: WrittenView, line: ArmedView | null): string | null {
  if (link.state !== 'Live') return 'There is no live link to the server, so nothing could be confirmed.';
  if (written.media.length === 0) return written.problem ? null : 'The server offers you no SMS sessions and no chats.';
  if (line?.phase === 'Requested') return 'Asked the server; its answer decides what comes next.';
  if (line?.phase === 'Cancelling') return 'Asked the server to cancel; its answer decides what comes next.';
  return null;
}

export function canArm(link: LinkView, written: WrittenView, line: ArmedView | null): boolean {
  return written.media.length > 0 && reasonAgainstArming(link, written, line) === null;
}

/** The line of an agent in a medium, whatever became of it. */
export function lineOf(written: WrittenView, agentId: string, medium: Medium | undefined): ArmedView | null {
  return written.armed.find((line) => line.agentId === agentId && line.medium === medium) ?? null;
}

export function armOrder(
  agentId: string,
  medium: Medium,
  act: Act,
  terms: { extent: Extent; nickname: string },
): WrittenOrder {
  const nickname = terms.nickname.trim();
  return { agentId, medium, act, extent: terms.extent, ...(nickname && { nickname }) };
}

/** What an agent's written sessions are called in a sentence. */
export function sessionsWord(medium: Medium): string {
  return medium === 'Sms' ? 'SMS session' : 'chat';
}

/** Why the sessions of an agent cannot be listed at all here. */
export function notListed(medium: Medium): string {
  return `This server does not list the running ${mediumName[medium]} sessions of an agent, so you can only join the next one.`;
}
