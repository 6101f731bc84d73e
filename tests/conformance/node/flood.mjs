// The smallest Bayeux responder that can be flooded from: after `/flood?n=1000&k=10&size=200` every connect is answered at once
// with k messages until n are out. What a client can take at most shows here, because this server does next to nothing.

import http from 'node:http';
import { open, settings } from './door.mjs';

const given = settings({ port: 0, door: 0, timeout: 30_000 });
const flood = { n: 0, k: 1, sent: 0, pad: '' };
const held = new Map();
const subscribed = new Set();
const greeted = new Set();
let sessions = 0;
let acknowledges = false;
let batch = 0;

const now = () => Number(process.hrtime.bigint() / 1000n);

function messages() {
  const some = [];
  for (let count = 0; count < flood.k && flood.sent < flood.n; count += 1, flood.sent += 1) {
    some.push(`{"channel":"/bench","data":{"i":${flood.sent},"t":${now()},"pad":"${flood.pad}"}}`);
  }
  return some;
}

const write = (response, texts) => {
  response.setHeader('Content-Type', 'application/json;charset=UTF-8');
  response.end(`[${texts.join(',')}]`);
};

const answer = (message, more) => JSON.stringify({ id: message.id, channel: message.channel, successful: true, ...more });

const connectAnswer = (message) => answer(message, acknowledges ? { ext: { ack: (batch += 1) } } : {});

function handshake(message, response) {
  response.setHeader('Set-Cookie', 'BAYEUX_BROWSER=bench; Path=/; HttpOnly');
  acknowledges = message.ext?.ack === true;
  return answer(message, {
    version: '1.0',
    clientId: `c${(sessions += 1)}`,
    supportedConnectionTypes: ['long-polling'],
    advice: { reconnect: 'retry', interval: 0, timeout: given.timeout },
    ...(acknowledges ? { ext: { ack: true } } : {}),
  });
}

function hold(message, response) {
  const entry = { response, message };
  held.set(message.clientId, entry);
  setTimeout(() => {
    if (held.get(message.clientId) !== entry) return;
    held.delete(message.clientId);
    write(response, [connectAnswer(message)]);
  }, given.timeout);
}

function serve(body, response) {
  const texts = [];
  for (const message of [].concat(JSON.parse(body))) {
    if (message.channel === '/meta/handshake') {
      texts.push(handshake(message, response));
    } else if (message.channel === '/meta/subscribe') {
      subscribed.add(message.clientId);
      texts.push(answer(message, { subscription: message.subscription }));
    } else if (message.channel !== '/meta/connect') {
      texts.push(answer(message));
    } else if (subscribed.has(message.clientId) && flood.sent < flood.n) {
      texts.push(...messages(), connectAnswer(message));
    } else if (message.advice?.timeout === 0 || !greeted.has(message.clientId)) {
      // The first connect of a session is answered at once, as CometD's Java server does.
      greeted.add(message.clientId);
      texts.push(connectAnswer(message));
    } else {
      return hold(message, response);
    }
  }
  return write(response, texts);
}

const server = http.createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (body += chunk)).on('end', () => serve(body, response));
});

open(server, given, {
  more: {
    '/flood': (query, done) => {
      Object.assign(flood, { n: +query.get('n'), k: +query.get('k'), sent: 0, pad: 'x'.repeat(+query.get('size')) });
      for (const [id, { response, message }] of held) {
        held.delete(id);
        write(response, [...messages(), connectAnswer(message)]);
      }
      done({});
    },
  },
});
