/** Why an act cannot be asked for now, in one sentence; null where it can. */
import type { Act, AgentRow, CoachingView, LinkView, MeView } from '../../host/types.gen';
import { actName, notAllowed, whyNotSentence } from '../../words/names';
import { isBlocked, type Spending } from './budget';

export interface Circumstances {
  row: AgentRow;
  me: MeView;
  link: LinkView;
  coaching: CoachingView;
  /** What the organisation allows in calls. */
  allowed: readonly Act[];
  /** What is spent of the agent's month; null where nothing limits it. */
  spending: Spending | null;
}

/** What stands against every act. */
export function reasonAgainstAll({ row, me, link, coaching }: Circumstances): string | null {
  if (link.state !== 'Live') return 'There is no live link to the server, so nothing could be confirmed.';
  if (coaching.phase === 'Requested') return 'Asked the server; its answer decides what comes next.';
  if (coaching.phase === 'Stopping') return 'Asked the server to stop; its answer decides what comes next.';
  if (row.whyNot) return whyNotSentence(row.whyNot, row.name, row.heldBy);
  if (!me.phone) return 'You have no phone here, so the server could not connect you.';
  if (me.acts.length > 0) return null;
  return me.states.includes('LogIn')
    ? 'You are logged out of your phone. Log in to it first.'
    : 'The server offers no coaching on your phone now.';
}

/** What stands against this act alone. */
export function reasonAgainst(act: Act, circumstances: Circumstances): string | null {
  const { me, spending, allowed } = circumstances;
  if (!allowed.includes(act)) return notAllowed([act], 'calls');
  if (isBlocked(spending, act)) return `“${actName[act]}” is over your organisation’s limit for this month.`;
  if (me.acts.length === 0 || me.acts.includes(act)) return null;
  return `The server does not offer “${actName[act]}” on your phone now.`;
}
