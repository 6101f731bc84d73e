/**
 * The mirror of the desk: what Rust last said, section by section. A patch replaces whole sections, so a
 * component that reads one section wakes up only for that one.
 */
import type { CallView, CoachingView, FloorView, LinkView, MeView, Patch, RosterWindow } from '../host/types.gen';

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
};
const floor: FloorView = { total: 0, states: [], groups: [], source: null, read: null, problem: null };

/** What the desk is before anything was asked of it. */
export const nothing = { link, me, coaching, floor };

export class Mirror {
  link = $state.raw<LinkView>(link);
  me = $state.raw<MeView>(me);
  coaching = $state.raw<CoachingView>(coaching);
  calls = $state.raw<CallView[]>([]);
  floor = $state.raw<FloorView>(floor);
  roster = $state.raw<RosterWindow | null>(null);
  /** Counts the snapshots, so that what was asked of an earlier subscription is asked again. */
  snapshots = $state(0);
  revision = 0;

  /** Takes a patch over; false where it does not build on what is here. */
  apply(patch: Patch): boolean {
    const snapshot = patch.from === 0;
    if (!snapshot && patch.from !== this.revision) return false;
    if (patch.link) this.link = patch.link;
    if (patch.me) this.me = patch.me;
    if (patch.coaching) this.coaching = patch.coaching;
    if (patch.calls) this.calls = patch.calls;
    if (patch.floor) this.floor = patch.floor;
    if (patch.roster) this.roster = patch.roster;
    this.revision = patch.to;
    if (snapshot) this.snapshots += 1;
    return true;
  }
}
