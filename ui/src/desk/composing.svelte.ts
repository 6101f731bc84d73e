/**
 * What the supervisor writes in one session: two texts that never meet. Each remembers who read us when it was
 * begun; if that changes while it stands there, it is locked until the supervisor has taken note.
 */
import type { Fault, Readership, SessionView, UnsentView, WrittenCommand } from '../host/types.gen';
import { asFault } from '../host/host';
import { isOver } from '../words/written';

/** The longest text the contact centre takes. */
export const LONGEST = 4000;
/** So long without a key, and the supervisor does not type any more. */
const IDLE_MS = 5000;

export type Composer = 'whisper' | 'public';

/** Why nothing can be written or sent now; the text stays. */
export type Lock =
  | { why: 'over' }
  | { why: 'offline' }
  | { why: 'notOffered' }
  | { why: 'readersChanged'; from: Readership; to: Readership };

/** Half of a character can neither be sent nor written to disk. */
const halved: Fault = {
  code: 'text_not_sendable',
  message: 'The text holds half a character, which cannot be sent.',
  hint: 'It often comes with a paste: write that part by hand.',
};

/** How a command for a session goes out; rejects with a `Fault`. */
export type Give = (command: WrittenCommand) => Promise<unknown>;
/** Keeps a draft. */
export type Keep = (composer: Composer, text: string) => void;

/** One of the two texts of a session. */
export class Text {
  text = $state('');
  /** Who read us when this was begun, or when the supervisor last took note; none while there is no text. */
  seen = $state<Readership | null>(null);
  /** Why the last try was not taken. */
  fault = $state.raw<Fault | null>(null);
  /** Whether it is being handed over just now. */
  sending = $state(false);
  /** Names the text: the same until it is changed or taken, so that a second press sends nothing twice. */
  #sendId: string | null = null;

  constructor(
    readonly composer: Composer,
    readonly keep: Keep,
  ) {}

  get length(): number {
    return [...this.text].length;
  }

  /** The supervisor wrote. */
  write(text: string, readership: Readership) {
    if (text === this.text) return;
    this.seen = text === '' ? null : (this.seen ?? readership);
    this.#become(text);
  }

  /** A draft came back, maybe with more behind it. What was written meanwhile counts more. */
  restore(text: string) {
    if (text.startsWith(this.text)) this.text = text;
  }

  /** The text is on screen: from now on a change of readers is noticed. */
  show(readership: Readership) {
    if (this.text !== '' && this.seen === null) this.seen = readership;
  }

  /** The supervisor knows who reads now. */
  acknowledge(readership: Readership) {
    this.seen = this.text === '' ? null : readership;
  }

  clear() {
    this.seen = null;
    this.#become('');
  }

  /** Hands the text over; what is not taken stays. */
  async hand(give: (text: string, sendId: string) => Promise<unknown>): Promise<boolean> {
    if (this.sending || this.text.trim() === '') return false;
    const handed = this.text;
    if (!handed.isWellFormed()) {
      this.fault = halved;
      return false;
    }
    this.#sendId ??= crypto.randomUUID();
    this.sending = true;
    this.fault = null;
    try {
      await give(handed, this.#sendId);
      this.#taken(handed);
      return true;
    } catch (reason) {
      this.fault = asFault(reason);
      return false;
    } finally {
      this.sending = false;
    }
  }

  /** The text was taken; what was written behind it meanwhile is a text of its own. */
  #taken(handed: string) {
    if (!this.text.startsWith(handed)) return;
    if (this.text === handed) this.clear();
    else this.#become(this.text.slice(handed.length));
  }

  #become(text: string) {
    this.text = text;
    this.fault = null;
    this.#sendId = null;
    this.keep(this.composer, text.toWellFormed());
  }
}

/** Both texts of a session, which of them is in front, and whether we type. */
export class Composing {
  /** Whispering is where everything begins. */
  front = $state<Composer>('whisper');
  readonly whisper: Text;
  readonly public: Text;
  #typing: { composer: Composer; seen: Readership } | null = null;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly session: string,
    readonly give: Give,
    keep: Keep,
  ) {
    this.whisper = new Text('whisper', keep);
    this.public = new Text('public', keep);
  }

  of(composer: Composer): Text {
    return composer === 'whisper' ? this.whisper : this.public;
  }

  /** Brings a composer to the front, on the supervisor's own word only. The texts stay where they are. */
  take(composer: Composer) {
    if (composer === this.front) return;
    this.rest();
    this.front = composer;
  }

  /** Sends a whisper. Nothing else in this page makes this command. */
  sendWhisper(session: SessionView, live: boolean): Promise<boolean> {
    const text = this.whisper;
    if (lockOf(text, session, live) || text.length > LONGEST) return Promise.resolve(false);
    const seen = text.seen ?? session.readership;
    this.rest();
    return text.hand((words, sendId) =>
      this.give({ kind: 'whisper', session: this.session, text: words, seen, sendId }),
    );
  }

  /** Sends to everybody. Only from the composer for that, and only while everybody reads. */
  sendToEveryone(session: SessionView, live: boolean): Promise<boolean> {
    const text = this.public;
    const seen = text.seen ?? session.readership;
    if (this.front !== 'public' || seen !== 'Everyone') return Promise.resolve(false);
    if (lockOf(text, session, live) || text.length > LONGEST) return Promise.resolve(false);
    this.rest();
    return text.hand((words, sendId) =>
      this.give({ kind: 'sendToEveryone', session: this.session, text: words, seen, sendId }),
    );
  }

  /** Puts a text that was not sent back where it came from: a whisper never becomes public. */
  putBack(unsent: UnsentView, readership: Readership) {
    const text = this.of(unsent.public ? 'public' : 'whisper');
    text.write(text.text === '' ? unsent.text : `${text.text}\n${unsent.text}`, readership);
  }

  /** A key was pressed in a composer: those who would read the text are told once, until it rests. */
  type(composer: Composer, session: SessionView) {
    const seen = this.of(composer).seen ?? session.readership;
    if (this.of(composer).text === '') return this.rest();
    if (this.#typing && this.#typing.composer !== composer) this.rest();
    if (!this.#typing) {
      this.#typing = { composer, seen };
      this.#tell(true);
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.rest(), IDLE_MS);
  }

  /** Nobody types any more. */
  rest() {
    clearTimeout(this.#idle);
    if (!this.#typing) return;
    this.#tell(false);
    this.#typing = null;
  }

  #tell(typing: boolean) {
    if (!this.#typing) return;
    const { composer, seen } = this.#typing;
    // Nobody waits for this word, and a refusal of it changes nothing for the supervisor.
    this.give({ kind: 'typing', session: this.session, public: composer === 'public', typing, seen }).catch(
      () => undefined,
    );
  }
}

/** What stands against writing and sending; null where nothing does. */
export function lockOf(text: Text, session: SessionView, live: boolean): Lock | null {
  if (isOver(session)) return { why: 'over' };
  if (!live) return { why: 'offline' };
  const offered = text.composer === 'whisper' ? session.acts.whisper : session.acts.public;
  if (!offered) return { why: 'notOffered' };
  if (text.composer === 'public' && session.readership !== 'Everyone') return { why: 'notOffered' };
  if (text.seen !== null && text.seen !== session.readership)
    return { why: 'readersChanged', from: text.seen, to: session.readership };
  return null;
}
