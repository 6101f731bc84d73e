/** Written sessions for the scenes: people who write, and texts that try to break out. */
import type {
  ArmedView,
  CannedLibrary,
  LineKind,
  LineReaders,
  LineView,
  SessionView,
  WrittenView,
} from '../host/types.gen';

const readersOf: Record<LineKind, LineReaders> = {
  Customer: 'Everyone',
  Agent: 'Everyone',
  Whisper: 'Agents',
  OwnPublic: 'Everyone',
  OwnWhisper: 'Agents',
  System: 'Everyone',
};

export function line(
  id: number,
  kind: LineKind,
  from: string,
  text: string,
  at: number,
  change: Partial<LineView> = {},
): LineView {
  return { id, kind, readers: readersOf[kind], from, text, url: null, at, ...change };
}

export function session(now: number, index: number, change: Partial<SessionView> = {}): SessionView {
  return {
    key: `smssessions/${index}`,
    medium: 'Sms',
    agentId: `agent-${index}`,
    agentName: 'Ana Núñez',
    armedAgent: null,
    others: [],
    customer: 'Pat',
    topic: 'Charged twice',
    userData: [],
    phase: 'Live',
    since: now - 200_000,
    joined: now - 200_000,
    audience: 'AgentOnly',
    readership: 'Agents',
    act: 'Coach',
    switchingTo: null,
    waitingSince: null,
    unread: 0,
    lines: 0,
    last: [],
    typing: [],
    unsent: [],
    acts: {
      whisper: true,
      public: false,
      whisperBarred: null,
      publicBarred: null,
      switches: ['ListenIn', 'BargeIn'],
      accept: false,
      reject: false,
      complete: false,
      leave: 'GoesOn',
    },
    problem: null,
    confirmed: now - 2000,
    ...change,
  };
}

/** What a session is like after barging in. */
export const bargedIn: Partial<SessionView> = {
  audience: 'Everyone',
  readership: 'Everyone',
  act: 'BargeIn',
  acts: {
    whisper: true,
    public: true,
    whisperBarred: null,
    publicBarred: null,
    switches: ['ListenIn', 'Coach'],
    accept: false,
    reject: false,
    complete: false,
    leave: 'GoesOn',
  },
};

export const nothingToDo: SessionView['acts'] = {
  whisper: false,
  public: false,
  whisperBarred: null,
  publicBarred: null,
  switches: [],
  accept: false,
  reject: false,
  complete: false,
  leave: 'NotOffered',
};

/** How Pat and Ana write to each other. */
export function talk(now: number): LineView[] {
  const day = 86_400_000;
  return [
    line(1, 'System', '', 'Pat wrote from +1 555 123 0000', now - day),
    line(2, 'Customer', 'Pat', 'Hi, I have a question about my bill.', now - day),
    line(3, 'Agent', 'Ana Núñez', 'Good morning! Tell me what it is about, I will look at it at once.', now - day),
    line(4, 'System', '', 'You joined; only agents read you', now - 200_000),
    line(
      5,
      'Customer',
      'Pat',
      'I was charged twice for May. See https://bank.example.org/statements/may.',
      now - 190_000,
    ),
    line(6, 'Agent', 'Ana Núñez', 'Let me look into that for you.', now - 170_000),
    line(
      7,
      'OwnWhisper',
      'sam.soto',
      'Second charge is a hold. Offer the refund code, it clears today.',
      now - 150_000,
    ),
    line(8, 'Whisper', 'Bo Li', 'I had the same case this morning, code is R-17.', now - 140_000),
    line(
      9,
      'Agent',
      'Ana Núñez',
      'The second one is only a hold; it clears today. Shall I send you a code? 👍',
      now - 130_000,
    ),
    line(10, 'Customer', 'Pat', 'is anybody there? I was charged twice', now - 101_000),
  ];
}

export const longMessage = Array.from({ length: 10_000 }, (_, index) => `line ${index + 1}`).join('\n');

/** Text that must stay text. */
export function hostileTalk(now: number): LineView[] {
  const evil = [
    '<img src=x onerror="document.title=1">',
    '<script>document.title=1</script><style>body{display:none}</style>',
    'javascript:document.title=1 and <a href="javascript:document.title=1">click</a>',
    '\u202eevil drawkcab\u202c \u2066isolated\u2069 \u200b\u200b\u200bzero\ufeffwidth',
    'https://paypаl.example/login http://user:pw@evil.example/ https://xn--pypal-4ve.example/',
    'x'.repeat(3000),
    'شكرا جزيلا https://example.org/عربي',
    longMessage,
    '{topic} ${agent} {{customer}} %s',
    'Z̷̛̤̈́a̸̧͝l̵̯̓g̵͙̽o̵̲͒ '.repeat(40),
  ];
  return evil.map((text, index) =>
    line(index + 1, index % 3 === 1 ? 'Agent' : 'Customer', '<b>Mallory</b>\u202e', text, now - 60_000 + index * 1000, {
      url: index === 2 ? 'javascript:document.title=1' : null,
    }),
  );
}

export function armedLine(now: number, index: number, agentName: string, change: Partial<ArmedView> = {}): ArmedView {
  return {
    agentId: `agent-${index}`,
    agentName,
    medium: 'Sms',
    act: 'Coach',
    extent: 'AllChats',
    nickname: null,
    phase: 'Armed',
    since: now - 240_000,
    joined: 0,
    problem: null,
    again: false,
    ...change,
  };
}

export function writtenBy(change: Partial<WrittenView> = {}): WrittenView {
  return { audience: 'Nobody', media: ['Sms'], problem: null, armed: [], running: null, ...change };
}

/** The board of the sketch. */
export function board(now: number): SessionView[] {
  const pat = talk(now);
  return [
    session(now, 1, {
      waitingSince: now - 161_000,
      lines: pat.length,
      last: pat.slice(-3),
      unread: 2,
      typing: ['Ana Núñez'],
      userData: [
        ['Customer number', '4711'],
        ['Queue', 'Billing'],
      ],
    }),
    session(now, 4, {
      key: 'smssessions/4',
      agentName: 'Dana O’Hara',
      customer: 'عمر',
      topic: 'توصيل',
      waitingSince: now - 12_000,
      last: [
        line(1, 'Agent', 'Dana O’Hara', 'It is on its way.', now - 20_000),
        line(2, 'Customer', 'عمر', 'شكرا جزيلا', now - 12_000),
      ],
    }),
    session(now, 5, {
      agentName: 'Eun Kim',
      customer: 'Max',
      topic: null,
      audience: 'Nobody',
      readership: 'Supervisors',
      act: 'ListenIn',
      last: [line(1, 'Agent', 'Eun Kim', 'I have sent you the link 👍', now - 33_000)],
    }),
  ];
}

/** As many sessions as a board must bear. */
export function crowdedBoard(now: number, count: number): SessionView[] {
  const people = board(now);
  return Array.from({ length: count }, (_, index) => {
    const one = people[index % people.length]!;
    return { ...one, key: `smssessions/${index + 1}`, customer: `${one.customer} ${index + 1}` };
  });
}

export const library: CannedLibrary = {
  own: [
    {
      name: 'Billing',
      whispers: [
        { title: 'Refund code', text: 'Offer {customer} the refund code, it clears today.' },
        { title: 'Hold', text: '{agent}, the second charge is a hold.' },
        { title: 'Read back', text: 'Read “{topic}” back to {customer} before you promise anything.' },
      ],
    },
    { name: 'Tone', whispers: [{ title: 'Slow down', text: 'Slow down, one question at a time.' }] },
  ],
  managed: [{ name: 'House rules', whispers: [{ title: 'Identity', text: 'Ask for the customer number first.' }] }],
};
