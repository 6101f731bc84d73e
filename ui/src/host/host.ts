/**
 * The one door to Rust. Everything the page knows or wants goes through a `Host`; which one it is
 * (Tauri's window, the browser host of the tests, a fake) only `main.ts` decides.
 */
import type { Commands, Fault, Message } from './types.gen';

export type CommandName = keyof Commands;
export type Arguments<C extends CommandName> = Commands[C][0];
export type Answer<C extends CommandName> = Commands[C][1];

export interface Host {
  /** Runs a command. Rejects with a `Fault`. */
  call<C extends CommandName>(name: C, args: Arguments<C>): Promise<Answer<C>>;
  /** Opens the stream of messages: a snapshot first, then patches. Gives back how to close it. */
  subscribe(onMessage: (message: Message) => void, onFault: (fault: Fault) => void): () => void;
}

/** Whatever was thrown, as a fault that can be shown. */
export function asFault(reason: unknown): Fault {
  if (isFault(reason)) return reason;
  const message = reason instanceof Error ? reason.message : String(reason);
  return { code: 'internal', message: 'Something in Sotto itself failed.', hint: message };
}

function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}
