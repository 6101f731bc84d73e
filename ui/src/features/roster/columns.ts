/** The columns of the roster, in their order. */
import type { Column } from '../../design/grid/columns';
import type { SortKey } from '../../host/types.gen';

export const COLUMNS: readonly Column<SortKey>[] = [
  { label: 'Agent', sort: 'Name', part: 'agent' },
  { label: 'State', sort: 'State', part: 'state' },
  { label: 'For', sort: 'Since', part: 'for', numeric: true },
  { label: 'Group', sort: 'Group', part: 'group' },
  { label: 'Phone', sort: 'Number', part: 'phone' },
  { label: 'Coaching', sort: null, part: 'note' },
];
