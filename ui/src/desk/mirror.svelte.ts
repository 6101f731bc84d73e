/**
 * The mirror of the desk: what Rust last said, section by section. A patch replaces whole sections, so a
 * component that reads one section wakes up only for that one.
 */
import type {
  Act,
  BoardPatch,
  CallView,
  CoachingView,
  DriftView,
  FloorView,
  LinkView,
  MeView,
  Patch,
  RosterWindow,
  RulesView,
  SessionView,
  WrittenView,
} from '../host/types.gen';
import { continued, type Transcript } from './transcript';

const link: LinkView = {
  state: 'Offline',
  since: 0,
  confirmed: null,
  server: '',
  practice: false,
  roundTripMs: null,
  problem: null,
  limits: [],
};
const me: MeView = { name: '', userName: '', phone: null, state: null, states: [], acts: [] };
const coaching: CoachingView = {
  phase: 'Idle',
  since: 0,
  audience: 'Nobody',
  agentId: null,
  agentName: null,
  act: null,
  mode: null,
  scope: null,
  callId: null,
  liveSince: null,
  confirmed: null,
  steps: [],
  problem: null,
  again: null,
  canStop: false,
  outOfSight: false,
};
const floor: FloorView = { total: 0, states: [], groups: [], source: null, read: null, problem: null };
const written: WrittenView = { audience: 'Nobody', media: [], problem: null, armed: [], running: null };
const everything: Act[] = ['ListenIn', 'Coach', 'BargeIn'];
const rules: RulesView = {
  voice: { allowed: everything, reasons: [] },
  sms: { allowed: everything, reasons: [] },
  chat: { allowed: everything, reasons: [] },
  nickname: null,
  nicknameManaged: false,
};

/** What the desk is before anything was asked of it. */
export const nothing = { link, me, coaching, floor, written, drift: [] as DriftView[], rules };

export class Mirror {
  link = $state.raw<LinkView>(link);
  me = $state.raw<MeView>(me);
  coaching = $state.raw<CoachingView>(coaching);
  calls = $state.raw<CallView[]>([]);
  floor = $state.raw<FloorView>(floor);
  roster = $state.raw<RosterWindow | null>(null);
  written = $state.raw<WrittenView>(written);
  /** What was asked for and does not hold. */
  drift = $state.raw<readonly DriftView[]>([]);
  /** What the organisation allows. */
  rules = $state.raw<RulesView>(rules);
  /** The board, by what needs attention first. A session that did not change stays the same object. */
  sessions = $state.raw<readonly SessionView[]>([]);
  /** The transcript of the open session, or of the one that was open before. */
  transcript = $state.raw<Transcript | null>(null);
  /** Counts the snapshots, so that what was asked of an earlier subscription is asked again. */
  snapshots = $state(0);
  revision = 0;

  /** Takes a patch over; false where it does not build on what is here. */
  apply(patch: Patch): boolean {
    const snapshot = patch.from === 0;
    if (!snapshot && patch.from !== this.revision) return false;
    const sessions = patch.board && ordered(snapshot ? [] : this.sessions, patch.board);
    const transcript = patch.transcript && continued(snapshot ? null : this.transcript, patch.transcript);
    if (sessions === null || transcript === null) return false;
    if (patch.link) this.link = patch.link;
    if (patch.me) this.me = patch.me;
    if (patch.coaching) this.coaching = patch.coaching;
    if (patch.calls) this.calls = patch.calls;
    if (patch.floor) this.floor = patch.floor;
    if (patch.roster) this.roster = patch.roster;
    if (patch.written) this.written = patch.written;
    if (patch.drift) this.drift = patch.drift;
    if (patch.rules) this.rules = patch.rules;
    if (sessions) this.sessions = sessions;
    if (transcript || snapshot) this.transcript = transcript ?? null;
    this.revision = patch.to;
    if (snapshot) this.snapshots += 1;
    return true;
  }

  /** The session of a key, while it is on the board. */
  session(key: string | null): SessionView | null {
    return this.sessions.find((session) => session.key === key) ?? null;
  }
}

/** The board after a patch; null where it names a session nobody told of. */
function ordered(before: readonly SessionView[], { order, changed }: BoardPatch): SessionView[] | null {
  const known = new Map([...before, ...changed].map((session) => [session.key, session]));
  const sessions = order.flatMap((key) => known.get(key) ?? []);
  return sessions.length === order.length ? sessions : null;
}
