/** How often an agent may be supervised in a month, in words. */
import type { Act, AgentUsage, Budget, JournalUsage } from '../../host/types.gen';
import { actName } from '../../words/names';

export interface Spending {
  budget: Budget;
  used: AgentUsage;
}

/** What counts for an agent; null where the organisation has set no limit, or it is not known yet. */
export function spending(usage: JournalUsage | null, agentId: string): Spending | null {
  const used = usage?.agents.find((each) => each.agentId === agentId);
  return usage?.budget && used ? { budget: usage.budget, used } : null;
}

/** Whether the organisation lets nothing more of this act go out this month. */
export function isBlocked(spending: Spending | null, act: Act): boolean {
  return (
    spending !== null &&
    spending.used.spent &&
    spending.budget.whenSpent === 'block' &&
    spending.budget.acts.includes(act)
  );
}

/** `2 of 4 this month`. */
export function usedWords({ budget, used }: Spending): string {
  return `${used.coachings.toLocaleString()} of ${budget.perMonth.toLocaleString()} this month`;
}

/** What it means that it is spent. */
export function spentWords({ budget }: Spending): string {
  const acts = budget.acts.map((act) => actName[act]).join(', ');
  const what = budget.acts.length === 3 ? 'nothing more is sent' : `${acts}: nothing more is sent`;
  return budget.whenSpent === 'block'
    ? `Your organisation’s limit for this agent is reached: ${what} before next month.`
    : 'Your organisation’s limit for this agent is reached. You can go on; it is written down.';
}
