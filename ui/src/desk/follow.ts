/**
 * Follows the desk: applies patches in order, gives the next credit once they are painted, and asks for a
 * fresh snapshot where one is missing.
 */
import type { Host } from '../host/host';
import type { AgentAsked, CoachingEnded, DoctorCheck, Fault, Message, Patch } from '../host/types.gen';
import type { Mirror } from './mirror.svelte';

/** A hidden window paints no frames; it gives its credit after this long instead. */
const HIDDEN_CREDIT_MS = 500;

export type Arrival = Extract<Message, { kind: 'sessionArrived' }>;

export interface Follower {
  applied(patch: Patch): void;
  /** An armed agent got a session. */
  sessionArrived(arrival: Arrival): void;
  /** Somebody clicked the notice about a session. */
  openSession(key: string): void;
  /** A coaching that was live is over. */
  coachingEnded(ended: CoachingEnded): void;
  /** A link asks for an agent. */
  agentAsked(asked: AgentAsked): void;
  /** The doctor has ended a step. */
  checked(check: DoctorCheck): void;
  closeAsked(): void;
  failed(fault: Fault): void;
}

/** Starts following; gives back how to stop. */
export function follow(host: Host, mirror: Mirror, follower: Follower): () => void {
  let close = () => {};
  const credit = new Credit((revision) => {
    host.call('desk.acknowledge', { revision }).catch(() => undefined);
  });

  const open = () => {
    let current = true;
    const unsubscribe = host.subscribe(
      (message) => {
        if (current) tell(message);
      },
      (fault) => {
        if (current) follower.failed(fault);
      },
    );
    close = () => {
      current = false;
      unsubscribe();
    };
  };

  const tell = (message: Message) => {
    switch (message.kind) {
      case 'patch':
        return receive(message.patch);
      case 'sessionArrived':
        return follower.sessionArrived(message);
      case 'openSession':
        return follower.openSession(message.session);
      case 'coachingEnded':
        return follower.coachingEnded(message.ended);
      case 'agentAsked':
        return follower.agentAsked(message.asked);
      case 'checked':
        return follower.checked(message.check);
      case 'closeAsked':
        return follower.closeAsked();
    }
  };

  const receive = (patch: Patch) => {
    if (mirror.apply(patch)) {
      credit.owe(patch.to);
      follower.applied(patch);
    } else {
      close();
      open();
    }
  };

  open();
  return () => {
    close();
    credit.cancel();
  };
}

/** One acknowledgement a frame, for the newest revision that is on screen. */
class Credit {
  #owed: number | null = null;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #pay: (revision: number) => void;

  constructor(pay: (revision: number) => void) {
    this.#pay = pay;
  }

  owe(revision: number) {
    const waiting = this.#owed !== null;
    this.#owed = revision;
    if (waiting) return;
    this.#frame = requestAnimationFrame(() => this.#settle());
    this.#timer = setTimeout(() => this.#settle(), HIDDEN_CREDIT_MS);
  }

  cancel() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#owed = null;
  }

  #settle() {
    const revision = this.#owed;
    this.cancel();
    if (revision !== null) this.#pay(revision);
  }
}
