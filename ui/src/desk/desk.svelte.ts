/** The desk as the components see it: what Rust said, the clock, what we look at, and how to ask for things. */
import { getContext, setContext, untrack } from 'svelte';
import type { Answer, Arguments, CommandName, Host } from '../host/host';
import { asFault } from '../host/host';
import { isInside } from '../words/written';
import type {
  AgentAsked,
  ArmedView,
  CallAct,
  Command,
  DriftLine,
  Fault,
  Order,
  RosterQuery,
  WrittenCommand,
} from '../host/types.gen';
import { Clock } from './clock.svelte';
import { Debriefs } from './debriefs.svelte';
import { follow } from './follow';
import { Journal } from './journal.svelte';
import { LatestOnly } from './latest';
import { Look } from './look.svelte';
import { Mirror } from './mirror.svelte';
import type { Place } from './places';
import { PolicyKeeper } from './policy.svelte';
import { PreferencesKeeper } from './preferences.svelte';
import { because, Reasons } from './reasons.svelte';
import { Support } from './support.svelte';
import { sameAgain, Written } from './written.svelte';

/** What a rejected command was about: its fault is shown there. */
export type Subject = 'session' | 'coaching' | 'calls' | 'me' | 'floor' | 'stream' | 'arming' | 'written' | 'drift';

export class Desk {
  readonly mirror = new Mirror();
  readonly clock = new Clock();
  readonly look = new Look();
  readonly preferences: PreferencesKeeper;
  readonly policy: PolicyKeeper;
  readonly written: Written;
  readonly journal: Journal;
  readonly debriefs: Debriefs;
  readonly reasons: Reasons;
  readonly support: Support;
  /** Faults of commands that were rejected, by what they were about. */
  faults = $state.raw<Partial<Record<Subject, Fault>>>({});
  /** Rust asks whether the window may close. */
  closeAsked = $state(false);
  /** A link asks for an agent: the supervisor is asked before anything moves. */
  agentAsked = $state.raw<AgentAsked | null>(null);
  signOutAsked = $state(false);
  helpOpen = $state(false);
  /** Where in the window the supervisor is. Before signing in the floor is the way in. */
  place = $state<Place>('floor');
  /** The first Esc was pressed: a second one stops. */
  stopPrimed = $state(false);
  readonly #host: Host;
  readonly #asking = new LatestOnly<RosterQuery>((query) => this.#host.call('desk.look', { query }));
  readonly #opening = new LatestOnly<{ session: string | null }>((opened) => this.#host.call('desk.open', opened));
  #unfollow = () => {};

  constructor(host: Host) {
    this.#host = host;
    this.preferences = new PreferencesKeeper(host);
    this.policy = new PolicyKeeper(host);
    this.written = new Written(host);
    this.journal = new Journal(host);
    this.debriefs = new Debriefs(this.journal, this.written.drafts);
    this.reasons = new Reasons(host);
    this.support = new Support(host);
  }

  /** Whether somebody is signed in, so that there is a floor to show. */
  signedIn = $derived.by(() => {
    const { state } = this.mirror.link;
    return state !== 'Offline' && state !== 'SigningIn' && state !== 'SignedOut';
  });

  /** Who is signed in where, to tell what belongs to them; null where nobody is, or it is not known yet. */
  owner = $derived.by(() => {
    const { userName } = this.mirror.me;
    return this.signedIn && userName !== '' ? `${this.mirror.link.server}\n${userName}` : null;
  });

  /** Whether what is on screen is confirmed. */
  live = $derived.by(() => this.mirror.link.state === 'Live');

  /** Whether leaving now would leave something armed or a voice in a call. */
  voiceHot = $derived.by(() => {
    const { phase, audience } = this.mirror.coaching;
    return audience !== 'Nobody' || !['Idle', 'Refused', 'Lost'].includes(phase);
  });

  /** Who is armed for written sessions, as far as anybody can say. */
  armedNow = $derived.by(() =>
    this.mirror.written.armed.filter(({ phase }) => phase !== 'Refused' && phase !== 'Lost'),
  );

  /** The sessions we are in. */
  joined = $derived.by(() => this.mirror.sessions.filter(isInside));

  /** Whether leaving now would leave anything behind that the supervisor should know of. */
  hot = $derived.by(() => this.voiceHot || this.armedNow.length > 0 || this.joined.length > 0);

  /** Follows the desk and keeps Rust told what we look at; gives back how to stop. */
  start(): () => void {
    this.listen();
    void this.policy.load();
    void this.support.load();
    const stopClock = this.clock.start();
    const stopLooking = $effect.root(() => {
      $effect(() => {
        const { query } = this.look;
        if (this.signedIn && this.mirror.snapshots > 0) this.#asking.ask(query);
      });
      $effect(() => {
        const { opened } = this.written;
        if (this.signedIn && this.mirror.snapshots > 0) this.#opening.ask({ session: opened });
      });
      // What was taken off the board is not open any more; what is not on it yet may come.
      let shown: string | null = null;
      $effect(() => {
        const { opened } = this.written;
        const onBoard = this.mirror.session(opened) !== null;
        if (onBoard) shown = opened;
        else if (opened !== null && shown === opened && this.live) this.written.close();
      });
      $effect(() => {
        const { owner, signedIn } = this;
        untrack(() => {
          if (!signedIn) this.written.signedOut();
          if (owner === null) return;
          void this.written.restore(owner);
          void this.debriefs.restore(owner);
        });
      });
      $effect(() => {
        if (this.owner !== null) this.debriefs.keep(this.owner);
      });
    });
    return () => {
      this.written.drafts.flush();
      this.#unfollow();
      stopClock();
      stopLooking();
    };
  }

  /** Opens the stream of messages, again where it broke. */
  listen() {
    this.#unfollow();
    this.forget('stream');
    this.#unfollow = follow(this.#host, this.mirror, {
      applied: (patch) => this.clock.correct(patch.now),
      sessionArrived: (arrival) => (this.written.arrival = arrival),
      openSession: (key) => this.openSession(key),
      coachingEnded: (ended) => {
        this.journal.written += 1;
        this.debriefs.ended(ended);
      },
      agentAsked: (asked) => (this.agentAsked = asked),
      checked: (check) => this.support.checked(check),
      closeAsked: () => {
        this.written.drafts.flush();
        this.closeAsked = true;
      },
      failed: (fault) => (this.faults = { ...this.faults, stream: fault }),
    });
  }

  /** Shows an agent on the floor, from wherever the supervisor is. Nothing is asked of the server. */
  showAgent(id: string) {
    this.agentAsked = null;
    this.place = 'floor';
    this.look.selected = id;
  }

  /** Opens a written session, from wherever the supervisor is. */
  openSession(key: string) {
    this.place = 'floor';
    this.written.open(key);
  }

  call<C extends CommandName>(name: C, args: Arguments<C>): Promise<Answer<C>> {
    return this.#host.call(name, args);
  }

  /** Runs a command and keeps its fault under `subject`; true where it was taken. */
  async attempt<C extends CommandName>(subject: Subject, name: C, args: Arguments<C>): Promise<boolean> {
    this.forget(subject);
    try {
      await this.#host.call(name, args);
      return true;
    } catch (reason) {
      this.faults = { ...this.faults, [subject]: asFault(reason) };
      return false;
    }
  }

  /** Asks for something. Where the organisation wants to know why, the supervisor is asked, and it is ordered again. */
  async order(subject: Subject, command: Command): Promise<boolean> {
    this.forget(subject);
    try {
      await this.#host.call('desk.order', { command });
      return true;
    } catch (reason) {
      const fault = asFault(reason);
      if (fault.code === 'reason_missing') {
        const given = await this.reasons.ask(command, fault);
        return given !== null && this.order(subject, because(command, given));
      }
      this.faults = { ...this.faults, [subject]: fault };
      return false;
    }
  }

  /** Asks for something in the written sessions. */
  write(subject: 'arming' | 'written', command: WrittenCommand): Promise<boolean> {
    return this.order(subject, { kind: 'written', command });
  }

  /** Arms agents again who were armed before. */
  async armAgain(lines: readonly ArmedView[]): Promise<void> {
    for (const line of lines) await this.write('arming', { kind: 'arm', order: sameAgain(line) });
  }

  /** Arms again what does not hold any more. */
  rearm(line: DriftLine): Promise<boolean> {
    return this.order('drift', { kind: 'rearm', line });
  }

  rearmAll(): Promise<boolean> {
    return this.order('drift', { kind: 'rearmAll' });
  }

  monitor(order: Order): Promise<boolean> {
    return this.order('coaching', { kind: 'monitor', order });
  }

  stop(): Promise<boolean> {
    return this.order('coaching', { kind: 'stop' });
  }

  callAct(callId: string, act: CallAct): Promise<boolean> {
    return this.order('calls', { kind: 'call', callId, act });
  }

  /** The supervisor says that nobody hears them, where Sotto does not see the phone any more. */
  offThePhone(): Promise<boolean> {
    return this.order('coaching', { kind: 'offThePhone' });
  }

  /** Asks again for what was refused or lost. */
  again(): Promise<boolean> {
    const { again } = this.mirror.coaching;
    return again ? this.monitor(again) : Promise.resolve(false);
  }

  forget(subject: Subject) {
    if (!this.faults[subject]) return;
    const { [subject]: _, ...rest } = this.faults;
    this.faults = rest;
  }

  /** Tells Rust of a fault of this page. */
  report(message: string) {
    this.#host.call('frame.report', { message: message.slice(0, 2000) }).catch(() => undefined);
  }
}

const key = Symbol('desk');

export function provideDesk(desk: Desk) {
  setContext(key, desk);
}

export function useDesk(): Desk {
  return getContext<Desk>(key);
}
