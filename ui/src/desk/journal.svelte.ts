/** What the journal is asked and what it said. Rust searches, sorts and sends the rows of a window. */
import type { Host } from '../host/host';
import { asFault } from '../host/host';
import type {
  Act,
  Fault,
  JournalChannel,
  JournalCoaching,
  JournalPage,
  JournalQuery,
  JournalResult,
  JournalSort,
  JournalUsage,
  NewDebrief,
} from '../host/types.gen';
import { dayAfter, dayAt, endOfDay, startOfDay } from './days';
import { LatestOnly } from './latest';

/** Which time is looked at: everything, some last days, or from one day to another. */
export type Time = 'all' | 'today' | 'week' | 'month' | 'days';

export interface Filters {
  readonly text: string;
  readonly time: Time;
  /** First and last day, where the time is `days`; empty leaves that end open. */
  readonly from: string;
  readonly until: string;
  readonly agent: string;
  readonly channel: JournalChannel | '';
  readonly act: Act | '';
  readonly result: JournalResult | '';
  readonly tag: string;
  /** Only with a follow-up that is due. */
  readonly due: boolean;
}

export const everything: Filters = {
  text: '',
  time: 'all',
  from: '',
  until: '',
  agent: '',
  channel: '',
  act: '',
  result: '',
  tag: '',
  due: false,
};

/** How many days back a time begins, today among them. */
const BACK: Partial<Record<Time, number>> = { today: 0, week: 6, month: 29 };

export class Journal {
  filters = $state.raw<Filters>(everything);
  sort = $state<JournalSort>('Began');
  descending = $state(true);
  first = $state(0);
  count = $state(60);
  /** The rows of a window, and which question they answer. */
  page = $state.raw<JournalPage | null>(null);
  answered = $state(0);
  /** What is chosen by the keys: a place in what was found; -1 for none. */
  cursor = $state(-1);
  /** Counts the questions but for the window. */
  serial = $state(1);
  /** Why it could not be read. */
  fault = $state.raw<Fault | null>(null);
  /** The coaching whose history is open. */
  opened = $state.raw<JournalCoaching | null>(null);
  /** Every tag in use. */
  tags = $state.raw<readonly string[]>([]);
  /** How many follow-ups are due; null before the first answer. */
  due = $state<number | null>(null);
  /** What was done with the agents last asked about, and how much of it is allowed. */
  usage = $state.raw<JournalUsage | null>(null);
  /** Counts what was written since, so that whoever shows something asks again. */
  written = $state(0);
  readonly #host: Host;
  readonly #asking: LatestOnly<{ query: JournalQuery; serial: number }>;
  readonly #counting: LatestOnly<JournalQuery>;

  readonly #using: LatestOnly<string>;

  constructor(host: Host) {
    this.#host = host;
    this.#using = new LatestOnly((agentId) => this.#use(agentId));
    this.#asking = new LatestOnly((question) => this.#find(question));
    this.#counting = new LatestOnly((query) => this.#count(query));
  }

  /** Whether anything hides coachings. */
  filtered = $derived.by(() => {
    const { text, ...others } = this.filters;
    const { text: _, ...all } = everything;
    return text.trim() !== '' || JSON.stringify(others) !== JSON.stringify(all);
  });

  /** Narrows or widens what is looked for. */
  ask(change: Partial<Filters>) {
    this.filters = { ...this.filters, ...change };
    this.serial += 1;
  }

  clear() {
    this.ask(everything);
  }

  /** Sorts by a column; the one that is sorted by already is turned round. */
  sortBy(sort: JournalSort) {
    this.descending = sort === this.sort ? !this.descending : sort === 'Began' || sort === 'LiveTime';
    this.sort = sort;
    this.serial += 1;
  }

  /** Shows what is to be come back to, the longest due first; once more shows everything again. */
  showDue() {
    const due = !this.filters.due;
    this.sort = due ? 'FollowUp' : 'Began';
    this.descending = !due;
    this.ask({ ...everything, due });
  }

  /** The question as Rust takes it. */
  query(now: number): JournalQuery {
    const { text, agent, channel, act, result, tag, due } = this.filters;
    return {
      ...nothingFiltered,
      text,
      agentIds: agent === '' ? [] : [agent],
      channels: channel === '' ? [] : [channel],
      acts: act === '' ? [] : [act],
      results: result === '' ? [] : [result],
      tags: tag === '' ? [] : [tag],
      ...span(this.filters, now),
      followUpUntil: due ? dayAt(now) : null,
      sort: this.sort,
      descending: this.descending,
      first: this.first,
      count: this.count,
    };
  }

  /** Asks for the window that is looked at. */
  look(now: number) {
    this.#asking.ask({ query: this.query(now), serial: this.serial });
  }

  /** Asks how many follow-ups are due. */
  countDue(now: number) {
    this.#counting.ask({ ...nothingFiltered, followUpUntil: dayAt(now), count: 0 });
  }

  /** Asks what was done this month with an agent. */
  askUsage(agentId: string) {
    this.#using.ask(agentId);
  }

  /** Writes down what the supervisor made of a coaching; gives back why not. */
  async debrief(debrief: NewDebrief): Promise<Fault | null> {
    try {
      const coaching = await this.#host.call('journal.debrief', { debrief });
      this.#take(coaching);
      this.written += 1;
      return null;
    } catch (reason) {
      return asFault(reason);
    }
  }

  #take(coaching: JournalCoaching) {
    if (this.opened?.session === coaching.session) this.opened = coaching;
    if (!this.page) return;
    const rows = this.page.rows.map((row) => (row.session === coaching.session ? coaching : row));
    this.page = { ...this.page, rows };
  }

  async #find({ query, serial }: { query: JournalQuery; serial: number }): Promise<void> {
    try {
      const page = await this.#host.call('journal.find', { query });
      this.page = page;
      this.tags = page.tags.map(({ tag }) => tag);
      this.opened = page.rows.find(({ session }) => session === this.opened?.session) ?? this.opened;
      this.answered = serial;
      this.fault = null;
    } catch (reason) {
      this.fault = asFault(reason);
    }
  }

  async #use(agentId: string): Promise<void> {
    this.usage = await this.#host.call('journal.usage', { agentIds: [agentId] });
  }

  async #count(query: JournalQuery): Promise<void> {
    const { total, tags } = await this.#host.call('journal.find', { query });
    this.due = total;
    this.tags = tags.map(({ tag }) => tag);
  }
}

/** The question for everything, the newest first. */
const nothingFiltered: JournalQuery = {
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

/** From when until when. */
function span({ time, from, until }: Filters, now: number): Pick<JournalQuery, 'from' | 'until'> {
  if (time === 'days') return { from: startOfDay(from), until: endOfDay(until) };
  const back = BACK[time];
  return { from: back === undefined ? null : startOfDay(dayAfter(now, -back)), until: null };
}
