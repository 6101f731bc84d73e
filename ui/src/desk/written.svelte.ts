/** Written sessions as this window has them in hand: which one is open, and what is being written where. */
import type { Host } from '../host/host';
import type { ArmedView, SessionView, WrittenCommand, WrittenOrder } from '../host/types.gen';
import { Canned } from './canned.svelte';
import { Composing } from './composing.svelte';
import { coachingOf, Drafts } from './drafts.svelte';
import type { Arrival } from './follow';

/** A kept text whose session is not on the board any more. */
export interface Leftover {
  session: string;
  public: boolean;
  text: string;
}

export class Written {
  /** The session that is open beside the board. */
  opened = $state<string | null>(null);
  /** Which of the two the narrower window shows. */
  side = $state<'agent' | 'sms'>('agent');
  /** The session that came last, for those who hear the screen. */
  arrival = $state.raw<Arrival | null>(null);
  readonly drafts: Drafts;
  readonly canned: Canned;
  readonly #host: Host;
  // Made where it is first asked for, also while something is being drawn; what it holds is watched, not the list.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #composing = new Map<string, Composing>();
  /** Counts the times drafts came back. */
  #restored = $state(0);
  #owner = '';
  /** The drafts have come back since the sign-in. */
  #asked = false;

  constructor(host: Host) {
    this.#host = host;
    this.drafts = new Drafts(host);
    this.canned = new Canned(host);
  }

  open(key: string) {
    if (this.opened !== key) this.#rest();
    this.opened = key;
    this.side = 'sms';
  }

  close() {
    this.#rest();
    this.opened = null;
  }

  /** What is written in a session. */
  composing(key: string): Composing {
    const known = this.#composing.get(key);
    if (known) return known;
    const made = new Composing(
      key,
      (command) => this.give(command),
      (composer, text) => this.drafts.keep({ session: key, public: composer === 'public', text }),
    );
    this.#composing.set(key, made);
    return made;
  }

  /** The board is gone: texts that were not sent are among the drafts when somebody signs in again. */
  signedOut() {
    this.#asked = false;
  }

  /** Brings the kept drafts of this user back, once for each sign-in. */
  async restore(owner: string): Promise<void> {
    if (owner === this.#owner && this.#asked) return;
    if (owner !== this.#owner && this.#owner !== '') {
      this.#composing.clear();
      this.opened = null;
    }
    this.#owner = owner;
    this.#asked = true;
    const texts = (await this.drafts.list()).filter((draft) => coachingOf(draft) === null);
    for (const { session, public: isPublic, text } of texts)
      this.composing(session)
        .of(isPublic ? 'public' : 'whisper')
        .restore(text);
    this.#restored += 1;
  }

  /** Texts whose session is gone: they can still be copied. */
  leftovers(sessions: readonly SessionView[]): Leftover[] {
    void this.#restored;
    const known = sessions.map(({ key }) => key);
    return [...this.#composing.values()]
      .filter(({ session }) => !known.includes(session))
      .flatMap(({ session, whisper, public: open }) =>
        [whisper, open]
          .filter(({ text }) => text !== '')
          .map(({ composer, text }) => ({ session, public: composer === 'public', text })),
      );
  }

  give(command: WrittenCommand): Promise<null> {
    return this.#host.call('desk.order', { command: { kind: 'written', command } });
  }

  #rest() {
    if (this.opened !== null) this.#composing.get(this.opened)?.rest();
  }
}

/** What to ask for so that an agent is armed as before. */
export function sameAgain({ agentId, medium, act, extent, nickname }: ArmedView): WrittenOrder {
  return { agentId, medium, act, ...(extent && { extent }), ...(nickname && { nickname }) };
}

/** What one key arms again where nothing was forgotten: what was refused. */
export function refused(armed: readonly ArmedView[]): ArmedView[] {
  return armed.filter(({ again, phase }) => again && phase === 'Refused');
}
