/**
 * Which row is in hand. A key may only take a row that answers the question now asked: while the answer is on
 * its way, or the row far off, the move waits for it. Nobody shall coach the wrong agent for having typed fast.
 */
import type { Desk } from '../../desk/desk.svelte';
import type { RosterWindow } from '../../host/types.gen';

export class Selection {
  /** Where the selection is; -1 where the agent in hand is not among the rows. */
  cursor = -1;
  #pending: number | null = null;
  readonly #desk: Pick<Desk, 'look' | 'mirror'>;

  constructor(desk: Pick<Desk, 'look' | 'mirror'>) {
    this.#desk = desk;
  }

  /** Another question was asked. */
  asked() {
    this.cursor = -1;
    this.#pending = null;
  }

  /** Rows came: finish the move that waited, and find the agent in hand where it is now. */
  came(roster: RosterWindow) {
    const { look } = this.#desk;
    if (roster.serial !== look.serial) return;
    if (this.#pending !== null) this.goTo(this.#pending);
    const found = roster.rows.findIndex((row) => row.id === look.selected);
    if (found >= 0) this.cursor = roster.first + found;
  }

  /** A key goes to a row: at once, or when it has come. */
  goTo(index: number) {
    const { look, mirror } = this.#desk;
    const { roster } = mirror;
    const row = roster?.serial === look.serial ? roster.rows[index - roster.first] : undefined;
    this.cursor = index;
    this.#pending = row ? null : index;
    if (row) look.selected = row.id;
  }

  /** The pointer takes a row: what was pressed is what was seen, whatever comes next. */
  take(index: number) {
    const { look, mirror } = this.#desk;
    const row = mirror.roster?.rows[index - mirror.roster.first];
    if (!row) return;
    this.cursor = index;
    this.#pending = null;
    look.selected = row.id;
  }
}
