/**
 * Why an act is asked for. Where the organisation wants a reason the desk says so before anything is sent; then the
 * supervisor is asked, and the same is ordered with the reason.
 */
import type { Host } from '../host/host';
import type { Act, CallAct, Command, Fault, Medium, ReasonsView, WrittenCommand } from '../host/types.gen';

/** What is waiting for its reason. */
export interface Question {
  readonly command: Command;
  /** What the desk said: why it wants one. */
  readonly fault: Fault;
  /** Takes the reason; null where the supervisor does not want it any more. */
  readonly answer: (reason: string | null) => void;
}

/** Any words, where no policy can be read: the desk knows what it takes. */
const anyWords: ReasonsView = { choices: [], freeText: true };

export class Reasons {
  asked = $state.raw<Question | null>(null);
  /** What can be chosen from. */
  offered = $state.raw<ReasonsView>(anyWords);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Asks the supervisor. What was asked before and not answered is not wanted any more. */
  async ask(command: Command, fault: Fault): Promise<string | null> {
    this.asked?.answer(null);
    try {
      const policy = await this.#host.call('settings.policy', {});
      this.offered = policy?.reasons ?? anyWords;
    } catch {
      this.offered = anyWords;
    }
    return new Promise((resolve) => {
      const question: Question = {
        command,
        fault,
        answer: (reason) => {
          if (this.asked === question) this.asked = null;
          resolve(reason);
        },
      };
      this.asked = question;
    });
  }
}

/** The same order with its reason. */
export function because(command: Command, reason: string): Command {
  switch (command.kind) {
    case 'monitor':
      return { ...command, order: { ...command.order, reason } };
    case 'call':
    case 'rearm':
    case 'rearmAll':
      return { ...command, reason };
    case 'written':
      return { ...command, command: writtenBecause(command.command, reason) };
    default:
      return command;
  }
}

function writtenBecause(command: WrittenCommand, reason: string): WrittenCommand {
  switch (command.kind) {
    case 'arm':
      return { ...command, order: { ...command.order, reason } };
    case 'switch':
    case 'accept':
    case 'joinNow':
      return { ...command, reason };
    default:
      return command;
  }
}

const switched: Partial<Record<CallAct, Act>> = { SwitchToBargeIn: 'BargeIn', SwitchToListenIn: 'ListenIn' };

/** What an order is about, as far as it says so itself. */
export interface About {
  act?: Act | undefined;
  agentId?: string;
  session?: string;
  medium?: Medium;
}

export function aboutOf(command: Command): About {
  switch (command.kind) {
    case 'monitor':
      return { act: command.order.act, agentId: command.order.agentId };
    case 'call':
      return { act: switched[command.act] };
    case 'rearm':
      return { agentId: command.line.agentId };
    case 'written':
      return aboutWritten(command.command);
    default:
      return {};
  }
}

function aboutWritten(command: WrittenCommand): About {
  switch (command.kind) {
    case 'arm':
      return { act: command.order.act, agentId: command.order.agentId, medium: command.order.medium };
    case 'joinNow':
      return { act: command.act, agentId: command.agentId };
    case 'switch':
      return { act: command.act, session: command.session };
    case 'accept':
      return { session: command.session };
    default:
      return {};
  }
}
