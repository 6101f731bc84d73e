/** The columns of the roster, in their order. */
import type { SortKey } from '../../host/types.gen';

export interface Column {
  label: string;
  sort: SortKey | null;
  /** How it is called in the style sheet. */
  part: string;
}

export const COLUMNS: readonly Column[] = [
  { label: 'Agent', sort: 'Name', part: 'agent' },
  { label: 'State', sort: 'State', part: 'state' },
  { label: 'For', sort: 'Since', part: 'for' },
  { label: 'Group', sort: 'Group', part: 'group' },
  { label: 'Phone', sort: 'Number', part: 'phone' },
  { label: 'Coaching', sort: null, part: 'note' },
];
