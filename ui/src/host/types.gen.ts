// Generated from crates/console/tests/contract.rs: run `make types`, do not edit.

export type Moment = number;
export type FaultCode = "bad_address" | "insecure_address" | "unreachable" | "timed_out" | "certificate_untrusted" | "certificate_expired" | "certificate_wrong_host" | "certificate_not_pinned" | "proxy_refused" | "certificate_file" | "not_genesys" | "answer_too_large" | "server_fault" | "clock_off" | "poll_cut" | "wrong_password" | "password_change_demanded" | "not_supervisor" | "feature_missing" | "signed_out" | "not_signed_in" | "already_signed_in" | "phone_not_registered" | "no_phone" | "place_in_use" | "voice_not_started" | "written_not_started" | "topic_refused" | "link_down" | "agent_gone" | "agent_no_phone" | "agent_logged_out" | "agent_held" | "not_offered" | "already_asked" | "managed_by_organisation" | "reason_missing" | "stop_first" | "refused" | "not_confirmed" | "dropped" | "call_gone" | "session_gone" | "readers_changed" | "nothing_to_send" | "text_too_long" | "text_not_sendable" | "bad_nickname" | "leave_not_safe" | "running_not_listed" | "transcript_not_read" | "not_kept" | "bad_file" | "roster_unavailable" | "bad_profile" | "settings_set_aside" | "settings_not_saved" | "no_keychain" | "journal_unavailable" | "journal_not_read" | "coaching_unknown" | "bad_journal_entry" | "budget_spent" | "internal";
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
  /** Why: written into the journal. At most 200 characters; where the organisation wants one, nothing goes without. */
  reason?: string,
};
export type CallAct = "Answer" | "Hangup" | "Hold" | "Retrieve" | "SwitchToBargeIn" | "SwitchToListenIn" | "MuteMonitoredUser" | "UnmuteMonitoredUser";
export type OwnState = "Ready" | "NotReady" | "LogIn";
export type Medium = "Sms" | "Chat";
export type Extent = "NextChat" | "AllChats";
export type WrittenOrder = {
  /** The agent, by the id of the roster. */
  agentId: string,
  /** SMS or chat. */
  medium: Medium,
  /** Listen, coach or barge in; the wire calls listening `Monitor`. */
  act: Act,
  /** Next session or all sessions. */
  extent?: Extent,
  /** The name agent and customer see; the user name where left out. Never empty. */
  nickname?: string,
  /** Why: written into the journal. At most 200 characters; where the organisation wants one, nothing goes without. */
  reason?: string,
};
export type Readership = "Supervisors" | "Agents" | "Everyone" | "Unknown";
export type WrittenCommand = { "kind": "arm",
  /** What exactly. */
  order: WrittenOrder, } | { "kind": "disarm",
  /** The agent. */
  agentId: string,
  /** SMS or chat. */
  medium: Medium,
  /** Leave the agent's joined sessions as well, where leaving is certain to end nothing for the customer. */
  leave: boolean, } | { "kind": "forget",
  /** The agent. */
  agentId: string,
  /** SMS or chat. */
  medium: Medium, } | { "kind": "whisper",
  /** The session, by [`SessionView::key`](crate::view::SessionView::key). */
  session: string,
  /** The text. */
  text: string,
  /** Who read us on the screen when this was written. */
  seen: Readership,
  /** Names this text: asked twice with the same id it is sent once. */
  sendId: string, } | { "kind": "sendToEveryone",
  /** The session. */
  session: string,
  /** The text. */
  text: string,
  /** Who read us on the screen when this was written. */
  seen: Readership,
  /** Names this text: asked twice with the same id it is sent once. */
  sendId: string, } | { "kind": "dropUnsent",
  /** The session. */
  session: string,
  /** The text. */
  sendId: string, } | { "kind": "typing",
  /** The session. */
  session: string,
  /** Whether it is for everybody, the customer too. */
  public: boolean,
  /** Began or stopped. */
  typing: boolean,
  /** Who read us on the screen. */
  seen: Readership, } | { "kind": "switch",
  /** The session. */
  session: string,
  /** Listen, coach or barge in. */
  act: Act,
  /** Why, where that has not been said yet. */
  reason?: string, } | { "kind": "accept",
  /** The session. */
  session: string,
  /** The name agent and customer see. */
  nickname?: string,
  /** Why, where that has not been said yet. */
  reason?: string, } | { "kind": "reject",
  /** The session. */
  session: string, } | { "kind": "leave",
  /** The session. */
  session: string,
  /** The supervisor was told that it is not known what leaving does to the customer, and wants it all the same. */
  knowing: boolean, } | { "kind": "complete",
  /** The session. */
  session: string, } | { "kind": "dismiss",
  /** The session. */
  session: string, } | { "kind": "read",
  /** The session. */
  session: string, } | { "kind": "findRunning",
  /** The agent. */
  agentId: string,
  /** SMS or chat. */
  medium: Medium, } | { "kind": "joinNow",
  /** The agent. */
  agentId: string,
  /** The session, as [`RunningView::key`](crate::view::RunningView::key) has it. */
  session: string,
  /** How to be in it. */
  act: Act,
  /** Why, where that has not been said yet. */
  reason?: string, } | { "kind": "readAgain",
  /** The session. */
  session: string,
};
export type Channel = "Voice" | "Sms" | "Chat";
export type DriftLine = {
  /** Calls, SMS sessions or chats. */
  channel: Channel,
  /** The agent. */
  agentId: string,
};
export type Command = { "kind": "monitor",
  /** What exactly. */
  order: Order, } | { "kind": "stop" } | { "kind": "cancelMonitoring" } | { "kind": "call",
  /** Which call. */
  callId: string,
  /** What. */
  act: CallAct,
  /** Why, where that has not been said yet. */
  reason?: string, } | { "kind": "setState",
  /** To what. */
  state: OwnState, } | { "kind": "dismissProblem" } | { "kind": "offThePhone" } | { "kind": "rearm",
  /** Which. */
  line: DriftLine,
  /** Why, where that has not been said yet. */
  reason?: string, } | { "kind": "rearmAll",
  /** Why, where that has not been said yet. */
  reason?: string, } | { "kind": "letGo",
  /** Which. */
  line: DriftLine, } | { "kind": "noted",
  /** Which. */
  line: DriftLine, } | { "kind": "written",
  /** What. */
  command: WrittenCommand,
};
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
export type StepKind = "Asked" | "AskedByItself" | "Accepted" | "Armed" | "Offered" | "Live" | "Switched" | "CallEnded" | "StopAsked" | "Stopped" | "Refused" | "Lost";
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
  /** Something was going on at the phone when Sotto saw it last, and nothing tells what became of it: whether anybody hears
 * the supervisor is for them to say (`Command::OffThePhone`). */
  outOfSight: boolean,
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
export type ArmedPhase = "Requested" | "Armed" | "Cancelling" | "Refused" | "Lost" | "Unclear";
export type ArmedView = {
  /** The agent's id. */
  agentId: string,
  /** The agent's name. */
  agentName: string,
  /** SMS or chat. */
  medium: Medium,
  /** Listen, coach or barge in. */
  act: Act,
  /** Next session or all; none where it was left to the server (all). */
  extent: Extent | null,
  /** The name agent and customer see. */
  nickname: string | null,
  /** How far it is. */
  phase: ArmedPhase,
  /** Since when. */
  since: Moment,
  /** How many sessions came of it. */
  joined: number,
  /** What went wrong. */
  problem: Fault | null,
  /** Whether the same can be asked again on one key. */
  again: boolean,
};
export type SessionPhase = "Invited" | "Joining" | "Live" | "Leaving" | "Revoked" | "Left" | "Completed" | "Failed" | "Lost";
export type LeaveEffect = "NotOffered" | "GoesOn" | "EndsForCustomer" | "Unknown";
export type LineKind = "Customer" | "Agent" | "Whisper" | "OwnPublic" | "OwnWhisper" | "System";
export type LineReaders = "Everyone" | "Agents" | "Supervisors" | "Unknown";
export type LineView = {
  /** Names the line within its session, for ever. */
  id: number,
  /** What it is. */
  kind: LineKind,
  /** Who could read it. */
  readers: LineReaders,
  /** Who wrote it. Hostile text. */
  from: string,
  /** What it says. Hostile text. For a system line: what happened, in words. */
  text: string,
  /** A link that was sent with it. Hostile text, never opened unasked. */
  url: string | null,
  /** When, by the server's clock where it says so, else when it came. */
  at: Moment,
};
export type UnsentState = "Sending" | "Taken" | "Failed" | "Unclear";
export type UnsentView = {
  /** Its id. */
  sendId: string,
  /** The text. */
  text: string,
  /** Whether it is for everybody. */
  public: boolean,
  /** How far it is. */
  state: UnsentState,
  /** Why it was not sent. */
  problem: Fault | null,
  /** When it was asked for. */
  at: Moment,
};
export type SessionActs = {
  /** Write to the agent only. */
  whisper: boolean,
  /** Write to everybody. */
  public: boolean,
  /** The server would let us write to the agent, and the organisation does not: why, in a sentence. */
  whisperBarred: string | null,
  /** The same of writing to everybody. */
  publicBarred: string | null,
  /** The ways of being in it that can be changed to now. */
  switches: Array<Act>,
  /** Accept the invitation. */
  accept: boolean,
  /** Turn it down. */
  reject: boolean,
  /** Mark as done. */
  complete: boolean,
  /** What leaving would do. */
  leave: LeaveEffect,
};
export type SessionView = {
  /** Names the session in commands: `smssessions/0000Ka1`. Not to be taken apart. */
  key: string,
  /** SMS or chat. */
  medium: Medium,
  /** Who is being coached now; another agent than the armed one where that one has left. */
  agentId: string | null,
  /** The agent's name. */
  agentName: string,
  /** The agent who was armed, where that is another by now. */
  armedAgent: string | null,
  /** Further agents in it. */
  others: Array<string>,
  /** What the customer is called. Hostile text. */
  customer: string,
  /** What it is about, from the attached data. Hostile text. */
  topic: string | null,
  /** What the contact centre attached. Hostile text. */
  userData: Array<[string, string]>,
  /** How far it is. */
  phase: SessionPhase,
  /** Since when. */
  since: Moment,
  /** When we came in. */
  joined: Moment | null,
  /** Who reads us. */
  audience: Audience,
  /** The same as it goes back with every text. */
  readership: Readership,
  /** How we are in it, where that is certain. */
  act: Act | null,
  /** A change that was asked for and is not confirmed. */
  switchingTo: Act | null,
  /** The customer's last message that nobody has answered. */
  waitingSince: Moment | null,
  /** Lines that came since the supervisor last read it. */
  unread: number,
  /** How many lines the transcript has. */
  lines: number,
  /** The last lines that somebody wrote, oldest first, at most three. */
  last: Array<LineView>,
  /** Who types now. Hostile text. */
  typing: Array<string>,
  /** Own texts that are not in the transcript yet. */
  unsent: Array<UnsentView>,
  /** What can be done now. */
  acts: SessionActs,
  /** What went wrong, or why it ended, in words. */
  problem: Fault | null,
  /** When the server last said something about it. */
  confirmed: Moment,
};
export type RunningView = {
  /** Names it in commands. */
  key: string,
  /** What the customer is called. Hostile text. */
  customer: string,
  /** What it is about. Hostile text. */
  topic: string | null,
};
export type AgentSessionsView = {
  /** The agent. */
  agentId: string,
  /** SMS or chat. */
  medium: Medium,
  /** Whether the answer is still on its way. */
  reading: boolean,
  /** The sessions that can be joined. */
  sessions: Array<RunningView>,
  /** Why they cannot be listed. */
  problem: Fault | null,
};
export type WrittenView = {
  /** Who reads the supervisor, in the hottest of the joined sessions. */
  audience: Audience,
  /** The media in which an agent can be armed now; empty where there is none. */
  media: Array<Medium>,
  /** Why none can, or what works only in part. */
  problem: Fault | null,
  /** What is armed, may be, was asked for, refused or lost, in the order it was asked. */
  armed: Array<ArmedView>,
  /** The running sessions of the agent who was asked about last. */
  running: AgentSessionsView | null,
};
export type BoardPatch = {
  /** The keys of all sessions, by what needs attention first. */
  order: Array<string>,
  /** The sessions that are new or changed. */
  changed: Array<SessionView>,
};
export type TranscriptPatch = {
  /** The session. */
  session: string,
  /** How many of the lines told before still hold; nought for the whole. */
  from: number,
  /** The lines from there on, oldest first. */
  lines: Array<LineView>,
  /** Whether earlier lines are still being read. */
  reading: boolean,
  /** Why the transcript may not be whole. */
  problem: Fault | null,
};
export type DriftCause = "Restarted" | "ServerForgot" | "AgentLoggedOut" | "OwnPhone" | "HeldByAnother" | "ArmedElsewhere" | "NotConfirmed" | "Refused" | "Ended";
export type DriftState = "Drifted" | "AskedByItself" | "ArmedByItself";
export type DriftView = {
  /** Which. */
  line: DriftLine,
  /** The agent's name. Hostile text. */
  agentName: string,
  /** Listen, coach or barge in. */
  act: Act,
  /** In calls: the next or all; none where it was left to the server (all). */
  mode: Mode | null,
  /** In calls: leave with the agent or follow the customer. */
  scope: Scope | null,
  /** In written sessions: the next or all; none where it was left to the server (all). */
  extent: Extent | null,
  /** In written sessions: the name agent and customer see. */
  nickname: string | null,
  /** What the line says. */
  state: DriftState,
  /** Why it does not hold; none where it was asked for again. */
  cause: DriftCause | null,
  /** Since when it does not hold, or when it was asked for again. */
  since: Moment,
  /** When the supervisor asked for it. */
  asked: Moment,
  /** It was for one call or session, and that may have been while nobody watched. */
  mayBeServed: boolean,
  /** In written sessions: the server may hold it still, and tells nobody. Letting it go cancels it there. */
  mayHold: boolean,
  /** What the server said, where it said something. */
  problem: Fault | null,
  /** Why it cannot be asked for again now. */
  blocked: Fault | null,
};
export type ChannelRules = {
  /** What may be asked for. */
  allowed: Array<Act>,
  /** What needs a reason, which is written into the journal. */
  reasons: Array<Act>,
};
export type RulesView = {
  /** In calls. */
  voice: ChannelRules,
  /** In SMS sessions. */
  sms: ChannelRules,
  /** In chats. */
  chat: ChannelRules,
  /** The name agent and customer see, where the organisation has set it and it is known already. */
  nickname: string | null,
  /** Whether the organisation sets that name, so that the supervisor cannot. */
  nicknameManaged: boolean,
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
  /** Written supervision. */
  written: WrittenView,
  /** The sessions on the board, by what needs attention first. */
  sessions: Array<SessionView>,
  /** What was asked for and does not hold. */
  drift: Array<DriftView>,
  /** What the organisation allows. */
  rules: RulesView,
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
  /** Written supervision. */
  written?: WrittenView,
  /** The sessions on the board. What is not in its order is gone. */
  board?: BoardPatch,
  /** What was asked for and does not hold. */
  drift?: Array<DriftView>,
  /** What the organisation allows. */
  rules?: RulesView,
  /** The transcript this face has open. */
  transcript?: TranscriptPatch,
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
  /** Whether chats are supervised too. Logging in to a channel that the user does not have can cost the SMS channel on
 * some servers, so it is asked for only where it is wanted. */
  chats: boolean,
  /** A file with one more certificate authority (PEM); empty for the trust store of the system alone. */
  extraCaFile: string,
  /** Seconds between two readings of the roster, 1 to 300. */
  pollSeconds: number,
  /** Whether the password is kept in the keychain. */
  rememberPassword: boolean,
  /** The only public keys this server may have, each the SHA-256 of its SPKI in base64, as in `sha256/…`: several, so
 * that a key can be renewed. Empty for no pins. */
  keyPins: Array<string>,
  /** The proxy to use, such as `http://proxy.example.org:3128`; `direct` for none, empty for the one of the system. */
  proxy: string,
  /** The user name for that proxy; empty where it asks for none. Its password is not part of the profile. */
  proxyUser: string,
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
  /** The password of the proxy; left out to take it from the keychain, or where the proxy asks for none. */
  proxyPassword?: string,
};
export type DoctorStep = "address" | "proxy" | "dns" | "tcp" | "tls" | "clock" | "version" | "sign_in" | "role" | "features" | "subscription" | "topics" | "contact_centre_session" | "services" | "phone" | "roster" | "capabilities" | "sms_spelling" | "poll";
export type DoctorOutcome = "ok" | "warning" | "failed" | "skipped";
export type DoctorFact = {
  /** What it is. */
  name: string,
  /** What was found. It may come from the server: text, never markup. */
  value: string,
};
export type DoctorCheck = {
  /** Which step. */
  step: DoctorStep,
  /** The step in a few words. */
  title: string,
  /** How it went. */
  outcome: DoctorOutcome,
  /** What was found, or the cause. */
  found: string,
  /** What it means for coaching, where it does not work as it should. */
  meaning: string | null,
  /** What to do about it. */
  remedy: string | null,
  /** The code of the cause. */
  code: FaultCode | null,
  /** For IT. */
  facts: Array<DoctorFact>,
  /** How long it took, in milliseconds. */
  tookMs: number,
};
export type DoctorReport = {
  /** Which Sotto this is. */
  version: string,
  /** The operating system and the kind of processor. */
  system: string,
  /** The server that was looked at, without its path. */
  server: string,
  /** When it began, in milliseconds since the Unix epoch. */
  atMs: number,
  /** Every step, in order. */
  checks: Array<DoctorCheck>,
};
export type Examine = {
  /** The server and the user; none for whoever is signed in. */
  profile: Profile | null,
  /** The password; left out to take it from the keychain, if it is there. */
  password?: string,
};
export type Examined = {
  /** Step by step. */
  report: DoctorReport,
  /** The same as text, to send to IT. */
  text: string,
};
export type LogLevel = "info" | "debug" | "trace";
export type RunStage = "starting" | "open" | "signed_in" | "leaving" | "ended";
export type LastRun = { "kind": "unknown" } | { "kind": "clean" } | { "kind": "killed",
  /** How far it had come. */
  stage: RunStage,
  /** When it had come so far, in milliseconds since the Unix epoch. */
  atMs: number, } | { "kind": "panicked",
  /** Where in Sotto. */
  place: string,
  /** What it said, without what looks like a secret. */
  message: string,
  /** When, in milliseconds since the Unix epoch. */
  atMs: number,
};
export type BundleFile = {
  /** Its name. */
  name: string,
  /** What it is, in words. */
  about: string,
  /** Its size in bytes. */
  bytes: number,
  /** Its text, or the beginning of it where it is long. */
  peek: string,
  /** Whether the text goes on. */
  more: boolean,
};
export type BundleText = {
  /** The text. */
  text: string,
  /** Where it goes on, in bytes from the beginning of the file; none where this is the end. */
  next: number | null,
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
  /** Next session or all sessions, as last chosen. */
  extent: Extent,
  /** The name agent and customer see in written sessions, as last chosen; empty for the user name. */
  nickname: string,
  /** Width of the pane of written sessions, in CSS pixels. */
  board: number,
  /** Whether the system tells that a session came while the window is not in front. */
  alerts: boolean,
};
export type Draft = {
  /** The session, by its key; `debrief:` and the coaching for a debrief that was begun and not saved. */
  session: string,
  /** Whether it is for everybody, or a whisper. The two are never mixed. */
  public: boolean,
  /** The text; empty takes the draft away. */
  text: string,
};
export type CannedWhisper = {
  /** What it is found by. */
  title: string,
  /** The text. */
  text: string,
};
export type CannedGroup = {
  /** Its name. */
  name: string,
  /** The whispers, in the order they are shown. */
  whispers: Array<CannedWhisper>,
};
export type CannedLibrary = {
  /** The supervisor's own. */
  own: Array<CannedGroup>,
  /** The organisation's, from the policy file: read-only. */
  managed: Array<CannedGroup>,
};
export type ManagedPoint = {
  /** What it is about. */
  title: string,
  /** What was decided, a line each. */
  lines: Array<string>,
};
export type ManagedServer = {
  /** What it is called. */
  name: string,
  /** Its address; a profile with this address is of this server. */
  address: string,
  /** Whether the file with an extra certificate authority is fixed. */
  extraCaFile: boolean,
  /** Whether the spelling of the SMS channel is fixed. */
  smsSpelling: boolean,
  /** Whether it is fixed if chats are supervised. */
  chats: boolean,
  /** Whether the proxy is fixed. */
  proxy: boolean,
  /** Whether its keys are pinned. */
  keyPins: boolean,
};
export type ReasonsView = {
  /** To choose from, in this order. */
  choices: Array<string>,
  /** Whether another one can be written. */
  freeText: boolean,
};
export type PolicyView = {
  /** The file it was read from; none where nothing is managed. */
  file: string | null,
  /** Everything it decides, in words. */
  points: Array<ManagedPoint>,
  /** The servers of the organisation, with what is fixed of each. */
  servers: Array<ManagedServer>,
  /** Whether there are no other servers. */
  onlyTheseServers: boolean,
  /** How the SMS channel is spelt on every server, where that is fixed. */
  smsSpelling: SmsSpelling | null,
  /** The reasons to choose from, where one is required. */
  reasons: ReasonsView | null,
  /** The pattern of the nickname, where that is fixed. */
  nickname: string | null,
  /** The fewest seconds between two readings of the roster; none where any number goes. */
  pollSecondsAtLeast: number | null,
  /** The seconds between two readings of the roster, where they are fixed. */
  pollSeconds: number | null,
  /** Whether notices of the system are off. */
  notificationsOff: boolean,
  /** Whether no password is kept. */
  keychainOff: boolean,
  /** How much is logged, where that is fixed. */
  logLevel: LogLevel | null,
  /** What holds where the supervisor has chosen nothing. */
  defaults: Preferences,
};
export type SettingsImported = {
  /** The preferences that hold now. */
  preferences: Preferences,
  /** How many servers are new. */
  added: number,
  /** How many servers were known and are as in the file now. */
  replaced: number,
  /** What was left out, and why. */
  leftOut: Array<Fault>,
};
export type JournalChannel = "Voice" | "Sms" | "Chat";
export type JournalResult = "Underway" | "Ended" | "Cancelled" | "Revoked" | "Left" | "Refused" | "Lost";
export type JournalEvent = "Requested" | "Accepted" | "Armed" | "Offered" | "Live" | "ModeChanged" | "Ended" | "Cancelled" | "Revoked" | "Left" | "Refused" | "Lost" | "Whispered";
export type Uptake = "Used" | "Partly" | "NotUsed";
export type CoachingEffect = "Better" | "Same" | "Worse";
export type NextStep = "Nothing" | "Praise" | "WatchAgain" | "Train";
export type JournalSort = "Began" | "Agent" | "Result" | "LiveTime" | "FollowUp";
export type JournalQuery = {
  /** Words that must all be found in agent, supervisor, server, mode, scope, reason, error code, tags or note; case and
 * accents aside. */
  text: string,
  /** Only these agents, by id. */
  agentIds: Array<string>,
  /** Only these channels. */
  channels: Array<JournalChannel>,
  /** Only where one of these was done. */
  acts: Array<Act>,
  /** Only these results. */
  results: Array<JournalResult>,
  /** Only with one of these tags. */
  tags: Array<string>,
  /** Only what began at or after this moment. */
  from: Moment | null,
  /** Only what began before this moment. */
  until: Moment | null,
  /** Only with a follow-up on this day or before, as in `2026-11-22`. */
  followUpUntil: string | null,
  /** Order. */
  sort: JournalSort,
  /** Whether the order is turned round. */
  descending: boolean,
  /** First row of the window. */
  first: number,
  /** Number of rows in the window. */
  count: number,
};
export type JournalTag = {
  /** The word. */
  tag: string,
  /** How many coachings have it. */
  coachings: number,
};
export type JournalAgent = {
  /** The agent's id. */
  id: string,
  /** The name to show. */
  name: string,
};
export type Debrief = {
  /** When it was given. */
  at: Moment,
  /** User name of the supervisor who gave it. */
  supervisor: string,
  /** Whether the agent used the help. */
  uptake: Uptake | null,
  /** How the interaction went on. */
  effect: CoachingEffect | null,
  /** What comes next. */
  nextStep: NextStep | null,
  /** Words to find it by. */
  tags: Array<string>,
  /** Free words. */
  note: string | null,
  /** The day to come back to it, as in `2026-11-22`. */
  followUp: string | null,
};
export type NewDebrief = {
  /** The coaching it is about. */
  session: string,
  /** Whether the agent used the help. */
  uptake: Uptake | null,
  /** How the interaction went on. */
  effect: CoachingEffect | null,
  /** What comes next. */
  nextStep: NextStep | null,
  /** Words to find it by. They are trimmed; empty and repeated ones are dropped. */
  tags: Array<string>,
  /** Free words, without what the customer said. Empty is none. */
  note: string | null,
  /** The day to come back to it, as in `2026-11-22`. */
  followUp: string | null,
};
export type JournalCoaching = {
  /** What it is called by: groups its entries. */
  session: string,
  /** User name of the supervisor. */
  supervisor: string,
  /** The agent's id, empty where the target was a number. */
  agentId: string,
  /** The agent's name. */
  agentName: string,
  /** Base address of the server, or the name of the practice floor. */
  server: string,
  /** Voice, SMS or chat. */
  channel: JournalChannel,
  /** Each that was done or asked for, in the order of the first time. Never empty. */
  acts: Array<Act>,
  /** The mode in the server's word, where one was chosen: `NextCall`, `AllChats`, … */
  mode: string | null,
  /** The scope in the server's word, where one was chosen: `Agent` or `Call`. */
  scope: string | null,
  /** Why it was asked for, where that was asked. */
  reason: string | null,
  /** Time of its first entry. */
  began: Moment,
  /** When it was asked for; none where it was found armed. */
  requested: Moment | null,
  /** When it was first armed. */
  armed: Moment | null,
  /** When the supervisor first was in. */
  live: Moment | null,
  /** When it came to its result; none while it is under way. */
  ended: Moment | null,
  /** How many interactions the supervisor was in. */
  interactions: number,
  /** How long, in milliseconds, as far as their ends are known. */
  liveMs: number,
  /** From the request to the server's answer, in milliseconds, where it was measured. */
  acceptedTookMs: number | null,
  /** From the request to the server's confirmation, in milliseconds. */
  armedTookMs: number | null,
  /** From the agent's interaction to the supervisor in it, in milliseconds. */
  liveTookMs: number | null,
  /** How it stands. */
  result: JournalResult,
  /** The stable code of the last error. */
  errorCode: string | null,
  /** How many whispers were noted. */
  whispers: number,
  /** What the supervisor made of it: the newest debrief. */
  debrief: Debrief | null,
  /** How many debriefs there are: more than one were corrected. */
  debriefs: number,
};
export type JournalPage = {
  /** How many coachings there are at all. */
  all: number,
  /** How many match. */
  total: number,
  /** First row of the window. */
  first: number,
  /** The rows of the window. */
  rows: Array<JournalCoaching>,
  /** Every tag in use, in alphabetical order. */
  tags: Array<JournalTag>,
  /** Every agent there is a coaching of, by name. */
  agents: Array<JournalAgent>,
};
export type JournalEntryContent = { "kind": "event",
  /** What happened. */
  event: JournalEvent,
  /** Listen in, coach or barge in. */
  act: Act,
  /** How long it took, in milliseconds, where it was measured. */
  tookMs: number | null,
  /** The stable code of the error, where there was one. */
  errorCode: string | null,
  /** Why, where the supervisor was asked. */
  reason: string | null,
  /** What was written, where the organisation's policy has it kept. Hostile text. */
  text: string | null, } | { "kind": "debrief",
  /** The debrief. */
  debrief: Debrief,
};
export type JournalEntry = {
  /** Place in the journal: 1, 2, 3 … */
  sequence: number,
  /** When it happened. */
  at: Moment,
  /** SHA-256 of the entry and the one before: 64 lower-case hexadecimal digits. */
  hash: string,
  /** What it says. */
  what: JournalEntryContent,
};
export type JournalState = "whole" | "edited" | "removed" | "reordered" | "truncated" | "added" | "sealChanged";
export type JournalCheck = {
  /** Whether it is whole, and if not, how not. */
  state: JournalState,
  /** The first entry that is wrong, by its place; none where it is whole. */
  sequence: number | null,
  /** The same in a sentence, in English. */
  sentence: string,
  /** How many entries there are now, where it is whole. */
  entries: number | null,
  /** Place of the first of them, where it is whole: those before it were removed by policy. */
  first: number | null,
  /** Hash of the last entry, where it is whole: noted down elsewhere it shows later that nobody made the journal anew. */
  seal: string | null,
};
export type JournalFormat = "csv" | "jsonl" | "html";
export type JournalExport = {
  /** The file. */
  file: string,
  /** Its manifest, beside it: what it was made from, and the hash to know it again by. */
  manifest: string,
  /** How many coachings are in it. */
  coachings: number,
  /** Whether the whole journal held when it was made. */
  whole: boolean,
};
export type CoverageQuestion = {
  /** Who was not coached for so many days. */
  days: number,
  /** Minutes in each of so many weeks up to and with this one; at most 104. */
  weeks: number,
  /** Only coachings with one of these acts count; none given means all. */
  acts: Array<Act>,
};
export type Uncovered = {
  /** Who. */
  agent: JournalAgent,
  /** When the supervisor last was in an interaction of theirs; none for never. */
  last: Moment | null,
  /** How many whole days ago that was. */
  days: number | null,
};
export type AgentWeeks = {
  /** Who. */
  agent: JournalAgent,
  /** Time in interactions, in milliseconds, one for each week. */
  liveMs: Array<number>,
};
export type JournalCoverage = {
  /** Whether the agents are those of the roster. If not, nobody is signed in, and only agents who were coached before
 * are known. */
  fromRoster: boolean,
  /** Agents the supervisor has not been with for so many days: those never, then the longest ago. */
  uncovered: Array<Uncovered>,
  /** When each week began, the oldest first. */
  weeks: Array<Moment>,
  /** A row for each agent. */
  rows: Array<AgentWeeks>,
};
export type WhenSpent = "warn" | "block";
export type Budget = {
  /** So many coachings in which the supervisor was in at least one interaction. */
  perMonth: number,
  /** What counts. */
  acts: Array<Act>,
  /** What is done when it is spent. */
  whenSpent: WhenSpent,
};
export type AgentUsage = {
  /** The agent's id. */
  agentId: string,
  /** Coachings in which the supervisor was in at least one interaction. */
  coachings: number,
  /** Interactions: a coaching of all calls may have many. */
  interactions: number,
  /** Time in them, in milliseconds. */
  liveMs: number,
  /** Whether the budget is spent: another coaching would be over it. */
  spent: boolean,
};
export type JournalUsage = {
  /** The organisation's budget; none where there is no limit. */
  budget: Budget | null,
  /** A row for each agent that was asked for; for no agent asked for, each there is a coaching of. */
  agents: Array<AgentUsage>,
};
export type CoachingEnded = {
  /** What it is called by in the journal. */
  session: string,
  /** The agent's id, empty where the target was a number. */
  agentId: string,
  /** The agent's name. */
  agentName: string,
  /** Voice, SMS or chat. */
  channel: JournalChannel,
  /** What was done last. */
  act: Act,
  /** How it ended. */
  result: JournalResult,
  /** When the supervisor first was in. */
  live: Moment,
  /** How many interactions the supervisor was in. */
  interactions: number,
  /** How long, in milliseconds. */
  liveMs: number,
  /** Whether it is still armed for the agent's next interaction: it was asked for all of them. When that ends too, it
 * is told again. */
  goesOn: boolean,
};
export type AskedAgent = {
  /** Its identity. */
  id: string,
  /** Its name. */
  name: string,
};
export type AgentAsked = {
  /** The name, number or id in the link. Hostile text. */
  named: string,
  /** Whether the roster has been read; until then nobody can be found, and it is asked again. */
  known: boolean,
  /** Whom that is: none where nobody has it, several where several do. */
  agents: Array<AskedAgent>,
};
export type Message = { "kind": "patch",
  /** What changed. */
  patch: Patch, } | { "kind": "sessionArrived",
  /** The session, by its key. */
  session: string,
  /** The agent. */
  agentName: string,
  /** The customer. Hostile text. */
  customer: string,
  /** SMS or chat. */
  medium: Medium,
  /** Who reads the supervisor in it. */
  audience: Audience, } | { "kind": "openSession",
  /** The session, by its key. */
  session: string, } | { "kind": "coachingEnded",
  /** Which, and how it went. */
  ended: CoachingEnded, } | { "kind": "agentAsked",
  /** Who was asked for and who that is. */
  asked: AgentAsked, } | { "kind": "checked",
  /** How it went. */
  check: DoctorCheck, } | { "kind": "closeAsked" };

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
  "desk.open": [{ session: string | null }, null];
  "desk.acknowledge": [{ revision: number }, null];
  "desk.refresh": [Record<string, never>, null];
  "desk.visible": [{ visible: boolean }, null];
  "drafts.list": [Record<string, never>, Draft[]];
  "drafts.keep": [{ draft: Draft }, null];
  "canned.list": [Record<string, never>, CannedLibrary];
  "canned.save": [{ groups: CannedGroup[] }, CannedLibrary];
  "canned.import": [{ text: string }, CannedLibrary];
  "canned.export": [Record<string, never>, string];
  "journal.find": [{ query: JournalQuery }, JournalPage];
  "journal.history": [{ session: string }, JournalEntry[]];
  "journal.debrief": [{ debrief: NewDebrief }, JournalCoaching];
  "journal.verify": [Record<string, never>, JournalCheck];
  "journal.export": [{ format: JournalFormat, query: JournalQuery }, JournalExport];
  "journal.coverage": [{ question: CoverageQuestion }, JournalCoverage];
  "journal.usage": [{ agentIds: string[] }, JournalUsage];
  "settings.policy": [Record<string, never>, PolicyView];
  "settings.export": [Record<string, never>, string];
  "settings.import": [{ text: string }, SettingsImported];
  "support.examine": [{ request: Examine }, Examined];
  "support.last_run": [Record<string, never>, LastRun];
  "support.log_level": [Record<string, never>, LogLevel];
  "support.set_log_level": [{ level: LogLevel }, null];
  "support.bundle": [Record<string, never>, BundleFile[]];
  "support.bundle_text": [{ name: string; from: number }, BundleText | null];
  "support.save_bundle": [Record<string, never>, string];
  "frame.open_link": [{ url: string }, null];
  "frame.ready": [Record<string, never>, null];
  "frame.quit": [Record<string, never>, null];
  "frame.preferences": [Record<string, never>, Preferences];
  "frame.save_preferences": [{ preferences: Preferences }, null];
  "frame.report": [{ message: string }, null];
}
