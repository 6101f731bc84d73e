// faye, the independent server, with a control door.

import http from 'node:http';
import faye from 'faye';
import { open, settings } from './door.mjs';

const given = settings({ port: 0, door: 0, timeout: 30_000 });
const bayeux = new faye.NodeAdapter({ mount: '/notifications', timeout: given.timeout / 1000 });

const clients = new Set();
bayeux.on('handshake', (id) => clients.add(id));
bayeux.on('disconnect', (id) => clients.delete(id));

const policy = { handshake: true, subscribe: true };
bayeux.addExtension({
  incoming(message, callback) {
    const refused = { '/meta/handshake': !policy.handshake, '/meta/subscribe': !policy.subscribe };
    if (refused[message.channel]) message.error = '403::refused by the test';
    callback(message);
  },
  // By itself it never says that trying again is in vain.
  outgoing(message, callback) {
    if (message.channel === '/meta/handshake' && message.error) message.advice = { reconnect: 'none', interval: 0 };
    callback(message);
  },
});

// Its public publisher may change the order of messages; the engine itself keeps it.
const engine = bayeux._server._engine;
let published = 0;

const server = http.createServer((_request, response) => response.writeHead(404).end());
bayeux.attach(server);

open(server, given, {
  sessions: () => [...clients],
  publish: (channel, data) => engine.publish({ id: `p${(published += 1)}`, channel, data }),
  kick: () => {
    const all = [...clients];
    all.forEach((id) => engine.destroyClient(id));
    return all.length;
  },
  // It has no such thing as a disconnect by the server.
  disconnect: () => 0,
  policy: (changed) => Object.assign(policy, changed),
  advice: ({ interval }) => {
    engine.interval = interval / 1000;
    return { interval };
  },
});
