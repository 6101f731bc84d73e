/** The host of the browser journeys: the same commands over HTTP, messages as server-sent events. */
import type { Answer, Arguments, CommandName, Host } from './host';
import { asFault } from './host';
import type { Fault, Message } from './types.gen';

export class WebHost implements Host {
  async call<C extends CommandName>(name: C, args: Arguments<C>): Promise<Answer<C>> {
    const response = await fetch(`/host/${name.replace('.', '/')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    const body: unknown = await response.json();
    if (!response.ok) throw asFault(body);
    return body as Answer<C>;
  }

  subscribe(onMessage: (message: Message) => void, onFault: (fault: Fault) => void): () => void {
    const events = new EventSource('/host/desk/subscribe');
    events.onmessage = (event: MessageEvent<string>) => onMessage(JSON.parse(event.data) as Message);
    events.onerror = () => {
      if (events.readyState === EventSource.CLOSED)
        onFault({ code: 'unreachable', message: 'The browser host is gone.', hint: 'Start it again, then reload.' });
    };
    return () => events.close();
  }
}
