/**
 * The order of the tiles on screen. Rust sorts by what needs attention, but nothing may move away under the
 * pointer: while it is over the board, tiles keep their places, new ones come at the end, and gone ones close up.
 */
import type { SessionView } from '../../../host/types.gen';

export class Order {
  #held = $state.raw<readonly string[] | null>(null);

  /** Keeps the places as they are. */
  hold(shown: readonly SessionView[]) {
    this.#held ??= shown.map(({ key }) => key);
  }

  release() {
    this.#held = null;
  }

  /** The sessions in the order they are shown. */
  of(sessions: readonly SessionView[]): readonly SessionView[] {
    if (this.#held === null) return sessions;
    const held = this.#held;
    const place = ({ key }: SessionView) => (held.includes(key) ? held.indexOf(key) : held.length);
    return [...sessions].sort((one, other) => place(one) - place(other));
  }
}
