/** Keeps one question on its way; of those that come meanwhile only the last counts. */
export class LatestOnly<T> {
  #next: T | null = null;
  #busy = false;
  readonly #send: (value: T) => Promise<unknown>;

  constructor(send: (value: T) => Promise<unknown>) {
    this.#send = send;
  }

  ask(value: T) {
    this.#next = value;
    if (!this.#busy) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#next !== null) {
      const value = this.#next;
      this.#next = null;
      await this.#send(value).catch(() => undefined);
    }
    this.#busy = false;
  }
}
