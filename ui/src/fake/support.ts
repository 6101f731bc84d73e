/** What the doctor and the bundle look like, for looking at it. */
import type { BundleFile, DoctorCheck, DoctorOutcome, DoctorReport, DoctorStep, Fault } from '../host/types.gen';

function check(step: DoctorStep, title: string, found: string, more: Partial<DoctorCheck> = {}): DoctorCheck {
  const outcome: DoctorOutcome = 'ok';
  return { step, title, outcome, found, meaning: null, remedy: null, code: null, facts: [], tookMs: 12, ...more };
}

const steps: readonly DoctorCheck[] = [
  check('address', 'Address', 'https://gws.example.org/api/v2 is used.'),
  check('proxy', 'Proxy', 'Requests to this address go through proxy.example.org:3128.', {
    facts: [{ name: 'proxy', value: 'http://proxy.example.org:3128/' }],
  }),
  check('dns', 'Host name', 'The name of the proxy, proxy.example.org, has an address.'),
  check('tcp', 'Port', 'Port 3128 of the proxy takes connections.'),
  check(
    'tls',
    'Certificate',
    'This computer trusts the certificate, issued by Example Root CA, which lasts 212 more days.',
    {
      facts: [
        { name: 'certificate of', value: 'gws.example.org' },
        { name: 'issued by', value: 'Example Root CA' },
        { name: 'days left', value: '212' },
      ],
    },
  ),
  check('clock', 'Clock', 'The clocks of this computer and of the server agree.'),
  check('version', 'Genesys Web Services', 'Genesys Web Services answer, version 8.5.202.96.'),
  check('sign_in', 'User and password', 'The server takes user name and password, and calls you Sam Soto.'),
  check('role', 'Supervisor role', 'Sam Soto is a supervisor.'),
  check('features', 'Features', 'Everything that coaching needs is assigned.'),
  check('subscription', 'Subscription', 'The server took the handshake and says what happens.'),
  check('topics', 'Topics', 'The server pushes everything that was asked for.'),
  check(
    'contact_centre_session',
    'Contact-centre session',
    'It was opened on your phone, and is closed again at the end.',
  ),
  check('services', 'Services', 'No service is reported down.'),
  check('phone', 'Own phone', 'The switch knows your phone 5005.'),
  check('roster', 'List of agents', '24 agents are listed, with their phones, in one reading.'),
  check('capabilities', 'Listen, coach, barge in', 'The server offers all three on your phone.'),
  check('sms_spelling', 'SMS channel', 'The server takes smsession.'),
  check('poll', 'Long poll', 'A poll was held for 30.0 s without being cut.'),
];

function report(checks: readonly DoctorCheck[]): DoctorReport {
  return { version: '0.1.0', system: 'linux x86_64', server: 'gws.example.org', atMs: 0, checks: [...checks] };
}

export const healthyReport = report(steps);

const troubles: Partial<Record<DoctorStep, Partial<DoctorCheck>>> = {
  clock: {
    outcome: 'warning',
    found: 'The clock of this computer is 7 minutes behind that of the server.',
    meaning: 'Certificates may be refused, and times in the journal differ from those of the server.',
    remedy: 'Have this computer set its clock by the network.',
    code: 'clock_off',
    facts: [{ name: 'this computer against the server', value: '-431 s' }],
  },
  role: {
    outcome: 'failed',
    found: '<b>Ana</b> is not a supervisor.',
    meaning: 'The server lets this user in, but not to coach anybody.',
    remedy: 'Ask your administrator for the supervisor role, or sign in as somebody else.',
    code: 'not_supervisor',
    facts: [{ name: 'roles', value: 'ROLE_AGENT' }],
  },
  poll: {
    outcome: 'failed',
    found: 'Something between here and the server ended a poll after 12.0 s.',
    meaning:
      'The link is cut again and again. Each time the screen says that it may be old, and a change may show late.',
    remedy: 'Ask your IT to let connections to this server be idle for longer, on proxy, firewall and load balancer.',
    code: 'poll_cut',
    facts: [
      { name: 'cut after', value: '12.0 s' },
      { name: 'how', value: 'the connection broke: closed by peer' },
      { name: 'the server holds polls for', value: '30.0 s' },
    ],
  },
};
const notTried = new Set<DoctorStep>(['contact_centre_session', 'phone', 'roster', 'capabilities', 'sms_spelling']);

/** A server on which several things are wrong. */
export const troubledReport = report(
  steps.map((step) => {
    if (!notTried.has(step.step)) return { ...step, ...troubles[step.step] };
    return { ...step, outcome: 'skipped', found: 'Not tried, because of “Supervisor role” above.', facts: [] };
  }),
);

export const alreadyAtWork: Fault = { code: 'already_asked', message: 'The doctor is at work already.' };

export const bundleFiles: BundleFile[] = [
  { name: 'versions.json', about: 'Which Sotto on which system', bytes: 74, peek: '{ "sotto": "0.1.0" }', more: false },
  {
    name: 'settings.json',
    about: 'Your servers, without user names',
    bytes: 412,
    peek: '[{ "baseUrl": "https://gws.example.org/api/v2" }]',
    more: false,
  },
  {
    name: 'logs/sotto.2026-11-22.log',
    about: 'What Sotto did on that day',
    bytes: 1_412_000,
    peek: '2026-11-22T04:30:00Z  INFO sotto: Sotto has started\nAuthorization: [redacted]',
    more: true,
  },
];
