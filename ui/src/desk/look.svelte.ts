/** Which part of the roster this window looks at. Rust filters, sorts and sends just these rows. */
import type { AgentRow, RosterQuery, RosterWindow, SortKey, StateKind } from '../host/types.gen';

export class Look {
  text = $state('');
  states = $state.raw<StateKind[]>([]);
  group = $state('');
  sort = $state<SortKey>('Name');
  descending = $state(false);
  /** The agent in hand. */
  selected = $state<string | null>(null);
  first = $state(0);
  count = $state(60);

  /** Whether anything hides agents. */
  filtered = $derived(this.text.trim() !== '' || this.states.length > 0 || this.group !== '');

  query = $derived<RosterQuery>({
    text: this.text,
    states: this.states,
    groups: this.group === '' ? [] : [this.group],
    sort: this.sort,
    descending: this.descending,
    first: this.first,
    count: this.count,
    selected: this.selected,
  });

  /** Sorts by a column; a second time turns the order round. */
  sortBy(key: SortKey) {
    this.descending = this.sort === key && !this.descending;
    this.sort = key;
  }

  /** Shows or hides the agents in one state. */
  toggle(state: StateKind) {
    this.states = this.states.includes(state)
      ? this.states.filter((other) => other !== state)
      : [...this.states, state];
  }

  clear() {
    this.text = '';
    this.states = [];
    this.group = '';
  }
}

/** The row of the agent in hand: at once where it is on screen, else as Rust sends it along. */
export function inHand(roster: RosterWindow | null, selected: string | null): AgentRow | null {
  if (!roster || selected === null) return null;
  return roster.rows.find((row) => row.id === selected) ?? (roster.selected?.id === selected ? roster.selected : null);
}
