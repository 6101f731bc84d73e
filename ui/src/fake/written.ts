/** Scenes of written supervision: board, transcript, both composers, everything that can go wrong. */
import type { AgentRow, Channel, DriftView, LinkView, SessionView } from '../host/types.gen';
import { nothing } from '../desk/mirror.svelte';
import type { FakeHost } from './host';
import type { Scene } from './scenes';
import {
  armedLine,
  bargedIn,
  board,
  crowdedBoard,
  hostileTalk,
  library,
  line,
  nothingToDo,
  session,
  talk,
  writtenBy,
} from './sessions';

const FIRST = 'smssessions/1';

/** The first session is told in full, and opened as if somebody had clicked the notice. */
function opened(now: number, lines = talk(now)) {
  return (host: FakeHost) => {
    host.canned = library;
    host.transcripts[FIRST] = lines;
    host.opens = FIRST;
  };
}

function stale(now: number): LinkView {
  return {
    ...nothing.link,
    state: 'Stale',
    since: now - 9000,
    confirmed: now - 14_000,
    server: 'gws.example.org',
    problem: { code: 'link_down', message: 'The server does not answer.', hint: 'Sotto keeps trying.' },
  };
}

function first(now: number, change: Partial<SessionView>): SessionView[] {
  return board(now).map((each, index) => (index === 0 ? { ...each, ...change } : each));
}

function many(now: number, rows: AgentRow[]): Scene {
  const sessions = crowdedBoard(now, 24);
  return {
    rows,
    sessions,
    written: writtenBy({ audience: 'AgentOnly', armed: [armedLine(now, 1, 'Ana Núñez', { joined: 24 })] }),
    prepare: (host) => {
      host.transcripts = Object.fromEntries(sessions.map(({ key }) => [key, talk(now)]));
      host.lively = true;
    },
  };
}

function armedThree(now: number) {
  return [
    armedLine(now, 1, 'Ana Núñez', { joined: 2 }),
    armedLine(now, 4, 'Dana O’Hara', { joined: 1, nickname: 'Team lead' }),
    armedLine(now, 5, 'Eun Kim', { act: 'ListenIn', extent: 'NextChat', since: now - 30_000 }),
  ];
}

/** A line of drift; what differs is given. */
export function driftLine(
  now: number,
  channel: Channel,
  agent: number,
  agentName: string,
  change: Partial<DriftView> = {},
): DriftView {
  return {
    line: { channel, agentId: `agent-${agent}` },
    agentName,
    act: 'Coach',
    mode: null,
    scope: null,
    extent: null,
    nickname: null,
    state: 'Drifted',
    cause: 'ServerForgot',
    since: now - 95_000,
    asked: now - 3_600_000,
    mayBeServed: false,
    mayHold: false,
    problem: null,
    blocked: null,
    ...change,
  };
}

export const writtenScenes: Record<string, (now: number, rows: AgentRow[]) => Scene> = {
  board: (now) => ({
    sessions: board(now),
    written: writtenBy({ audience: 'AgentOnly', armed: armedThree(now) }),
  }),
  boardCrowd: many,
  whisper: (now) => ({
    sessions: board(now),
    written: writtenBy({ audience: 'AgentOnly', armed: armedThree(now) }),
    prepare: opened(now),
  }),
  public: (now) => ({
    sessions: first(now, { ...bargedIn, unread: 0 }),
    written: writtenBy({ audience: 'Everyone', armed: armedThree(now) }),
    prepare: opened(now, [
      ...talk(now),
      line(11, 'OwnPublic', 'sam.soto', 'I am Ana’s team lead. You get the second charge back today.', now - 40_000),
      line(12, 'OwnWhisper', 'sam.soto', 'Ana, please send the confirmation.', now - 20_000, { readers: 'Unknown' }),
    ]),
  }),
  unsent: (now) => ({
    sessions: first(now, {
      unsent: [
        {
          sendId: 'u1',
          text: 'Ask for the card number.',
          public: false,
          state: 'Failed',
          problem: { code: 'timed_out', message: 'The server did not answer in time.' },
          at: now - 9000,
        },
        { sendId: 'u2', text: 'Did this arrive?', public: false, state: 'Unclear', problem: null, at: now - 8000 },
        { sendId: 'u3', text: 'One more thing.', public: false, state: 'Sending', problem: null, at: now - 500 },
      ],
    }),
    written: writtenBy({ audience: 'AgentOnly' }),
    prepare: opened(now),
  }),
  writtenStale: (now) => ({
    link: stale(now),
    sessions: first(now, { audience: 'Unknown', readership: 'Unknown' }),
    written: writtenBy({ audience: 'Unknown', armed: armedThree(now) }),
    prepare: (host) => {
      opened(now)(host);
      host.drafts = [{ session: FIRST, public: false, text: 'Second charge is a hold.' }];
    },
  }),
  invited: (now) => ({
    sessions: [
      session(now, 9, {
        phase: 'Invited',
        joined: null,
        audience: 'Nobody',
        readership: 'Supervisors',
        act: null,
        customer: 'Ida',
        acts: { ...nothingToDo, accept: true, reject: true },
      }),
      session(now, 10, { phase: 'Joining', audience: 'Unknown', readership: 'Unknown', act: null, acts: nothingToDo }),
    ],
    written: writtenBy({ audience: 'Unknown' }),
  }),
  ended: (now) => ({
    sessions: [
      session(now, 1, {
        phase: 'Revoked',
        acts: nothingToDo,
        last: talk(now).slice(-2),
        problem: { code: 'session_gone', message: 'Ana Núñez put the session back in the queue.' },
      }),
      session(now, 2, { phase: 'Left', agentName: 'Bo Li', acts: { ...nothingToDo, complete: true } }),
      session(now, 3, {
        phase: 'Failed',
        agentName: 'Chidi Okafor',
        acts: nothingToDo,
        problem: { code: 'refused', message: 'The server could not put you into the session.' },
      }),
      session(now, 4, { phase: 'Lost', agentName: 'Dana O’Hara', acts: nothingToDo }),
    ],
    prepare: (host) => {
      opened(now)(host);
      host.drafts = [{ session: FIRST, public: false, text: 'A whisper that was not sent any more.' }];
    },
  }),
  leaving: (now) => ({
    sessions: [
      session(now, 1, { acts: { ...session(now, 1).acts, leave: 'Unknown' } }),
      session(now, 2, { acts: { ...session(now, 2).acts, leave: 'EndsForCustomer' } }),
    ],
    written: writtenBy({ audience: 'AgentOnly' }),
    prepare: opened(now),
  }),
  drift: (now) => ({
    drift: [
      driftLine(now, 'Voice', 3, 'Caro Díaz', { cause: 'AgentLoggedOut', mode: 'NextCall', mayBeServed: true }),
      driftLine(now, 'Sms', 1, 'Ana Núñez'),
      driftLine(now, 'Sms', 2, 'Bo Li', { extent: 'NextChat', cause: 'Restarted', mayHold: true }),
      driftLine(now, 'Sms', 5, 'Eun Kim', {
        act: 'ListenIn',
        blocked: { code: 'agent_gone', message: 'This agent is not on the floor any more.' },
      }),
      driftLine(now, 'Chat', 6, 'Finn Larsen', { state: 'ArmedByItself', cause: null }),
    ],
    written: writtenBy({
      armed: [
        armedLine(now, 1, 'Ana Núñez', { phase: 'Lost', again: true }),
        armedLine(now, 2, 'Bo Li', { phase: 'Unclear', again: true, extent: 'NextChat' }),
        armedLine(now, 5, 'Eun Kim', { phase: 'Lost', again: true, act: 'ListenIn' }),
        armedLine(now, 7, 'Goran Ilić', {
          phase: 'Refused',
          again: true,
          problem: {
            code: 'refused',
            message: 'The server refused: Goran Ilić has no SMS.',
            hint: 'Choose another agent.',
          },
        }),
        armedLine(now, 8, 'Hana Suzuki', {
          phase: 'Unclear',
          again: true,
          problem: { code: 'timed_out', message: 'The server did not answer in time.' },
        }),
      ],
    }),
  }),
  running: (now) => ({
    written: writtenBy({
      media: ['Sms', 'Chat'],
      armed: [armedLine(now, 1, 'Ana Núñez')],
      running: {
        agentId: 'agent-1',
        medium: 'Sms',
        reading: false,
        sessions: [
          { key: 'smssessions/70', customer: 'Noor', topic: 'Delivery' },
          { key: 'smssessions/71', customer: '', topic: null },
        ],
        problem: null,
      },
    }),
  }),
  notListed: () => ({
    written: writtenBy({
      running: {
        agentId: 'agent-1',
        medium: 'Sms',
        reading: false,
        sessions: [],
        problem: { code: 'running_not_listed', message: 'The server does not list the sessions of an agent.' },
      },
    }),
  }),
  noWritten: () => ({
    written: writtenBy({
      media: [],
      problem: {
        code: 'feature_missing',
        message: 'Written sessions are not switched on for you.',
        hint: 'Ask your administrator for the feature “api-multimedia”.',
      },
    }),
  }),
  hostileWritten: (now) => ({
    sessions: [
      session(now, 1, {
        agentName: '<script>document.title=1</script>',
        customer: '\u202e<img src=x onerror="document.title=1">',
        topic: '<b>topic</b>',
        userData: [['<i>key</i>', '"><svg onload=document.title=1>']],
        typing: ['<u>Mallory</u>'],
        lines: 10,
        last: hostileTalk(now).slice(0, 3),
        waitingSince: now - 100_000,
      }),
    ],
    written: writtenBy({
      audience: 'AgentOnly',
      armed: [armedLine(now, 1, '<script>document.title=1</script>', { nickname: '<b>me</b>' })],
    }),
    prepare: opened(now, hostileTalk(now)),
  }),
};
