// The official server for Node, with a control door.

import http from 'node:http';
import cometd from 'cometd-nodejs-server';
import acknowledgement from 'cometd-nodejs-server/ack-extension.js';
import { open, settings } from './door.mjs';

const given = settings({ port: 0, door: 0, ack: true, timeout: 30_000, interval: 0, maxInterval: 10_000 });
const { port, door, ack, ...options } = given;

const bayeux = cometd.createCometDServer(options);
if (ack) bayeux.addExtension(new acknowledgement.AcknowledgedMessagesExtension());

const sessions = new Map();
bayeux.addListener('sessionAdded', (session) => sessions.set(session.id, session));
bayeux.addListener('sessionRemoved', (session) => sessions.delete(session.id));

const policy = { handshake: true, subscribe: true };
bayeux.policy = {
  canHandshake: (_session, _message, callback) => callback(null, policy.handshake),
  canSubscribe: (_session, _message, _channel, callback) => callback(null, policy.subscribe),
};

const each = (act) => {
  const all = [...sessions.values()];
  all.forEach(act);
  return all.length;
};

open(http.createServer(bayeux.handle), { port, door }, {
  sessions: () => [...sessions.keys()],
  publish: (channel, data) => bayeux.createServerChannel(channel).publish(null, data),
  // As if it had timed out: nobody is told.
  kick: () => each((session) => bayeux._removeServerSession(session, true)),
  disconnect: () => each((session) => session.disconnect()),
  policy: (changed) => Object.assign(policy, changed),
  // The server reads its options each time they matter.
  advice: (changed) => Object.assign(bayeux.options, changed),
});
