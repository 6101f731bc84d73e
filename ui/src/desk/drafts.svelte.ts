/**
 * Texts that were begun and not sent, and debriefs that were begun and not saved: kept by Rust a moment after the last key,
 * and given back at the next start.
 */
import type { Host } from '../host/host';
import { asFault } from '../host/host';
import type { Draft, Fault } from '../host/types.gen';

const KEEP_AFTER_MS = 400;
/** Tells a debrief from the text of a written session: before the name of the coaching. */
const DEBRIEF = 'debrief:';

/** A debrief as a text to be kept; an empty one takes it away. */
export function debriefText(coaching: string, text: string): Draft {
  return { session: `${DEBRIEF}${coaching}`, public: false, text };
}

/** The coaching a kept text is a debrief of; null where it is the text of a session. */
export function coachingOf({ session }: Draft): string | null {
  return session.startsWith(DEBRIEF) ? session.slice(DEBRIEF.length) : null;
}

export class Drafts {
  /** Why a draft could not be kept. */
  fault = $state.raw<Fault | null>(null);
  readonly #host: Host;
  // Nothing on screen hangs on it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #waiting = new Map<string, { draft: Draft; timer: ReturnType<typeof setTimeout> }>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** What was kept; nothing where it cannot be read. */
  async list(): Promise<Draft[]> {
    try {
      return (await this.#host.call('drafts.list', {})) ?? [];
    } catch (reason) {
      this.fault = asFault(reason);
      return [];
    }
  }

  keep(draft: Draft) {
    const name = `${draft.session}\n${draft.public}`;
    clearTimeout(this.#waiting.get(name)?.timer);
    const timer = setTimeout(() => {
      this.#waiting.delete(name);
      void this.#write(draft);
    }, KEEP_AFTER_MS);
    this.#waiting.set(name, { draft, timer });
  }

  /** Keeps at once what waits. */
  flush() {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { draft, timer } of waiting) {
      clearTimeout(timer);
      void this.#write(draft);
    }
  }

  async #write(draft: Draft): Promise<void> {
    try {
      await this.#host.call('drafts.keep', { draft });
      this.fault = null;
    } catch (reason) {
      this.fault = asFault(reason);
    }
  }
}
