/** What the columns of a data grid are, and which of them its rows are sorted by. */

export interface Column<Sort extends string> {
  label: string;
  /** What its head sorts by; null where nothing sorts by it. */
  sort: Sort | null;
  /** How its cells are called in the style sheet. */
  part: string;
  /** Numbers stand at the end of their cell, and so does their head. */
  numeric?: true;
}

export interface Sorting<Sort extends string> {
  by: Sort;
  descending: boolean;
}
