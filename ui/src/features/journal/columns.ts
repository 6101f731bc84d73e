/** The columns of the journal, in their order. */
import type { JournalSort } from '../../host/types.gen';

export interface Column {
  label: string;
  sort: JournalSort | null;
  /** How it is called in the style sheet. */
  part: string;
}

export const COLUMNS: readonly Column[] = [
  { label: 'When', sort: 'Began', part: 'when' },
  { label: 'Agent', sort: 'Agent', part: 'agent' },
  { label: 'Channel', sort: null, part: 'channel' },
  { label: 'Act', sort: null, part: 'act' },
  { label: 'With you', sort: 'LiveTime', part: 'time' },
  { label: 'Result', sort: 'Result', part: 'result' },
  { label: 'Tags', sort: null, part: 'tags' },
  { label: 'Follow-up', sort: 'FollowUp', part: 'follow' },
];
