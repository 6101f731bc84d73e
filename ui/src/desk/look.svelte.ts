/** Which part of the roster this window looks at. Rust filters, sorts and sends just these rows. */
import type { AgentRow, RosterQuery, RosterWindow, SortKey, StateKind } from '../host/types.gen';

/** What is asked of the floor: whom to show, in which order. */
interface Question {
  readonly text: string;
  readonly states: readonly StateKind[];
  readonly group: string;
  readonly sort: SortKey;
  readonly descending: boolean;
}

const everybody: Pick<Question, 'text' | 'states' | 'group'> = { text: '', states: [], group: '' };

export class Look {
  #question = $state.raw<Question>({ ...everybody, sort: 'Name', descending: false });
  /** Counts the questions; rows come back with the number of the question they answer. */
  #serial = $state(1);
  /** The agent in hand. */
  selected = $state<string | null>(null);
  first = $state(0);
  count = $state(60);

  query = $derived<RosterQuery>({
    serial: this.#serial,
    text: this.#question.text,
    states: [...this.#question.states],
    groups: this.#question.group === '' ? [] : [this.#question.group],
    sort: this.#question.sort,
    descending: this.#question.descending,
    first: this.first,
    count: this.count,
    selected: this.selected,
  });

  get question(): Question {
    return this.#question;
  }

  get serial(): number {
    return this.#serial;
  }

  /** Whether anything hides agents. */
  get filtered(): boolean {
    const { text, states, group } = this.#question;
    return text.trim() !== '' || states.length > 0 || group !== '';
  }

  /** Asks something else. */
  ask(change: Partial<Question>) {
    this.#question = { ...this.#question, ...change };
    this.#serial += 1;
  }

  /** Sorts by a column; a second time turns the order round. */
  sortBy(sort: SortKey) {
    this.ask({ sort, descending: this.#question.sort === sort && !this.#question.descending });
  }

  /** Shows or hides the agents in one state. */
  toggle(state: StateKind) {
    const { states } = this.#question;
    this.ask({ states: states.includes(state) ? states.filter((other) => other !== state) : [...states, state] });
  }

  clear() {
    this.ask(everybody);
  }
}

/** The row of the agent in hand: at once where it is on screen, else as Rust sends it along. */
export function inHand(roster: RosterWindow | null, selected: string | null): AgentRow | null {
  if (!roster || selected === null) return null;
  return roster.rows.find((row) => row.id === selected) ?? (roster.selected?.id === selected ? roster.selected : null);
}
