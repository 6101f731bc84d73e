/**
 * A host without Rust, for tests and for looking at every state of the window. It plays a scene, answers what the
 * roster asks, and keeps a record of what was called. It is no simulation: what happens next the test says.
 */
import type { Answer, Arguments, CommandName, Host } from '../host/host';
import type { AgentRow, Fault, Message, Patch, Preferences, ProfileList, RosterQuery, View } from '../host/types.gen';

export interface Call {
  name: CommandName;
  args: unknown;
}

export class FakeHost implements Host {
  readonly calls: Call[] = [];
  /** Faults to reject with, by command. */
  readonly faults: Partial<Record<CommandName, Fault>> = {};
  /** Answers other than the usual ones, by command. */
  readonly answers: Partial<Record<CommandName, unknown>> = {};
  preferences: Preferences = { theme: 'system', pane: 400, mode: 'NextCall', scope: 'Agent' };
  profiles: ProfileList = { profiles: [], remembered: [], keychain: true, notices: [] };
  /** How many subscriptions were opened. */
  subscriptions = 0;
  #revision = 0;
  #onMessage: ((message: Message) => void) | null = null;

  constructor(
    public view: View,
    public rows: AgentRow[] = [],
    /** Whether the roster answers by itself. */
    public answering = true,
    public now: () => number = Date.now,
  ) {}

  async call<C extends CommandName>(name: C, args: Arguments<C>): Promise<Answer<C>> {
    this.calls.push({ name, args: structuredClone(args) });
    const fault = this.faults[name];
    if (fault) throw fault;
    if (name === 'desk.look' && this.answering) this.#showRows((args as Arguments<'desk.look'>).query);
    return this.#answer(name, args) as Answer<C>;
  }

  subscribe(onMessage: (message: Message) => void): () => void {
    this.subscriptions += 1;
    this.#onMessage = onMessage;
    queueMicrotask(() => {
      if (this.#onMessage === onMessage) this.snapshot();
    });
    return () => {
      if (this.#onMessage === onMessage) this.#onMessage = null;
    };
  }

  /** What was asked by a command, the oldest first. */
  argsOf<C extends CommandName>(name: C): Arguments<C>[] {
    return this.calls.filter((call) => call.name === name).map((call) => call.args as Arguments<C>);
  }

  snapshot() {
    this.#revision += 1;
    this.send({ ...this.view, from: 0, to: this.#revision, now: this.now() });
  }

  /** Changes sections of the view and sends them. */
  change(sections: Partial<View> & Pick<Patch, 'roster'>) {
    const { roster: _, ...view } = sections;
    this.view = { ...this.view, ...view };
    this.send({ ...sections, from: this.#revision, to: ++this.#revision, now: this.now() });
  }

  send(patch: Patch) {
    this.#onMessage?.({ kind: 'patch', patch });
  }

  askToClose() {
    this.#onMessage?.({ kind: 'closeAsked' });
  }

  #answer(name: CommandName, args: unknown): unknown {
    if (name in this.answers) return this.answers[name];
    switch (name) {
      case 'profiles.list':
        return this.profiles;
      case 'profiles.save':
        return (args as Arguments<'profiles.save'>).profile;
      case 'profiles.check_address':
        return { baseUrl: (args as Arguments<'profiles.check_address'>).address, warning: null };
      case 'frame.preferences':
        return this.preferences;
      default:
        return null;
    }
  }

  #showRows(query: RosterQuery) {
    const word = query.text.trim().toLowerCase();
    const matching = this.rows.filter(
      (row) =>
        `${row.name} ${row.number} ${row.group}`.toLowerCase().includes(word) &&
        (query.states.length === 0 || query.states.includes(row.state.kind)) &&
        (query.groups.length === 0 || query.groups.includes(row.group)),
    );
    matching.sort((one, other) => one.name.localeCompare(other.name) * (query.descending ? -1 : 1));
    this.change({
      roster: {
        serial: query.serial,
        matching: matching.length,
        first: query.first,
        rows: matching.slice(query.first, query.first + query.count),
        selected: this.rows.find(({ id }) => id === query.selected) ?? null,
      },
    });
  }
}
