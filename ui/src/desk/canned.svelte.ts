/** The library of canned whispers. Rust keeps it; every change is saved at once, and the last ones can be undone. */
import type { Host } from '../host/host';
import { asFault } from '../host/host';
import type { CannedGroup, CannedLibrary, Fault } from '../host/types.gen';

const MOST_UNDONE = 50;

export class Canned {
  library = $state.raw<CannedLibrary | null>(null);
  fault = $state.raw<Fault | null>(null);
  /** Where the last export lies. */
  exported = $state<string | null>(null);
  /** What the supervisor's own groups were before each change, the oldest first. */
  #before = $state.raw<readonly CannedGroup[][]>([]);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  get canUndo(): boolean {
    return this.#before.length > 0;
  }

  get own(): CannedGroup[] {
    return this.library?.own ?? [];
  }

  async load(): Promise<void> {
    await this.#take(this.#host.call('canned.list', {}));
  }

  /** Replaces the supervisor's own groups. */
  async save(groups: CannedGroup[]): Promise<void> {
    const before = this.own;
    if (await this.#take(this.#host.call('canned.save', { groups })))
      this.#before = [...this.#before, before].slice(-MOST_UNDONE);
  }

  async undo(): Promise<void> {
    const before = this.#before.at(-1);
    if (!before) return;
    if (await this.#take(this.#host.call('canned.save', { groups: before }))) this.#before = this.#before.slice(0, -1);
  }

  async import(text: string): Promise<void> {
    const before = this.own;
    if (await this.#take(this.#host.call('canned.import', { text })))
      this.#before = [...this.#before, before].slice(-MOST_UNDONE);
  }

  async export(): Promise<void> {
    this.fault = null;
    try {
      this.exported = await this.#host.call('canned.export', {});
    } catch (reason) {
      this.fault = asFault(reason);
    }
  }

  async #take(answer: Promise<CannedLibrary>): Promise<boolean> {
    this.fault = null;
    this.exported = null;
    try {
      this.library = (await answer) ?? { own: [], managed: [] };
      return true;
    } catch (reason) {
      this.fault = asFault(reason);
      return false;
    }
  }
}
