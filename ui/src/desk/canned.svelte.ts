/**
 * The library of canned whispers. Rust keeps it; every change is saved at once, and the last ones can be undone. A change
 * that could not be saved stays on screen with the reason, and goes along with the next one: nothing written is lost.
 */
import type { Host } from '../host/host';
import { asFault } from '../host/host';
import type { CannedGroup, CannedLibrary, Fault } from '../host/types.gen';

const MOST_UNDONE = 50;

export class Canned {
  fault = $state.raw<Fault | null>(null);
  /** Where the last export lies. */
  exported = $state<string | null>(null);
  /** The library as Rust has it; none before it was read. */
  #kept = $state.raw<CannedLibrary | null>(null);
  /** The supervisor's own groups as they shall be, until Rust has taken them. */
  #wanted = $state.raw<readonly CannedGroup[] | null>(null);
  /** What the supervisor's own groups were before each change, the oldest first. */
  #before = $state.raw<readonly CannedGroup[][]>([]);
  #saving: Promise<boolean> | null = null;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The library as it is shown; none before it was read. */
  library = $derived.by<CannedLibrary | null>(() =>
    this.#kept && this.#wanted ? { ...this.#kept, own: [...this.#wanted] } : this.#kept,
  );

  get canUndo(): boolean {
    return this.#wanted !== null || this.#before.length > 0;
  }

  /** Whether the last changes are not saved. */
  get unsaved(): boolean {
    return this.#wanted !== null;
  }

  get own(): readonly CannedGroup[] {
    return this.library?.own ?? [];
  }

  async load(): Promise<void> {
    await this.#take(this.#host.call('canned.list', {}));
  }

  /** Replaces the supervisor's own groups; nothing before they were read. */
  async save(groups: readonly CannedGroup[]): Promise<void> {
    if (this.#kept === null) return;
    this.#wanted = groups;
    await this.#settle();
  }

  /** Takes back the last change: the one that is not saved first. */
  async undo(): Promise<void> {
    await this.#saving;
    if (this.#wanted) {
      this.#wanted = null;
      this.fault = null;
      return;
    }
    const before = this.#before.at(-1);
    if (!before) return;
    if (await this.#take(this.#host.call('canned.save', { groups: before }))) this.#before = this.#before.slice(0, -1);
  }

  /** Adds the groups of a file. */
  async import(text: string): Promise<void> {
    if (!(await this.#settle())) return;
    await this.#change(this.#host.call('canned.import', { text }));
  }

  async export(): Promise<void> {
    this.fault = null;
    try {
      this.exported = await this.#host.call('canned.export', {});
    } catch (reason) {
      this.fault = asFault(reason);
    }
  }

  /** Saves what is wanted, one change after the other; whether all of it was taken. */
  #settle(): Promise<boolean> {
    this.#saving ??= this.#saveAll().finally(() => (this.#saving = null));
    return this.#saving;
  }

  async #saveAll(): Promise<boolean> {
    while (this.#wanted) {
      const groups = this.#wanted;
      if (!(await this.#change(this.#host.call('canned.save', { groups: [...groups] })))) {
        // What was wanted meanwhile may be what mends it.
        if (this.#wanted === groups) return false;
      } else if (this.#wanted === groups) this.#wanted = null;
    }
    return true;
  }

  /** Takes the library as a change leaves it, and remembers how it was. */
  async #change(answer: Promise<CannedLibrary>): Promise<boolean> {
    const before = this.#kept?.own ?? [];
    const taken = await this.#take(answer);
    if (taken) this.#before = [...this.#before, before].slice(-MOST_UNDONE);
    return taken;
  }

  async #take(answer: Promise<CannedLibrary>): Promise<boolean> {
    this.fault = null;
    this.exported = null;
    try {
      this.#kept = (await answer) ?? { own: [], managed: [] };
      return true;
    } catch (reason) {
      this.fault = asFault(reason);
      return false;
    }
  }
}
