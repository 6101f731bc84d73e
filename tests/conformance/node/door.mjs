// The control door that every server here has, so that a test can say what happens next.
//
// GET /sessions                                       the ids of all sessions
// GET /publish?channel=/a&n=10&rate=100&burst=1&size=0   publishes {i, t, pad}: i counts from `first` (0), t is CLOCK_MONOTONIC in
//                                                     microseconds; without a rate all at once; answers when the last is out
// GET /kick                                           forgets all sessions without telling them (the next request gets a 402)
// GET /disconnect                                     ends all sessions and tells them
// GET /policy?handshake=false&subscribe=false         refuses; a value that is not named stays
// GET /advice?interval=1000                           what is advised from now on, in milliseconds
// GET /usage                                          processor seconds and resident bytes of this process
//
// The process prints `READY port door` and ends when its standard input does, so that nobody has to remember to stop it.

import http from 'node:http';

/** `name=value` arguments; numbers and truth values as such. */
export function settings(defaults) {
  const given = process.argv.slice(2).map((argument) => argument.split(/=(.*)/s).slice(0, 2));
  const parsed = given.map(([name, value]) => [name, value === 'true' || (value === 'false' ? false : +value)]);
  return { ...defaults, ...Object.fromEntries(parsed) };
}

const now = () => Number(process.hrtime.bigint() / 1000n);

/** Publishes by an absolute schedule, so that a slow tick is made good by the next one. */
function publishAll(publish, query, done) {
  const number = (name, otherwise) => +(query.get(name) ?? otherwise);
  const [n, first, rate, burst] = [number('n', 1), number('first', 0), number('rate', 0), number('burst', 1)];
  const pad = 'x'.repeat(number('size', 0));
  const channel = query.get('channel');
  const began = now();
  let sent = 0;
  const tick = () => {
    const due = rate ? (Math.floor(((now() - began) * rate) / 1e6 / burst) + 1) * burst : n;
    for (; sent < Math.min(n, due); sent += 1) publish(channel, { i: first + sent, t: now(), pad });
    if (sent >= n) return done({ sent });
    return setTimeout(tick, Math.max(0, (began + (sent / rate) * 1e6 - now()) / 1000));
  };
  tick();
}

const truths = (query) => Object.fromEntries([...query].map(([name, value]) => [name, value === 'true']));
const numbers = (query) => Object.fromEntries([...query].map(([name, value]) => [name, +value]));

/** Opens the door before `server`, and says where both are. */
export function open(server, settings, bayeux) {
  const paths = {
    '/sessions': (_, answer) => answer(bayeux.sessions()),
    '/publish': (query, answer) => publishAll(bayeux.publish, query, answer),
    '/kick': (_, answer) => answer({ kicked: bayeux.kick() }),
    '/disconnect': (_, answer) => answer({ disconnected: bayeux.disconnect() }),
    '/policy': (query, answer) => answer(bayeux.policy(truths(query))),
    '/advice': (query, answer) => answer(bayeux.advice(numbers(query))),
    '/usage': (_, answer) => {
      const { user, system } = process.cpuUsage();
      answer({ cpu_s: (user + system) / 1e6, rss: process.memoryUsage().rss });
    },
    ...bayeux.more,
  };
  const door = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://door');
    if (!paths[pathname]) return response.writeHead(404).end();
    return paths[pathname](searchParams, (result) => response.end(JSON.stringify(result ?? {})));
  });
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 0;
  server.listen(settings.port, '127.0.0.1', () => {
    door.listen(settings.door, '127.0.0.1', () => {
      console.log('READY', server.address().port, door.address().port);
    });
  });
  process.stdin.resume().on('end', () => process.exit(0));
}
