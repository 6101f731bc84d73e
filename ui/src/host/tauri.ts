/** The host inside the desktop window: commands are Tauri plugins, messages come down one channel. */
import { Channel, invoke } from '@tauri-apps/api/core';
import type { Answer, Arguments, CommandName, Host } from './host';
import { asFault } from './host';
import type { Fault, Message } from './types.gen';

const text = new TextDecoder();

export class TauriHost implements Host {
  async call<C extends CommandName>(name: C, args: Arguments<C>): Promise<Answer<C>> {
    try {
      return await invoke<Answer<C>>(invokeName(name), args);
    } catch (reason) {
      throw asFault(reason);
    }
  }

  subscribe(onMessage: (message: Message) => void, onFault: (fault: Fault) => void): () => void {
    const channel = new Channel<ArrayBuffer>();
    channel.onmessage = (bytes) => onMessage(JSON.parse(text.decode(bytes)) as Message);
    invoke('plugin:desk|subscribe', { channel }).catch((reason: unknown) => onFault(asFault(reason)));
    return () => {
      channel.onmessage = () => undefined;
    };
  }
}

/** `desk.look` is `plugin:desk|look` to Tauri. */
function invokeName(name: CommandName): string {
  const [plugin, command] = name.split('.');
  return `plugin:${plugin}|${command}`;
}
