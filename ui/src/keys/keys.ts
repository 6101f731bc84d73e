/** The keys of the window: one table, which the keyboard obeys and the help sheet prints. */

export type KeyAct = 'search' | 'listen' | 'coach' | 'barge' | 'answer' | 'again' | 'stop' | 'help';

export interface KeyLine {
  /** As written on the button and in the help sheet. */
  shown: string;
  words: string;
  /** What the window itself does at this key; lines without it belong to the part that has the focus. */
  act?: KeyAct;
  /** `KeyboardEvent.key`, lower case. */
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
  { title: 'Help', lines: [{ shown: 'F1', words: 'This sheet', act: 'help', keys: ['f1', '?'] }] },
];

const byKey = new Map<string, KeyAct>(
  KEYS.flatMap(({ lines }) => lines).flatMap(({ act, keys }) =>
    act && keys ? keys.map((key) => [key, act] as const) : [],
  ),
);

/** What the window does at a key. */
export function actOfKey(key: string): KeyAct | null {
  return byKey.get(key.toLowerCase()) ?? null;
}
