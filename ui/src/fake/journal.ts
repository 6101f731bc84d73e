/** A journal for the scenes: some weeks of coaching, found, filtered and debriefed as Rust would. */
import type {
  Act,
  CoverageQuestion,
  JournalAgent,
  JournalChannel,
  JournalCheck,
  JournalCoaching,
  JournalCoverage,
  JournalEntry,
  JournalExport,
  JournalFormat,
  JournalPage,
  JournalQuery,
  JournalResult,
  JournalUsage,
  NewDebrief,
} from '../host/types.gen';
import { dayAfter } from '../desk/days';

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;

const ACTS: Act[][] = [['Coach'], ['ListenIn'], ['Coach', 'BargeIn'], ['Coach'], ['BargeIn']];
const RESULTS: JournalResult[] = ['Ended', 'Ended', 'Cancelled', 'Ended', 'Refused', 'Ended', 'Lost', 'Left'];
const CHANNELS: JournalChannel[] = ['Voice', 'Voice', 'Sms'];

export class FakeJournal {
  coachings: JournalCoaching[] = [];
  usage: JournalUsage = { budget: null, agents: [] };
  check: JournalCheck = {
    state: 'whole',
    sequence: null,
    sentence: 'The journal is whole: 412 entries, none edited, removed or reordered.',
    entries: 412,
    first: 1,
    seal: '9f2c41d07ab8e3651f0c9d7e8a4b62351c0dd9e7f6a58b4c3d2e1f0a9b8c7d6e',
  };

  /** So many coachings, back from now. */
  fill(count: number, now: number, agents: readonly JournalAgent[]) {
    this.coachings = Array.from({ length: count }, (_, index) => coaching(index, now, agents));
  }

  find(query: JournalQuery): JournalPage {
    const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
    const among = <T>(wanted: readonly T[], values: readonly T[]) =>
      wanted.length === 0 || values.some((value) => wanted.includes(value));
    const matching = this.coachings.filter((each) => {
      const text = `${each.agentName} ${each.reason ?? ''} ${each.debrief?.tags.join(' ') ?? ''} ${each.debrief?.note ?? ''}`;
      const followUp = each.debrief?.followUp ?? null;
      return (
        words.every((word) => text.toLowerCase().includes(word)) &&
        among(query.agentIds, [each.agentId]) &&
        among(query.channels, [each.channel]) &&
        among(query.acts, each.acts) &&
        among(query.results, [each.result]) &&
        among(query.tags, each.debrief?.tags ?? []) &&
        (query.from === null || each.began >= query.from) &&
        (query.until === null || each.began < query.until) &&
        (query.followUpUntil === null || (followUp !== null && followUp <= query.followUpUntil))
      );
    });
    const turn = query.descending ? -1 : 1;
    matching.sort((one, other) => {
      if (query.sort === 'Agent') return turn * one.agentName.localeCompare(other.agentName);
      if (query.sort === 'LiveTime') return turn * (one.liveMs - other.liveMs);
      if (query.sort === 'Result') return turn * one.result.localeCompare(other.result);
      if (query.sort === 'FollowUp')
        return turn * (one.debrief?.followUp ?? '9').localeCompare(other.debrief?.followUp ?? '9');
      return turn * (one.began - other.began);
    });
    const tags = [...new Set(this.coachings.flatMap(({ debrief }) => debrief?.tags ?? []))].sort();
    const agents = new Map(this.coachings.map(({ agentId, agentName }) => [agentId, agentName]));
    return {
      all: this.coachings.length,
      total: matching.length,
      first: query.first,
      rows: matching.slice(query.first, query.first + query.count),
      tags: tags.map((tag) => ({
        tag,
        coachings: this.coachings.filter(({ debrief }) => debrief?.tags.includes(tag)).length,
      })),
      agents: [...agents].map(([id, name]) => ({ id, name })).sort((one, other) => one.name.localeCompare(other.name)),
    };
  }

  history(session: string): JournalEntry[] {
    const found = this.coachings.find((each) => each.session === session);
    if (!found) return [];
    const act = found.acts[0]!;
    const event = (
      at: number | null,
      kind: JournalResult | 'Requested' | 'Accepted' | 'Armed' | 'Live',
      tookMs: number | null = null,
    ) =>
      at === null || kind === 'Underway'
        ? []
        : [
            {
              at,
              what: {
                kind: 'event' as const,
                event: kind,
                act,
                tookMs,
                errorCode: kind === 'Refused' || kind === 'Lost' ? found.errorCode : null,
                reason: kind === 'Requested' ? found.reason : null,
                text: null,
              },
            },
          ];
    return [
      ...event(found.requested, 'Requested'),
      ...event(found.requested && found.requested + 40, 'Accepted', found.acceptedTookMs),
      ...event(found.armed, 'Armed', found.armedTookMs),
      ...event(found.live, 'Live', found.liveTookMs),
      ...event(found.ended, found.result),
      ...(found.debrief ? [{ at: found.debrief.at, what: { kind: 'debrief' as const, debrief: found.debrief } }] : []),
    ].map((entry, index) => ({ ...entry, sequence: index + 1, hash: '9f2c41d07ab8e365'.repeat(4) }));
  }

  debrief(debrief: NewDebrief, now: number): JournalCoaching {
    const { session, ...said } = debrief;
    const index = this.coachings.findIndex((each) => each.session === session);
    const before = this.coachings[index] ?? coaching(0, now, [{ id: 'agent-1', name: 'Ana Núñez' }]);
    const after = {
      ...before,
      debrief: { at: now, supervisor: 'sam.soto', ...said },
      debriefs: before.debriefs + 1,
    };
    if (index >= 0) this.coachings[index] = after;
    return after;
  }

  export(format: JournalFormat, query: JournalQuery): JournalExport {
    return {
      file: `/home/sam/Documents/sotto-journal-2026-11-22.${format}`,
      manifest: '/home/sam/Documents/sotto-journal-2026-11-22.manifest.json',
      coachings: this.find(query).total,
      whole: true,
    };
  }

  coverage(question: CoverageQuestion, now: number, roster: readonly JournalAgent[]): JournalCoverage {
    const agents = roster.length > 0 ? roster : this.find(everything).agents;
    const monday = new Date(now);
    monday.setHours(0, 0, 0, 0);
    monday.setDate(monday.getDate() - ((monday.getDay() + 6) % 7));
    const weeks = Array.from(
      { length: question.weeks },
      (_, index) => monday.getTime() - (question.weeks - 1 - index) * 7 * DAY_MS,
    );
    const counted = this.coachings.filter(
      ({ acts, live }) =>
        live !== null && (question.acts.length === 0 || acts.some((act) => question.acts.includes(act))),
    );
    return {
      fromRoster: roster.length > 0,
      weeks,
      rows: agents.map((agent) => ({
        agent,
        liveMs: weeks.map((week) =>
          counted
            .filter(({ agentId, began }) => agentId === agent.id && began >= week && began < week + 7 * DAY_MS)
            .reduce((sum, { liveMs }) => sum + liveMs, 0),
        ),
      })),
      uncovered: agents
        .map((agent) => {
          const last = Math.max(0, ...counted.filter(({ agentId }) => agentId === agent.id).map(({ began }) => began));
          return {
            agent,
            last: last || null,
            days: last ? Math.floor((now - last) / DAY_MS) : null,
          };
        })
        .filter(({ days }) => days === null || days >= question.days)
        .sort((one, other) => (one.last ?? 0) - (other.last ?? 0)),
    };
  }
}

const everything: JournalQuery = {
  text: '',
  agentIds: [],
  channels: [],
  acts: [],
  results: [],
  tags: [],
  from: null,
  until: null,
  followUpUntil: null,
  sort: 'Began',
  descending: true,
  first: 0,
  count: 0,
};

function coaching(index: number, now: number, agents: readonly JournalAgent[]): JournalCoaching {
  const agent = agents[(index * 5) % agents.length]!;
  const result = RESULTS[index % RESULTS.length]!;
  const acts = ACTS[index % ACTS.length]!;
  const began = now - index * 7 * 60 * MINUTE_MS - 12 * MINUTE_MS;
  const wasLive = result !== 'Refused';
  const liveMs = wasLive ? (1 + ((index * 37) % 11)) * MINUTE_MS + ((index * 13) % 60) * 1000 : 0;
  const debriefed = wasLive && index % 3 !== 1;
  return {
    session: `coaching-${index}`,
    supervisor: 'sam.soto',
    agentId: agent.id,
    agentName: agent.name,
    server: 'https://gws.example.org/api/v2',
    channel: CHANNELS[index % CHANNELS.length]!,
    acts,
    mode: index % 3 === 2 ? 'AllChats' : 'NextCall',
    scope: index % 3 === 2 ? null : 'Agent',
    reason: index % 4 === 0 ? 'New on the team' : null,
    began,
    requested: began,
    armed: wasLive ? began + 212 : null,
    live: wasLive ? began + 40_000 : null,
    ended: began + 40_000 + liveMs,
    interactions: wasLive ? 1 : 0,
    liveMs,
    acceptedTookMs: 38,
    armedTookMs: wasLive ? 212 : null,
    liveTookMs: wasLive ? 812 : null,
    result,
    errorCode: result === 'Refused' ? 'agent_held' : result === 'Lost' ? 'agent_logged_out' : null,
    whispers: 0,
    debrief: debriefed
      ? {
          at: began + 40_000 + liveMs + 9000,
          supervisor: 'sam.soto',
          uptake: acts.includes('Coach') ? 'Used' : null,
          effect: 'Better',
          nextStep: index % 2 === 0 ? 'Praise' : 'WatchAgain',
          tags: index % 2 === 0 ? ['greeting', 'billing'] : ['empathy'],
          note: index % 4 === 0 ? 'Found the invoice by herself.' : null,
          followUp: index % 5 === 0 ? dayAfter(now, index % 10 === 0 ? -1 : 6) : null,
        }
      : null,
    debriefs: debriefed ? 1 : 0,
  };
}
