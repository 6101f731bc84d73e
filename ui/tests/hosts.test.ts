import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TauriHost } from '../src/host/tauri';
import type { Message } from '../src/host/types.gen';
import { WebHost } from '../src/host/web';

const fault = { code: 'agent_gone', message: 'Gone.' };

describe('the host in the window', () => {
  afterEach(clearMocks);

  it('calls plugins by domain and passes faults on', async () => {
    const invoked: unknown[] = [];
    mockIPC((command, args) => {
      invoked.push([command, args]);
      if (command === 'plugin:desk|order') throw fault;
      return null;
    });
    const host = new TauriHost();
    await host.call('desk.acknowledge', { revision: 3 });
    await expect(host.call('desk.order', { command: { kind: 'stop' } })).rejects.toEqual(fault);
    expect(invoked[0]).toEqual(['plugin:desk|acknowledge', { revision: 3 }]);
  });

  it('makes a fault of whatever else is thrown', async () => {
    mockIPC(() => {
      throw new Error('not allowed');
    });
    await expect(new TauriHost().call('frame.ready', {})).rejects.toMatchObject({
      code: 'internal',
      hint: 'not allowed',
    });
  });

  it('reads messages as bytes of JSON, until it was closed', async () => {
    let channel: { onmessage: (bytes: ArrayBuffer) => void } | undefined;
    mockIPC((_, args) => {
      channel = (args as { channel: NonNullable<typeof channel> }).channel;
      return null;
    });
    const heard: Message[] = [];
    const close = new TauriHost().subscribe(
      (message) => heard.push(message),
      () => undefined,
    );
    await vi.waitFor(() => expect(channel).toBeDefined());
    const bytes = new TextEncoder().encode('{"kind":"closeAsked"}').buffer as ArrayBuffer;
    channel?.onmessage(bytes);
    close();
    channel?.onmessage(bytes);
    expect(heard).toEqual([{ kind: 'closeAsked' }]);
  });
});

describe('the host in a browser', () => {
  it('posts commands and rejects with the fault of a 422', async () => {
    const fetched = vi.fn(async (url: string) =>
      Response.json(url.endsWith('order') ? fault : null, { status: url.endsWith('order') ? 422 : 200 }),
    );
    vi.stubGlobal('fetch', fetched);
    const host = new WebHost();
    await host.call('session.practice', {});
    expect(fetched).toHaveBeenCalledWith(
      '/host/session/practice',
      expect.objectContaining({ method: 'POST', body: '{}' }),
    );
    await expect(host.call('desk.order', { command: { kind: 'stop' } })).rejects.toEqual(fault);
    vi.unstubAllGlobals();
  });
});
