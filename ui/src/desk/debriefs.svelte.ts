/**
 * Debriefs that are being given: the coachings that are over and wait for a word, a short queue that never nags, and what was
 * begun and not saved. That is kept as any text that was begun, and is there again after the window was closed.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { CoachingEnded, Debrief, Fault, NewDebrief } from '../host/types.gen';
import { DebriefDraft } from './debrief.svelte';
import { coachingOf, debriefText, type Drafts } from './drafts.svelte';
import type { Journal } from './journal.svelte';

/** Older ones are left to the journal. */
const MOST = 20;

interface Waiting {
  readonly ended: CoachingEnded;
  readonly draft: DebriefDraft;
}

export class Debriefs {
  #waiting = $state.raw<readonly Waiting[]>([]);
  saving = $state(false);
  fault = $state.raw<Fault | null>(null);
  readonly #journal: Journal;
  readonly #texts: Drafts;
  /** One for each coaching that something is, or may be, said about. */
  readonly #drafts = new SvelteMap<string, DebriefDraft>();
  /** Whose they are. */
  #owner = $state('');
  // What was said of a coaching that goes on: said again, it is corrected. Nothing on screen hangs on it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #said = new Map<string, NewDebrief>();
  // The coachings whose draft is open in the journal. Nothing on screen hangs on it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #open = new Set<string>();
  // What was given to be kept last, by coaching. Nothing on screen hangs on it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #kept = new Map<string, string>();

  constructor(journal: Journal, texts: Drafts) {
    this.#journal = journal;
    this.#texts = texts;
  }

  /** The one that is asked about: the oldest. */
  current = $derived.by<Waiting | null>(() => this.#waiting[0] ?? null);

  /** How many wait behind it. */
  behind = $derived.by(() => Math.max(0, this.#waiting.length - 1));

  /** How many were begun and are not saved. */
  begun = $derived.by(() => [...this.#drafts.values()].filter(({ changed }) => changed).length);

  /** Why what was begun could not be kept. */
  get notKept(): Fault | null {
    return this.#texts.fault;
  }

  /** Whether something was begun about a coaching and not saved. */
  isBegun(session: string): boolean {
    return this.#drafts.get(session)?.changed ?? false;
  }

  /** What is being said about a coaching of the journal, which is open there from now on. */
  open(session: string, debrief: Debrief | null): DebriefDraft {
    this.#open.add(session);
    const known = this.#drafts.get(session);
    if (known && debrief) known.writtenDown(debrief);
    return known ?? this.#begin(session, debrief);
  }

  /** It is not open in the journal any more: what was begun about it stays. */
  close(session: string) {
    this.#open.delete(session);
    this.#tidy(session);
  }

  ended(ended: CoachingEnded) {
    const { session } = ended;
    const draft = this.#drafts.get(session) ?? this.#begin(session, this.#said.get(session) ?? null);
    const next = { ended, draft };
    const known = this.#waiting.some((each) => each.draft === draft);
    this.#waiting = known
      ? this.#waiting.map((each) => (each.draft === draft ? next : each))
      : [...this.#waiting, next];
    if (this.#waiting.length > MOST) this.drop(this.#waiting[0]!.draft.session);
  }

  /** Writes down what was said; gives back why not. */
  async save(draft: DebriefDraft): Promise<Fault | null> {
    const debrief = draft.toSend();
    const fault = await this.#journal.debrief(debrief);
    if (!fault) draft.writtenDown(debrief);
    return fault;
  }

  /** Puts the current one off: what was said about it is written down, if anything was. */
  async done(): Promise<void> {
    const { current } = this;
    if (!current || this.saving) return;
    const { ended, draft } = current;
    if (draft.changed) {
      const debrief = draft.toSend();
      this.saving = true;
      this.fault = await this.save(draft);
      this.saving = false;
      if (this.fault) return;
      this.#said.set(draft.session, debrief);
    }
    if (!ended.goesOn) this.#said.delete(draft.session);
    this.drop(draft.session);
  }

  /** Asks no more about a coaching. */
  drop(session: string) {
    this.fault = null;
    this.#waiting = this.#waiting.filter(({ draft }) => draft.session !== session);
    this.#tidy(session);
  }

  /** Brings back what this user had begun. What another user was asked about is left to the journal. */
  async restore(owner: string): Promise<void> {
    if (owner === this.#owner) return;
    if (this.#owner !== '') this.#forget();
    this.#owner = owner;
    const texts = await this.#texts.list();
    if (owner !== this.#owner) return;
    for (const kept of texts) {
      const session = coachingOf(kept);
      const draft = session === null ? null : DebriefDraft.kept(session, kept.text);
      if (session === null || !draft || this.#drafts.has(session)) continue;
      this.#kept.set(session, kept.text);
      this.#drafts.set(session, draft);
    }
  }

  /** Keeps what this user has begun, as far as it has changed. */
  keep(owner: string) {
    if (owner !== this.#owner) return;
    for (const [session, draft] of this.#drafts) this.#hand(session, draft.changed ? draft.toKeep() : '');
    for (const session of [...this.#kept.keys()]) if (!this.#drafts.has(session)) this.#hand(session, '');
  }

  /** Forgets a draft that says nothing new and is shown nowhere. */
  #tidy(session: string) {
    const waits = this.#waiting.some(({ draft }) => draft.session === session);
    if (!waits && !this.#open.has(session) && !this.isBegun(session)) this.#drafts.delete(session);
  }

  #begin(session: string, debrief: Debrief | NewDebrief | null): DebriefDraft {
    const draft = new DebriefDraft(session, debrief);
    this.#drafts.set(session, draft);
    return draft;
  }

  #hand(session: string, text: string) {
    if ((this.#kept.get(session) ?? '') === text) return;
    if (text === '') this.#kept.delete(session);
    else this.#kept.set(session, text);
    this.#texts.keep(debriefText(session, text));
  }

  #forget() {
    this.#waiting = [];
    this.#drafts.clear();
    this.#said.clear();
    this.#kept.clear();
  }
}
