// The official client as a bench client: `node bench-official.mjs URL N` or `URL idle SECONDS`, then `websocket` and `ack` if wanted.
// It reports the same fields as the clients in Rust, except for allocations, which it cannot count.

import fs from 'node:fs';
import { AckExtension, CometD } from 'cometd';
import { adapt } from 'cometd-nodejs-client';

adapt();
const PATIENCE = 8000;
const [url, first, ...more] = process.argv.slice(2);
const idle = first === 'idle' ? +more.shift() : 0;
const expected = idle ? 0 : +first;
const ack = more.includes('ack');
const webSocket = more.includes('websocket');

const client = new CometD();
client.configure({ url, logLevel: 'warn' });
client.websocketEnabled = webSocket;
client.unregisterTransport('callback-polling');
if (webSocket) client.unregisterTransport('long-polling');
if (ack) client.registerExtension('ack', new AckExtension());

const now = () => Number(process.hrtime.bigint() / 1000n);
const status = (name) => +fs.readFileSync('/proc/self/status', 'utf8').match(new RegExp(`^${name}:\\s*(\\d+)`, 'm'))[1];
const latencies = new Float64Array(expected);
const seen = new Uint8Array(expected);
const run = { got: 0, doubled: 0, outOfOrder: 0, next: 0, first: 0, last: 0 };
let began;
let patience;

function report() {
  const { user, system } = process.cpuUsage(began.cpu);
  const sorted = latencies.subarray(0, run.got).sort();
  const at = (part) => (run.got ? Math.round(sorted[Math.min(run.got - 1, Math.floor(part * run.got))]) : null);
  const seconds = (run.last - run.first) / 1e6;
  console.log(JSON.stringify({
    client: ack ? 'cometd.js 9.0.0, ack' : 'cometd.js 9.0.0',
    got: run.got,
    rate: seconds ? Math.round((run.got - 1) / seconds) : 0,
    p50_us: at(0.5),
    p99_us: at(0.99),
    max_us: at(1),
    out_of_order: run.outOfOrder,
    doubled: run.doubled,
    lost: expected - run.got,
    cpu_s: (user + system) / 1e6,
    wakeups: status('voluntary_ctxt_switches') - began.wakeups,
    rss_kib: status('VmRSS'),
    allocations: null,
    allocated_bytes: null,
  }));
  process.exit(0);
}

function received({ data: { i, t } }) {
  const at = now();
  run.first ||= at;
  run.last = at;
  if (seen[i]) {
    run.doubled += 1;
    return;
  }
  seen[i] = 1;
  latencies[run.got] = at - t;
  run.got += 1;
  if (i !== run.next) run.outOfOrder += 1;
  run.next = i + 1;
  if (run.got === expected) report();
}

function begin() {
  began = { cpu: process.cpuUsage(), wakeups: status('voluntary_ctxt_switches') };
  console.log('READY');
  if (idle) {
    setTimeout(report, idle * 1000);
    return;
  }
  let before = -1;
  patience = setInterval(() => {
    if (before === run.got) report();
    before = run.got;
  }, PATIENCE);
}

client.handshake((reply) => {
  if (!reply.successful) process.exit(1);
  client.subscribe('/bench', received, () => setTimeout(begin, 300));
});
