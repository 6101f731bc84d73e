/**
 * Which row is in hand. A key may only take a row that answers the question now asked: while the answer is on
 * its way, or the row far off, the move waits for it. Nobody shall coach the wrong agent for having typed fast.
 */
import type { Look } from '../../desk/look.svelte';
import type { AgentRow } from '../../host/types.gen';

/** Rust sends no rows where the answer is the one on screen; after this long that is so. */
const ANSWERED_MS = 300;

export class Selection {
  /** Where the selection is; -1 where the agent in hand is not among the rows. */
  cursor = -1;
  #pending: number | null = null;
  #answered = true;
  #settling: ReturnType<typeof setTimeout> | undefined;
  readonly #look: Look;
  readonly #rowAt: (index: number) => AgentRow | null;

  constructor(look: Look, rowAt: (index: number) => AgentRow | null) {
    this.#look = look;
    this.#rowAt = rowAt;
  }

  /** Another question was asked. */
  asked() {
    this.cursor = -1;
    this.#pending = null;
    this.#answered = false;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#settle(), ANSWERED_MS);
  }

  /** Rows came: finish the move that waited, and find the agent in hand where it is now. */
  came(first: number, rows: AgentRow[]) {
    this.#settle();
    const found = rows.findIndex((row) => row.id === this.#look.selected);
    if (found >= 0) this.cursor = first + found;
  }

  /** A key goes to a row: at once, or when it has come. */
  goTo(index: number) {
    this.cursor = index;
    const row = this.#answered ? this.#rowAt(index) : null;
    this.#pending = row ? null : index;
    if (row) this.#look.selected = row.id;
  }

  /** The pointer takes a row: what was pressed is what was seen, whatever comes next. */
  take(index: number) {
    const row = this.#rowAt(index);
    if (!row) return;
    this.cursor = index;
    this.#pending = null;
    this.#look.selected = row.id;
  }

  stop() {
    clearTimeout(this.#settling);
  }

  #settle() {
    clearTimeout(this.#settling);
    this.#answered = true;
    if (this.#pending !== null && this.#rowAt(this.#pending)) this.goTo(this.#pending);
  }
}
