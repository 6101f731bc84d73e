/** The keys of the window: one table, which the keyboard obeys and the help sheet prints. */

export type KeyAct =
  | 'search'
  | 'listen'
  | 'coach'
  | 'barge'
  | 'answer'
  | 'again'
  | 'stop'
  | 'armListen'
  | 'armCoach'
  | 'armBarge'
  | 'armAgain'
  | 'armFirst'
  | 'board'
  | 'jump'
  | 'back'
  | 'write'
  | 'debrief'
  | 'toFloor'
  | 'toJournal'
  | 'toSettings'
  | 'toSupport'
  | 'help';

export interface KeyLine {
  /** As written on the button and in the help sheet. */
  shown: string;
  words: string;
  /** What the window itself does at this key; lines without it belong to the part that has the focus. */
  act?: KeyAct;
  /** `KeyboardEvent.key`, lower case; a letter with the shift key is `shift+l`. */
  keys?: readonly string[];
}

export interface KeyGroup {
  title: string;
  lines: readonly KeyLine[];
}

export const KEYS: readonly KeyGroup[] = [
  {
    title: 'Coach',
    lines: [
      { shown: 'L', words: 'Listen to the agent in hand', act: 'listen', keys: ['l'] },
      { shown: 'C', words: 'Coach the agent in hand', act: 'coach', keys: ['c'] },
      { shown: 'B', words: 'Barge in with the agent in hand; hold it to switch while live', act: 'barge', keys: ['b'] },
      { shown: 'A', words: 'Answer when your phone rings', act: 'answer', keys: ['a'] },
      { shown: 'T', words: 'Try again after a refusal or a loss', act: 'again', keys: ['t'] },
      { shown: 'R', words: 'Arm again all that does not hold any more, or was refused', act: 'armAgain', keys: ['r'] },
      { shown: 'Shift R', words: 'Arm again the first of what does not hold', act: 'armFirst', keys: ['shift+r'] },
      { shown: 'Esc Esc', words: 'Stop coaching', act: 'stop', keys: ['escape'] },
    ],
  },
  {
    title: 'Find an agent',
    lines: [
      { shown: '/', words: 'Search', act: 'search', keys: ['/'] },
      { shown: 'Esc', words: 'Clear the search' },
      { shown: '↑ ↓', words: 'Previous, next agent' },
      { shown: 'Page Up, Page Down', words: 'A page of agents up, down' },
      { shown: 'Home, End', words: 'First, last agent' },
      { shown: 'Enter', words: 'Go to the acts of the agent in hand' },
    ],
  },
  {
    title: 'SMS and chat',
    lines: [
      {
        shown: 'Shift L',
        words: 'Listen in the written sessions of the agent in hand',
        act: 'armListen',
        keys: ['shift+l'],
      },
      {
        shown: 'Shift C',
        words: 'Coach in the written sessions of the agent in hand',
        act: 'armCoach',
        keys: ['shift+c'],
      },
      {
        shown: 'Shift B',
        words: 'Barge into the written sessions of the agent in hand',
        act: 'armBarge',
        keys: ['shift+b'],
      },
      { shown: 'S', words: 'Go to the board of sessions', act: 'board', keys: ['s'] },
      {
        shown: '1 to 9',
        words: 'Open the session of that number on the board',
        act: 'jump',
        keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
      },
      { shown: '0', words: 'Close the open session, back to the board', act: 'back', keys: ['0'] },
      { shown: 'W', words: 'Write a whisper in the open session', act: 'write', keys: ['w'] },
    ],
  },
  {
    title: 'While you write',
    lines: [
      { shown: 'Enter', words: 'Whisper: only agents read it. In the composer for everyone it makes a new line' },
      { shown: 'Shift Enter', words: 'New line' },
      { shown: 'Ctrl Enter', words: 'Send to everyone, only in the composer for everyone' },
      { shown: '/', words: 'Canned whispers, where the whisper is still empty' },
      { shown: 'Esc', words: 'Leave the composer; the text stays' },
    ],
  },
  {
    title: 'Debrief',
    lines: [
      { shown: 'D', words: 'Go to the debrief of the coaching that is over', act: 'debrief', keys: ['d'] },
      { shown: '1 to 4', words: 'Give that answer, and on to the next question' },
      { shown: 'Enter', words: 'Save the debrief' },
      { shown: '0', words: 'Later: the journal keeps the coaching' },
    ],
  },
  {
    title: 'Journal',
    lines: [
      { shown: '/', words: 'Search the journal' },
      { shown: '↑ ↓', words: 'Previous, next coaching' },
      { shown: 'Enter', words: 'Open the history of the coaching' },
      { shown: 'Esc', words: 'Close the history' },
    ],
  },
  {
    title: 'Places',
    lines: [
      { shown: 'F', words: 'Go to the floor', act: 'toFloor', keys: ['f'] },
      { shown: 'J', words: 'Go to the journal', act: 'toJournal', keys: ['j'] },
      { shown: ',', words: 'Go to the settings', act: 'toSettings', keys: [','] },
      { shown: 'H', words: 'Go to support: the doctor', act: 'toSupport', keys: ['h'] },
    ],
  },
  { title: 'Help', lines: [{ shown: 'F1', words: 'This sheet', act: 'help', keys: ['f1', '?'] }] },
];

const byKey = new Map<string, KeyAct>(
  KEYS.flatMap(({ lines }) => lines).flatMap(({ act, keys }) =>
    act && keys ? keys.map((key) => [key, act] as const) : [],
  ),
);

/** What the window does at a key. */
export function actOfKey(key: string, shift = false): KeyAct | null {
  const plain = key.toLowerCase();
  return byKey.get(shift && /^[a-z]$/.test(plain) ? `shift+${plain}` : plain) ?? null;
}
