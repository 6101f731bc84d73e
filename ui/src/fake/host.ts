/**
 * A host without Rust, for tests and for looking at every state of the window. It plays a scene, answers what the
 * roster asks, and keeps a record of what was called. It is no simulation: what happens next the test says.
 */
import type { Answer, Arguments, CommandName, Host } from '../host/host';
import { aboutOf } from '../desk/reasons.svelte';
import type {
  Act,
  AgentRow,
  BundleFile,
  CannedLibrary,
  CoachingEnded,
  Command,
  DoctorReport,
  Draft,
  Fault,
  LastRun,
  LineView,
  Message,
  Patch,
  PolicyView,
  Preferences,
  ProfileList,
  ReasonsView,
  RosterQuery,
  TranscriptPatch,
  View,
} from '../host/types.gen';
import { bundleFiles, healthyReport } from './support';
import { noPolicy } from '../desk/policy.svelte';
import { defaults } from '../desk/preferences.svelte';
import { FakeJournal } from './journal';

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
  preferences: Preferences = { ...defaults };
  profiles: ProfileList = { profiles: [], remembered: [], keychain: true, notices: [] };
  drafts: Draft[] = [];
  canned: CannedLibrary = { own: [], managed: [] };
  readonly journal = new FakeJournal();
  lastRun: LastRun = { kind: 'clean' };
  report: DoctorReport = healthyReport;
  bundle: BundleFile[] = bundleFiles;
  /** Transcripts by session: told when the session is opened. */
  transcripts: Record<string, LineView[]> = {};
  /** A session that is opened right after the first snapshot, as if its notice had been clicked. */
  opens: string | null = null;
  /** Coachings that are told as over right after the first snapshot. */
  ended: CoachingEnded[] = [];
  /** Acts the organisation wants a reason for, and what can be chosen from. */
  wantsReason: Act[] = [];
  reasons: ReasonsView | null = null;
  /** What the organisation manages. */
  policy: PolicyView = noPolicy;
  /** Whether the board goes on by itself, twenty messages a second, for looking at it. */
  lively = false;
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
    if (name === 'desk.order') this.#wantReason((args as Arguments<'desk.order'>).command);
    if (name === 'desk.look' && this.answering) this.#showRows((args as Arguments<'desk.look'>).query);
    if (name === 'desk.open') this.#showTranscript((args as Arguments<'desk.open'>).session);
    return this.#answer(name, args) as Answer<C>;
  }

  subscribe(onMessage: (message: Message) => void): () => void {
    this.subscriptions += 1;
    this.#onMessage = onMessage;
    queueMicrotask(() => {
      if (this.#onMessage !== onMessage) return;
      this.snapshot();
      if (this.lively) this.#goOn();
      for (const ended of this.ended) this.tell({ kind: 'coachingEnded', ended });
      if (this.opens !== null) this.tell({ kind: 'openSession', session: this.opens });
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
    const { sessions, ...view } = this.view;
    const board = { order: sessions.map(({ key }) => key), changed: sessions };
    this.send({ ...view, board, from: 0, to: this.#revision, now: this.now() });
  }

  /** Changes sections of the view and sends them; of the board only the sessions that are not the same. */
  change(sections: Partial<View> & Pick<Patch, 'roster' | 'transcript'>) {
    const { roster, transcript, sessions, ...view } = sections;
    const known = new Set(this.view.sessions);
    this.view = { ...this.view, ...view, ...(sessions && { sessions }) };
    this.send({
      ...view,
      ...(roster && { roster }),
      ...(transcript && { transcript }),
      ...(sessions && {
        board: {
          order: sessions.map(({ key }) => key),
          changed: sessions.filter((session) => !known.has(session)),
        },
      }),
      from: this.#revision,
      to: ++this.#revision,
      now: this.now(),
    });
  }

  /** Tells a message that is no patch. */
  tell(message: Message) {
    this.#onMessage?.(message);
  }

  send(patch: Patch) {
    this.#onMessage?.({ kind: 'patch', patch });
  }

  askToClose() {
    this.#onMessage?.({ kind: 'closeAsked' });
  }

  /** Twenty messages a second, over all sessions in turn; the one that got a message comes first. */
  #goOn() {
    let count = 0;
    setInterval(() => {
      count += 1;
      const { sessions } = this.view;
      const got = sessions[(count * 7) % sessions.length]!;
      const message: LineView = {
        id: 1000 + count,
        kind: count % 3 === 0 ? 'Agent' : 'Customer',
        readers: 'Everyone',
        from: count % 3 === 0 ? got.agentName : got.customer,
        text: `Message ${count}: is the second charge still there?`,
        url: null,
        at: this.now(),
      };
      const changed = {
        ...got,
        last: [...got.last, message].slice(-3),
        unread: got.unread + 1,
        waitingSince: this.now(),
      };
      const transcript = this.transcripts[got.key];
      if (transcript) transcript.push(message);
      const open = this.argsOf('desk.open').at(-1)?.session === got.key && transcript;
      this.change({
        sessions: [changed, ...sessions.filter((session) => session !== got)],
        ...(open && {
          transcript: {
            session: got.key,
            from: transcript.length - 1,
            lines: [message],
            reading: false,
            problem: null,
          },
        }),
      });
    }, 50);
  }

  #wantReason(command: Command) {
    const { act } = aboutOf(command);
    if (!act || !this.wantsReason.includes(act) || JSON.stringify(command).includes('"reason"')) return;
    throw { code: 'reason_missing', message: 'Your organisation wants a reason for this.' } satisfies Fault;
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
      case 'drafts.list':
        return this.drafts;
      case 'canned.list':
        return this.canned;
      case 'canned.save':
        this.canned = { ...this.canned, own: (args as Arguments<'canned.save'>).groups };
        return this.canned;
      case 'canned.import':
        this.canned = {
          ...this.canned,
          own: [...this.canned.own, ...(JSON.parse((args as Arguments<'canned.import'>).text) as CannedLibrary['own'])],
        };
        return this.canned;
      case 'canned.export':
        return '/home/sam/Documents/sotto-whispers.json';
      case 'support.last_run':
        return this.lastRun;
      case 'support.log_level':
        return 'info';
      case 'support.examine':
        for (const check of this.report.checks) this.tell({ kind: 'checked', check });
        return { report: this.report, text: 'Sotto on linux: gws.example.org' };
      case 'support.bundle':
        return this.bundle;
      case 'support.bundle_text':
        return { text: '\n2026-11-22T04:31:00Z  INFO sotto: the end of the log\n', next: null };
      case 'support.save_bundle':
        return '/home/sam/Downloads/sotto-support.zip';
      case 'settings.export':
        return '/home/sam/Downloads/sotto-settings.json';
      case 'settings.import':
        return { preferences: { ...defaults, theme: 'dark' }, added: 1, replaced: 0, leftOut: [] };
      case 'settings.policy':
        return { ...this.policy, reasons: this.reasons };
      case 'journal.find':
        return this.journal.find((args as Arguments<'journal.find'>).query);
      case 'journal.history':
        return this.journal.history((args as Arguments<'journal.history'>).session);
      case 'journal.debrief':
        return this.journal.debrief((args as Arguments<'journal.debrief'>).debrief, this.now());
      case 'journal.verify':
        return this.journal.check;
      case 'journal.export': {
        const { format, query } = args as Arguments<'journal.export'>;
        return this.journal.export(format, query);
      }
      case 'journal.coverage':
        return this.journal.coverage(
          (args as Arguments<'journal.coverage'>).question,
          this.now(),
          this.rows.map(({ id, name }) => ({ id, name })),
        );
      case 'journal.usage':
        return this.journal.usage;
      default:
        return null;
    }
  }

  #showTranscript(key: string | null) {
    const lines = key === null ? undefined : this.transcripts[key];
    if (key === null || !lines) return;
    const transcript: TranscriptPatch = { session: key, from: 0, lines, reading: false, problem: null };
    queueMicrotask(() => this.change({ transcript }));
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
