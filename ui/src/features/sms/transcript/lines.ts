/** The rows of a transcript: days, lines and texts on their way; and how a line looks, by who could read it. */
import type { LineKind, LineReaders, LineView, UnsentView } from '../../../host/types.gen';

export type Row =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'line'; key: string; line: LineView }
  | { kind: 'unsent'; key: string; unsent: UnsentView };

/** A transcript with a break before each new day, and at its end what was not taken up yet. */
export function rows(lines: readonly LineView[], unsent: readonly UnsentView[]): Row[] {
  const rows: Row[] = [];
  let day = '';
  for (const line of lines) {
    const its = new Date(line.at).toDateString();
    if (its !== day) rows.push({ kind: 'day', key: `day ${line.id}`, at: line.at });
    day = its;
    rows.push({ kind: 'line', key: `line ${line.id}`, line });
  }
  for (const text of unsent) rows.push({ kind: 'unsent', key: `unsent ${text.sendId}`, unsent: text });
  return rows;
}

export interface LineLook {
  /** On which side it stands. */
  side: 'start' | 'end' | 'middle';
  /** The shape of its edge: dashed for whispers, solid for what you said to everyone, hatched where nobody knows. */
  edge: 'none' | 'plain' | 'dashed' | 'solid' | 'hatched';
  /** The sign before the name. */
  sign: '' | '◐' | '●' | '▲';
  /** Who wrote, as a role; empty where the name says it. */
  role: string;
  /** Who could read it, where that is not plain. */
  readers: string;
}

const readersWords: Record<LineReaders, string> = {
  Everyone: 'the customer reads this',
  Agents: 'only agents see this',
  Supervisors: 'only supervisors see this',
  Unknown: 'not known who reads this',
};

/** A total function: what kind it claims to be never hides who could read it. */
export function lookOf(kind: LineKind, readers: LineReaders): LineLook {
  const own = kind === 'OwnPublic' || kind === 'OwnWhisper';
  if (kind === 'System') return { side: 'middle', edge: 'none', sign: '', role: '', readers: '' };
  if (kind === 'Customer') return { side: 'start', edge: 'plain', sign: '', role: 'customer', readers: '' };
  const role = own ? '' : 'agent';
  if (readers === 'Unknown') return { side: 'end', edge: 'hatched', sign: '▲', role, readers: readersWords.Unknown };
  if (readers === 'Everyone') {
    if (kind === 'Agent') return { side: 'end', edge: 'plain', sign: '', role, readers: '' };
    return { side: 'end', edge: 'solid', sign: '●', role, readers: readersWords.Everyone };
  }
  const whispered = own ? `whisper, ${readersWords[readers]}` : readersWords[readers];
  return { side: 'end', edge: 'dashed', sign: '◐', role, readers: whispered };
}
