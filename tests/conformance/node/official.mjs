// The official client, driven line by line: `node official.mjs URL ack|no-ack`.
//
// Reads {"subscribe": channel}, {"publish": [channel, data]} and {"disconnect": true}; writes {"message": {channel, data}} and
// {"link": "up" | "down" | "over"}. What it wants is subscribed in the handshake listener, as its manual says to do.

import readline from 'node:readline';
import { AckExtension, CometD } from 'cometd';
import { adapt } from 'cometd-nodejs-client';

adapt();
const [url, ack] = process.argv.slice(2);
const client = new CometD();
client.configure({ url, logLevel: 'error', maxNetworkDelay: 2000, backoffIncrement: 200, maxBackoff: 1000 });
client.websocketEnabled = false;
client.unregisterTransport('callback-polling');
if (ack === 'ack') client.registerExtension('ack', new AckExtension());

const say = (what) => console.log(JSON.stringify(what));
let link = '';
const become = (state) => {
  if (state !== link && link !== 'over') say({ link: state });
  link = link === 'over' ? link : state;
};
// Whether it is over shows only when it has dealt with the message.
const failed = () => setImmediate(() => become(client.isDisconnected() ? 'over' : 'down'));

const wanted = new Set();
const subscribe = (channel) => client.subscribe(channel, (message) => say({ message: { channel: message.channel, data: message.data } }));

client.addListener('/meta/handshake', (message) => {
  if (message.successful) client.batch(() => wanted.forEach(subscribe));
  else failed();
});
client.addListener('/meta/connect', (message) => (message.successful ? become('up') : failed()));
client.addListener('/meta/disconnect', () => become('over'));
// It says nothing when an advice ends it.
setInterval(() => link && client.isDisconnected() && become('over'), 100);

readline.createInterface({ input: process.stdin }).on('close', () => process.exit(0)).on('line', (line) => {
  const order = JSON.parse(line);
  if (order.subscribe) {
    wanted.add(order.subscribe);
    if (!client.isDisconnected() && link) subscribe(order.subscribe);
  }
  if (order.publish) client.publish(...order.publish);
  if (order.disconnect) client.disconnect();
  if (order.begin) client.handshake();
});
