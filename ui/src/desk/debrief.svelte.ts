/** What is being said about one coaching: there is one draft of it, wherever it is shown. */
import type { CoachingEffect, Debrief, NewDebrief, NextStep, Uptake } from '../host/types.gen';

/** What a debrief says. */
type Said = Omit<NewDebrief, 'session'>;

const nothing: Said = { uptake: null, effect: null, nextStep: null, tags: [], note: null, followUp: null };

export class DebriefDraft {
  uptake = $state<Uptake | null>(null);
  effect = $state<CoachingEffect | null>(null);
  nextStep = $state<NextStep | null>(null);
  tags = $state.raw<readonly string[]>([]);
  note = $state('');
  /** The day to come back to it; empty for none. */
  followUp = $state('');
  readonly session: string;
  /** What is written down already. */
  #before = $state.raw<Said>(nothing);

  constructor(session: string, debrief: Said | null = null) {
    this.session = session;
    this.writtenDown(debrief ?? nothing);
  }

  /** One that was kept; null where that cannot be read. */
  static kept(session: string, text: string): DebriefDraft | null {
    try {
      const { before, said } = JSON.parse(text) as { before: Said; said: Said };
      const draft = new DebriefDraft(session, before);
      draft.#say(said);
      return draft;
    } catch {
      return null;
    }
  }

  /** Whether it says something else than what is written down already. No `$derived`: a draft outlives who made it. */
  get changed(): boolean {
    return JSON.stringify(this.#said()) !== JSON.stringify(this.#before);
  }

  /** This is what is written down now. What was begun and says something else stays. */
  writtenDown(debrief: Said | Debrief) {
    const begun = this.changed;
    this.#before = saidOnly(debrief);
    if (!begun) this.#say(this.#before);
  }

  toSend(): NewDebrief {
    return { session: this.session, ...this.#said() };
  }

  /** As a text to be kept. */
  toKeep(): string {
    return JSON.stringify({ before: this.#before, said: this.#said() });
  }

  #said(): Said {
    const { uptake, effect, nextStep, tags, note, followUp } = this;
    return saidOnly({
      uptake,
      effect,
      nextStep,
      tags: [...tags],
      note: note.trim() || null,
      followUp: followUp || null,
    });
  }

  #say({ uptake, effect, nextStep, tags, note, followUp }: Said) {
    this.uptake = uptake;
    this.effect = effect;
    this.nextStep = nextStep;
    this.tags = [...tags];
    this.note = note ?? '';
    this.followUp = followUp ?? '';
  }
}

/** Always in one order, so that two that say the same are the same text. */
function saidOnly({ uptake, effect, nextStep, tags, note, followUp }: Said): Said {
  return { uptake, effect, nextStep, tags, note, followUp };
}
