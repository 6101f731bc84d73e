/** The columns of the journal, in their order. */
import type { Column } from '../../design/grid/columns';
import type { JournalSort } from '../../host/types.gen';

export const COLUMNS: readonly Column<JournalSort>[] = [
  { label: 'When', sort: 'Began', part: 'when' },
  { label: 'Agent', sort: 'Agent', part: 'agent' },
  { label: 'Channel', sort: null, part: 'channel' },
  { label: 'Act', sort: null, part: 'act' },
  { label: 'With you', sort: 'LiveTime', part: 'time', numeric: true },
  { label: 'Result', sort: 'Result', part: 'result' },
  { label: 'Tags', sort: null, part: 'tags' },
  { label: 'Follow-up', sort: 'FollowUp', part: 'follow' },
];
