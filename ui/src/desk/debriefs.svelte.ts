/** The coachings that are over and wait for a word about them: a short queue, lost with the window, never nagging. */
import type { CoachingEffect, CoachingEnded, Debrief, Fault, NewDebrief, NextStep, Uptake } from '../host/types.gen';
import type { Journal } from './journal.svelte';

/** Older ones are left to the journal. */
const MOST = 20;

/** What is being said about one coaching. */
export class DebriefDraft {
  uptake = $state<Uptake | null>(null);
  effect = $state<CoachingEffect | null>(null);
  nextStep = $state<NextStep | null>(null);
  tags = $state.raw<readonly string[]>([]);
  note = $state('');
  /** The day to come back to it; empty for none. */
  followUp = $state('');
  readonly session: string;
  readonly #before: string;

  constructor(session: string, debrief: Debrief | NewDebrief | null = null) {
    this.session = session;
    if (debrief) {
      this.uptake = debrief.uptake;
      this.effect = debrief.effect;
      this.nextStep = debrief.nextStep;
      this.tags = debrief.tags;
      this.note = debrief.note ?? '';
      this.followUp = debrief.followUp ?? '';
    }
    this.#before = JSON.stringify(this.toSend());
  }

  /** Whether it says something else than what is written down already. */
  changed = $derived.by(() => JSON.stringify(this.toSend()) !== this.#before);

  toSend(): NewDebrief {
    const { session, uptake, effect, nextStep, tags, note, followUp } = this;
    return {
      session,
      uptake,
      effect,
      nextStep,
      tags: [...tags],
      note: note.trim() || null,
      followUp: followUp || null,
    };
  }
}

interface Waiting {
  readonly ended: CoachingEnded;
  readonly draft: DebriefDraft;
}

export class Debriefs {
  #waiting = $state.raw<readonly Waiting[]>([]);
  saving = $state(false);
  fault = $state.raw<Fault | null>(null);
  readonly #journal: Journal;
  // What was said of a coaching that goes on: said again, it is corrected. Nothing on screen hangs on it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #said = new Map<string, NewDebrief>();

  // What was begun in the journal and not saved, by coaching. Nothing on screen hangs on it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #begun = new Map<string, DebriefDraft>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** The one that is asked about: the oldest. */
  current = $derived.by<Waiting | null>(() => this.#waiting[0] ?? null);

  /** How many wait behind it. */
  behind = $derived.by(() => Math.max(0, this.#waiting.length - 1));

  ended(ended: CoachingEnded) {
    const known = this.#waiting.find(({ draft }) => draft.session === ended.session);
    const next = { ended, draft: known?.draft ?? new DebriefDraft(ended.session, this.#said.get(ended.session)) };
    this.#waiting = known
      ? this.#waiting.map((each) => (each === known ? next : each))
      : [...this.#waiting, next].slice(-MOST);
  }

  /** Puts the current one off: what was said about it is kept, if anything was. */
  async done(): Promise<void> {
    const { current } = this;
    if (!current || this.saving) return;
    const { session, changed } = current.draft;
    if (changed) {
      const debrief = current.draft.toSend();
      this.saving = true;
      this.fault = await this.#journal.debrief(debrief);
      this.saving = false;
      if (this.fault) return;
      this.#said.set(session, debrief);
    }
    if (!current.ended.goesOn) this.#said.delete(session);
    this.drop(session);
  }

  /** Keeps what was begun about a coaching until its history is opened again. */
  putAside(draft: DebriefDraft) {
    if (draft.changed) this.#begun.set(draft.session, draft);
  }

  /** What was begun about a coaching. */
  takeUp(session: string): DebriefDraft | null {
    const draft = this.#begun.get(session) ?? null;
    this.#begun.delete(session);
    return draft;
  }

  /** Asks no more about a coaching. */
  drop(session: string) {
    this.fault = null;
    this.#waiting = this.#waiting.filter(({ draft }) => draft.session !== session);
  }
}
