// Generated from crates/console/tests/contract.rs: run `make types`, do not edit.

export type Moment = number;
export type FaultCode = "bad_address" | "insecure_address" | "unreachable" | "timed_out" | "certificate_untrusted" | "certificate_expired" | "certificate_wrong_host" | "certificate_file" | "not_genesys" | "answer_too_large" | "server_fault" | "wrong_password" | "password_change_demanded" | "not_supervisor" | "feature_missing" | "signed_out" | "not_signed_in" | "already_signed_in" | "phone_not_registered" | "no_phone" | "place_in_use" | "voice_not_started" | "topic_refused" | "link_down" | "agent_gone" | "agent_no_phone" | "agent_logged_out" | "agent_held" | "not_offered" | "already_asked" | "stop_first" | "refused" | "not_confirmed" | "dropped" | "call_gone" | "roster_unavailable" | "bad_profile" | "settings_set_aside" | "settings_not_saved" | "no_keychain" | "journal_unavailable" | "internal";
export type Fault = {
  /** Stable, for machines and support. */
  code: FaultCode,
  /** A sentence a supervisor understands. */
  message: string,
  /** What to do now. */
  hint?: string,
};
export type Audience = "Nobody" | "AgentOnly" | "Everyone" | "Unknown";
export type Act = "ListenIn" | "Coach" | "BargeIn";
export type Mode = "NextCall" | "AllCalls";
export type Scope = "Agent" | "Call";
export type Order = {
  /** The agent, by the id of the roster. */
  agentId: string,
  /** Listen, coach or barge in. */
  act: Act,
  /** Next call or all calls. */
  mode?: Mode,
  /** Leave with the agent or follow the customer. */
  scope?: Scope,
  /** The number to monitor, where it is not simply the agent's phone. */
  phoneNumber?: string,
};
export type CallAct = "Answer" | "Hangup" | "Hold" | "Retrieve" | "SwitchToBargeIn" | "SwitchToListenIn" | "MuteMonitoredUser" | "UnmuteMonitoredUser";
export type OwnState = "Ready" | "NotReady" | "LogIn";
export type Command = { "kind": "monitor",
  /** What exactly. */
  order: Order, } | { "kind": "stop" } | { "kind": "cancelMonitoring" } | { "kind": "call",
  /** Which call. */
  callId: string,
  /** What. */
  act: CallAct, } | { "kind": "setState",
  /** To what. */
  state: OwnState, } | { "kind": "dismissProblem" };
export type LinkState = "Offline" | "SigningIn" | "Connecting" | "Live" | "Stale" | "Recovering" | "SignedOut";
export type LinkView = {
  /** Where it stands. */
  state: LinkState,
  /** Since when. */
  since: Moment,
  /** The last word from the server. */
  confirmed: Moment | null,
  /** Host of the server, for the foot of the window. */
  server: string,
  /** Whether this is the built-in practice floor. */
  practice: boolean,
  /** The last round trip, in milliseconds. */
  roundTripMs: number | null,
  /** Why the link is not what it should be. */
  problem: Fault | null,
  /** What works only in part: voice not started, a topic refused, a service down, no journal. */
  limits: Array<Fault>,
};
export type StateKind = "Ready" | "OnCall" | "AfterCall" | "NotReady" | "LoggedOut" | "Unknown";
export type StateView = {
  /** How to draw it. */
  kind: StateKind,
  /** What to call it: the server's own words. */
  label: string,
  /** When it was first seen. */
  since: Moment,
  /** Whether the change itself was seen; if not, the state is at least this old. */
  exact: boolean,
};
export type PhoneView = {
  /** The number inside. */
  number: string,
  /** Whether the switch knows it (`deviceState` is Active). */
  registered: boolean,
  /** Whether it is an outside phone: it must be picked up by hand (`gws/core.md 5.1`). */
  public: boolean,
};
export type MeView = {
  /** Name to show; empty while nobody is signed in. */
  name: string,
  /** Name for signing in. */
  userName: string,
  /** The phone, where there is one. */
  phone: PhoneView | null,
  /** The state of the phone. */
  state: StateView | null,
  /** What the supervisor can change it to now. */
  states: Array<OwnState>,
  /** The acts the server offers on this phone now, in the order listen, coach, barge. */
  acts: Array<Act>,
};
export type Phase = "Idle" | "Requested" | "Armed" | "Offered" | "Live" | "Stopping" | "Refused" | "Lost";
export type StepKind = "Asked" | "Accepted" | "Armed" | "Offered" | "Live" | "Switched" | "CallEnded" | "StopAsked" | "Stopped" | "Refused" | "Lost";
export type StepView = {
  /** What. */
  kind: StepKind,
  /** When. */
  at: Moment,
  /** How the supervisor was, or asked to be, in the call at that time; after a switch the new way. */
  act: Act | null,
  /** How long it took: from asking for accepted, armed and stopped; from ringing for live. */
  tookMs: number | null,
};
export type CoachingView = {
  /** How far it is. */
  phase: Phase,
  /** Since when. */
  since: Moment,
  /** Who hears the supervisor. */
  audience: Audience,
  /** The agent this is about. */
  agentId: string | null,
  /** The name of the agent, or the number where no name is known. */
  agentName: string | null,
  /** What is in force: the server's word where there is one, else what was asked. */
  act: Act | null,
  /** Next call or all calls, likewise. */
  mode: Mode | null,
  /** Leave with the agent or follow the customer, likewise. */
  scope: Scope | null,
  /** The call it is about, once there is one. */
  callId: string | null,
  /** When the supervisor got into the call. */
  liveSince: Moment | null,
  /** The last time the server confirmed any of this. */
  confirmed: Moment | null,
  /** What happened, oldest first. */
  steps: Array<StepView>,
  /** What went wrong, in words. */
  problem: Fault | null,
  /** What can be asked again on one key: the last order that was refused or lost. */
  again: Order | null,
  /** Whether stopping is possible now. */
  canStop: boolean,
};
export type CallActView = {
  /** What it does. */
  act: CallAct,
  /** Whether there is no way back: the face asks for a hold and says what becomes impossible. */
  oneWay: boolean,
};
export type CallView = {
  /** Its id. */
  id: string,
  /** Its state in the server's words: Ringing, Established, Held … */
  state: string,
  /** Inbound, Outbound, Internal, Consult … */
  direction: string | null,
  /** The other parties. */
  participants: Array<string>,
  /** When it was first seen. */
  since: Moment,
  /** Whether this is a supervised call. */
  supervised: boolean,
  /** How the supervisor is in it, where that is known. */
  act: Act | null,
  /** Whether the agent is muted. */
  agentMuted: boolean,
  /** What can be done with it now: exactly what the server offers. */
  acts: Array<CallActView>,
};
export type RosterSource = "Users" | "ContactsAndDevices" | "Contacts";
export type StateCount = {
  /** The state. */
  kind: StateKind,
  /** How many. */
  count: number,
};
export type GroupCount = {
  /** Its name. */
  name: string,
  /** How many agents are in it. */
  count: number,
};
export type FloorView = {
  /** All agents. */
  total: number,
  /** By state; states nobody is in are left out. */
  states: Array<StateCount>,
  /** By group. */
  groups: Array<GroupCount>,
  /** Where the list comes from; none before the first reading. */
  source: RosterSource | null,
  /** When it was last read. */
  read: Moment | null,
  /** Why it could not be read. */
  problem: Fault | null,
};
export type WhyNot = "NoPhone" | "LoggedOut" | "PhoneNotRegistered" | "Held" | "NotOffered" | "LinkDown";
export type AgentRow = {
  /** The agent's id. */
  id: string,
  /** The agent's name. */
  name: string,
  /** State and its age. */
  state: StateView,
  /** Groups, joined by commas. */
  group: string,
  /** The phone number, empty where there is none. */
  number: string,
  /** Why the agent cannot be coached; none where that is possible. */
  whyNot: WhyNot | null,
  /** The name of the supervisor who holds the agent, where the server names one. */
  heldBy: string | null,
  /** How far our own coaching of this agent is. */
  mine: Phase | null,
  /** When the row was last confirmed. */
  confirmed: Moment,
  /** Whether that is too long ago. */
  stale: boolean,
};
export type SortKey = "Name" | "State" | "Since" | "Group" | "Number";
export type RosterQuery = {
  /** Counts the questions of a face; it comes back with the rows, so that the face knows which question they answer. */
  serial: number,
  /** Words that must all be found in name, number, group or user name, accents and case aside. */
  text: string,
  /** Only these states; empty for all. */
  states: Array<StateKind>,
  /** Only these groups; empty for all. */
  groups: Array<string>,
  /** Order. */
  sort: SortKey,
  /** Whether the order is turned round. */
  descending: boolean,
  /** First row of the window. */
  first: number,
  /** Number of rows in the window. */
  count: number,
  /** The agent in hand, whose row comes along whether or not it is in the window. */
  selected: string | null,
};
export type RosterWindow = {
  /** The question these rows answer. */
  serial: number,
  /** How many agents match. */
  matching: number,
  /** First row of the window. */
  first: number,
  /** The rows. */
  rows: Array<AgentRow>,
  /** The agent in hand. */
  selected: AgentRow | null,
};
export type View = {
  /** The link to the server. */
  link: LinkView,
  /** The supervisor: name, phone, state. */
  me: MeView,
  /** Voice coaching: what was asked, what the server says, who hears. */
  coaching: CoachingView,
  /** The calls on the supervisor's own phone. */
  calls: Array<CallView>,
  /** The floor in numbers. */
  floor: FloorView,
};
export type Patch = {
  /** The revision this builds on; nought for a snapshot, which has every section. */
  from: number,
  /** The revision it leads to. */
  to: number,
  /** The console's clock when this was made, so that a face can tick in step. */
  now: Moment,
  /** The link. */
  link?: LinkView,
  /** The supervisor. */
  me?: MeView,
  /** Voice coaching. */
  coaching?: CoachingView,
  /** Own calls. */
  calls?: Array<CallView>,
  /** The floor. */
  floor?: FloorView,
  /** The rows this face looks at. */
  roster?: RosterWindow,
};
export type SmsSpelling = "auto" | "smsession" | "smssession";
export type Profile = {
  /** Chosen by Sotto, stable, also the name of the keychain entry. */
  id: string,
  /** What the supervisor calls it. */
  name: string,
  /** Base address, such as `https://gws.example.org/api/v2`. */
  baseUrl: string,
  /** User name for signing in. */
  userName: string,
  /** Place to use; empty for the default place of the user. */
  place: string,
  /** Id of the phone to use; empty for the first one of the place. */
  device: string,
  /** How the SMS channel is spelt. */
  smsSpelling: SmsSpelling,
  /** A file with one more certificate authority (PEM); empty for the trust store of the system alone. */
  extraCaFile: string,
  /** Seconds between two readings of the roster, 1 to 300. */
  pollSeconds: number,
  /** Whether the password is kept in the keychain. */
  rememberPassword: boolean,
};
export type CheckedAddress = {
  /** The address as it will be used: with `/api/v2`, without a slash at the end. */
  baseUrl: string,
  /** What the supervisor should know before using it, such as "not encrypted". */
  warning: Fault | null,
};
export type SignIn = {
  /** The server and the user. */
  profile: Profile,
  /** The password; left out to take it from the keychain. */
  password?: string,
};
export type ProfileList = {
  /** The profiles, the last used first. */
  profiles: Array<Profile>,
  /** Ids of the profiles whose password is in the keychain. */
  remembered: Array<string>,
  /** Whether there is a keychain at all. */
  keychain: boolean,
  /** What the supervisor should know: settings set aside, no keychain. */
  notices: Array<Fault>,
};
export type Theme = "system" | "light" | "dark";
export type Preferences = {
  /** Light or dark. */
  theme: Theme,
  /** Width of the agent pane, in CSS pixels. */
  pane: number,
  /** Next call or all calls, as last chosen. */
  mode: Mode,
  /** Leave with the agent or follow the customer, as last chosen. */
  scope: Scope,
};
export type Message = { "kind": "patch",
  /** What changed. */
  patch: Patch, } | { "kind": "closeAsked" };

export interface Commands {
  "session.practice": [Record<string, never>, null];
  "session.sign_in": [{ request: SignIn }, null];
  "session.sign_out": [Record<string, never>, null];
  "profiles.list": [Record<string, never>, ProfileList];
  "profiles.check_address": [{ address: string }, CheckedAddress];
  "profiles.save": [{ profile: Profile }, Profile];
  "profiles.remove": [{ id: string }, null];
  "desk.look": [{ query: RosterQuery }, null];
  "desk.order": [{ command: Command }, null];
  "desk.acknowledge": [{ revision: number }, null];
  "desk.refresh": [Record<string, never>, null];
  "desk.visible": [{ visible: boolean }, null];
  "frame.ready": [Record<string, never>, null];
  "frame.quit": [Record<string, never>, null];
  "frame.preferences": [Record<string, never>, Preferences];
  "frame.save_preferences": [{ preferences: Preferences }, null];
  "frame.report": [{ message: string }, null];
}
