/** Every state of the window as a scene: `?fake=live`. Not part of a release. */
import type { AgentRow, CallView, CoachingView, LinkView, MeView, Profile, View } from '../host/types.gen';
import { nothing } from '../desk/mirror.svelte';
import { FakeHost } from './host';
import { manage } from './managed';
import { agents, crowd, floorOf, HOSTILE } from './people';
import { board, writtenBy } from './sessions';
import { troubledReport } from './support';
import { writtenScenes } from './written';

export function liveLink(now: number): LinkView {
  return {
    ...nothing.link,
    state: 'Live',
    since: now - 60_000,
    confirmed: now - 2000,
    server: 'gws.example.org',
    roundTripMs: 41,
  };
}

export function supervisor(now: number): MeView {
  return {
    name: 'Sam Soto',
    userName: 'sam.soto',
    phone: { number: '5005', registered: true, public: false },
    state: { kind: 'NotReady', label: 'Not ready', since: now - 600_000, exact: true },
    states: ['Ready'],
    acts: ['ListenIn', 'Coach', 'BargeIn'],
  };
}

/** Coaching of Ana, armed; the scenes change what differs. */
export function coachingAna(now: number, change: Partial<CoachingView> = {}): CoachingView {
  return {
    ...nothing.coaching,
    phase: 'Armed',
    since: now - 8000,
    agentId: 'agent-1',
    agentName: 'Ana Núñez',
    act: 'Coach',
    mode: 'NextCall',
    scope: 'Agent',
    confirmed: now - 2000,
    canStop: true,
    steps: [
      { kind: 'Asked', at: now - 9000, act: 'Coach', tookMs: null },
      { kind: 'Accepted', at: now - 8962, act: 'Coach', tookMs: 38 },
      { kind: 'Armed', at: now - 8788, act: 'Coach', tookMs: 212 },
    ],
    ...change,
  };
}

export function liveWithAna(now: number, change: Partial<CoachingView> = {}): CoachingView {
  const armed = coachingAna(now - 400_000);
  return {
    ...armed,
    confirmed: now - 2000,
    phase: 'Live',
    audience: 'AgentOnly',
    callId: 'call-1',
    liveSince: now - 252_000,
    steps: [
      ...armed.steps,
      { kind: 'Offered', at: now - 253_000, act: 'Coach', tookMs: null },
      { kind: 'Live', at: now - 252_000, act: 'Coach', tookMs: 800 },
    ],
    ...change,
  };
}

export function supervisedCall(now: number, change: Partial<CallView> = {}): CallView {
  return {
    id: 'call-1',
    state: 'Established',
    direction: 'Inbound',
    participants: ['Ana Núñez', '+1 555 123 0000'],
    since: now - 252_000,
    supervised: true,
    act: 'Coach',
    agentMuted: false,
    acts: [
      { act: 'Hangup', oneWay: false },
      { act: 'Hold', oneWay: false },
      { act: 'SwitchToListenIn', oneWay: true },
      { act: 'SwitchToBargeIn', oneWay: true },
      { act: 'MuteMonitoredUser', oneWay: false },
    ],
    ...change,
  };
}

export const savedProfile: Profile = {
  id: 'a1',
  name: 'gws.example.org',
  baseUrl: 'https://gws.example.org/api/v2',
  userName: 'sam.soto',
  place: '',
  device: '',
  smsSpelling: 'auto',
  chats: false,
  extraCaFile: '',
  proxy: '',
  proxyUser: '',
  keyPins: [],
  pollSeconds: 5,
  rememberPassword: true,
};

export interface Scene extends Partial<View> {
  rows?: AgentRow[];
  /** Sets the host up further. */
  prepare?: (host: FakeHost) => void;
}

const held = {
  code: 'agent_held',
  message: 'Another supervisor holds Ana Núñez.',
  hint: 'One supervisor at a time: try again when they are done.',
} as const;

function again(): CoachingView['again'] {
  return { agentId: 'agent-1', act: 'Coach', mode: 'NextCall', scope: 'Agent' };
}

function mine(rows: AgentRow[], phase: AgentRow['mine']): AgentRow[] {
  return rows.map((row, index) => (index === 0 ? { ...row, mine: phase } : row));
}

/** The scenes by name. */
export const scenes: Record<string, (now: number, rows: AgentRow[]) => Scene> = {
  signin: () => ({ link: nothing.link }),
  profiles: () => ({
    link: nothing.link,
    prepare: (host) => {
      host.profiles = {
        profiles: [savedProfile, { ...savedProfile, id: 'b2', name: 'Test floor', userName: 'sam.test' }],
        remembered: ['a1'],
        keychain: true,
        notices: [],
      };
    },
  }),
  refusedSignIn: () => ({
    link: nothing.link,
    prepare: (host) => {
      host.profiles = { ...host.profiles, profiles: [savedProfile], keychain: false };
      host.faults['session.sign_in'] = {
        code: 'wrong_password',
        message: 'The user name or the password is wrong.',
        hint: 'Check Caps Lock, then type the password again.',
      };
    },
  }),
  signedOut: () => ({
    link: {
      ...nothing.link,
      state: 'SignedOut',
      server: 'gws.example.org',
      problem: { code: 'signed_out', message: 'The server ended your session.', hint: 'Sign in again.' },
    },
  }),
  /** The server ended the sign-in in the middle of a call: the call goes on. */
  cutOff: (now, rows) => {
    const { link } = scenes.signedOut!(now, rows);
    return { link: link!, coaching: { ...nothing.coaching, audience: 'Unknown', outOfSight: true } };
  },
  connecting: (now) => ({
    link: { ...liveLink(now), state: 'Connecting', confirmed: null },
    floor: nothing.floor,
    prepare: (host) => (host.answering = false),
  }),
  floor: () => ({}),
  crowd: (now) => ({ rows: crowd(now, 1204) }),
  requested: (now, rows) => ({
    rows: mine(rows, 'Requested'),
    coaching: coachingAna(now, {
      phase: 'Requested',
      since: now - 900,
      confirmed: null,
      steps: [{ kind: 'Asked', at: now - 900, act: 'Coach', tookMs: null }],
      canStop: false,
    }),
  }),
  armed: (now, rows) => ({ rows: mine(rows, 'Armed'), coaching: coachingAna(now) }),
  ringing: (now, rows) => ({
    rows: mine(rows, 'Offered'),
    coaching: coachingAna(now, { phase: 'Offered', callId: 'call-1' }),
    calls: [
      supervisedCall(now, { state: 'Ringing', since: now - 2000, act: null, acts: [{ act: 'Answer', oneWay: false }] }),
    ],
  }),
  live: (now, rows) => ({ rows: mine(rows, 'Live'), coaching: liveWithAna(now), calls: [supervisedCall(now)] }),
  /** In a call and in sessions at once: the strip has two things to say, and acts. */
  both: (now, rows) => ({
    rows: mine(rows, 'Live'),
    coaching: liveWithAna(now),
    calls: [supervisedCall(now)],
    sessions: board(now),
    written: writtenBy({ audience: 'AgentOnly' }),
  }),
  everyone: (now, rows) => ({
    rows: mine(rows, 'Live'),
    coaching: liveWithAna(now, { audience: 'Everyone', act: 'BargeIn' }),
    calls: [
      supervisedCall(now, {
        act: 'BargeIn',
        acts: [
          { act: 'Hangup', oneWay: false },
          { act: 'MuteMonitoredUser', oneWay: false },
        ],
      }),
    ],
  }),
  listening: (now, rows) => ({
    rows: mine(rows, 'Live'),
    coaching: liveWithAna(now, { audience: 'Nobody', act: 'ListenIn' }),
    calls: [
      supervisedCall(now, {
        act: 'ListenIn',
        acts: [
          { act: 'Hangup', oneWay: false },
          { act: 'SwitchToBargeIn', oneWay: false },
        ],
      }),
    ],
  }),
  unknown: (now, rows) => ({
    rows: mine(rows, 'Live').map((row) => ({ ...row, stale: true, confirmed: now - 14_000, whyNot: 'LinkDown' })),
    link: {
      ...liveLink(now),
      state: 'Stale',
      since: now - 9000,
      confirmed: now - 14_000,
      problem: { code: 'link_down', message: 'The server does not answer.', hint: 'Sotto keeps trying.' },
    },
    coaching: liveWithAna(now, { audience: 'Unknown', confirmed: now - 14_000 }),
    calls: [supervisedCall(now)],
  }),
  stopping: (now, rows) => ({
    rows: mine(rows, 'Stopping'),
    coaching: coachingAna(now, { phase: 'Stopping', since: now - 700, canStop: false }),
  }),
  refused: (now, rows) => ({
    rows: rows.map((row, index) => (index === 0 ? { ...row, whyNot: 'Held' } : row)),
    coaching: coachingAna(now, {
      phase: 'Refused',
      problem: held,
      again: again(),
      canStop: false,
      steps: [
        { kind: 'Asked', at: now - 3000, act: 'Coach', tookMs: null },
        { kind: 'Refused', at: now - 2900, act: 'Coach', tookMs: 96 },
      ],
    }),
  }),
  lost: (now) => ({
    coaching: coachingAna(now, {
      phase: 'Lost',
      problem: {
        code: 'dropped',
        message: 'The server ended the monitoring: Ana Núñez logged out.',
        hint: 'Ask again when Ana is back.',
      },
      again: again(),
      canStop: false,
    }),
  }),
  empty: () => ({ rows: [] }),
  unreadable: (now) => ({
    rows: [],
    floor: {
      ...floorOf([], now),
      problem: {
        code: 'roster_unavailable',
        message: 'The list of agents cannot be read.',
        hint: 'Sotto asks again in a moment.',
      },
    },
  }),
  limits: (now) => ({
    link: {
      ...liveLink(now),
      limits: [
        {
          code: 'voice_not_started',
          message: 'Voice could not be started; the rest works.',
          hint: 'Ask your administrator about phone 5005.',
        },
        { code: 'topic_refused', message: 'The server sends no news of its services.' },
      ],
    },
    me: { ...supervisor(now), phone: { number: '5005', registered: false, public: false } },
  }),
  loggedOut: (now) => ({
    me: {
      ...supervisor(now),
      state: { kind: 'LoggedOut', label: 'Logged out', since: now - 5000, exact: true },
      states: ['LogIn'],
      acts: [],
    },
  }),
  hostile: (now) => ({
    rows: agents(now, HOSTILE),
    coaching: coachingAna(now, { agentName: HOSTILE[0]![0] }),
    calls: [supervisedCall(now, { participants: ['<img src=x onerror="document.title=1">'], state: '<i>Ringing</i>' })],
  }),
  journal: (now, rows) => ({ prepare: (host) => host.journal.fill(64, now, rows.slice(0, 12)) }),
  /** Two coachings just ended, one after the other. */
  debrief: (now, rows) => ({
    prepare: (host) => {
      host.journal.fill(64, now, rows.slice(0, 12));
      host.ended = [
        {
          session: 'coaching-0',
          agentId: 'agent-1',
          agentName: 'Ana Núñez',
          channel: 'Voice',
          act: 'Coach',
          result: 'Ended',
          live: now - 300_000,
          interactions: 1,
          liveMs: 252_000,
          goesOn: false,
        },
        {
          session: 'coaching-2',
          agentId: 'agent-3',
          agentName: 'Chidi Okafor',
          channel: 'Sms',
          act: 'Coach',
          result: 'Left',
          live: now - 600_000,
          interactions: 1,
          liveMs: 101_000,
          goesOn: false,
        },
      ];
    },
  }),
  /** The organisation decides much, and nobody has signed in. */
  managedSignIn: () => ({ link: nothing.link, prepare: manage }),
  /** The same on the floor. */
  managedFloor: () => ({ prepare: manage }),
  /** Coaching needs a reason, and the agent in hand has been coached as often as is allowed. */
  managed: (now, rows) => ({
    prepare: (host) => {
      host.journal.fill(64, now, rows.slice(0, 12));
      host.wantsReason = ['Coach', 'BargeIn'];
      host.reasons = { choices: ['Quality check', 'New on the team', 'The agent asked for it'], freeText: true };
      host.journal.usage = {
        budget: { perMonth: 4, acts: ['ListenIn', 'Coach', 'BargeIn'], whenSpent: 'warn' },
        agents: rows.map(({ id }, index) => ({
          agentId: id,
          coachings: index === 0 ? 4 : 2,
          interactions: 4,
          liveMs: 900_000,
          spent: index === 0,
        })),
      };
    },
  }),
  crashed: () => ({
    prepare: (host) => {
      const atMs = Date.now() - 3_600_000;
      const message = 'index out of bounds: the len is 3 but the index is 7';
      host.lastRun = { kind: 'panicked', place: 'crates/console/src/running.rs:212', message, atMs };
      host.report = troubledReport;
    },
  }),
  ...writtenScenes,
};

/** A host that plays a scene. */
export function play(name: string): FakeHost {
  const now = Date.now();
  const people = agents(now);
  const scene = (scenes[name] ?? scenes['floor']!)(now, people);
  const { rows = people, prepare, ...view } = scene;
  const host = new FakeHost(
    {
      link: liveLink(now),
      me: supervisor(now),
      coaching: nothing.coaching,
      calls: [],
      floor: floorOf(rows, now),
      written: writtenBy(),
      sessions: [],
      drift: nothing.drift,
      rules: nothing.rules,
      ...view,
    },
    rows,
  );
  prepare?.(host);
  return host;
}
