/**
 * What this window remembers between two starts. Changes are written a moment later, all at once. What could not be written
 * holds until Sotto is closed; that is told, and tried again with the next change.
 */
import type { Host } from '../host/host';
import { asFault } from '../host/host';
import type { Extent, Fault, Mode, Preferences, Scope, Theme } from '../host/types.gen';

const SAVE_AFTER_MS = 300;

export const defaults: Preferences = {
  theme: 'system',
  pane: 400,
  mode: 'NextCall',
  scope: 'Agent',
  extent: 'AllChats',
  nickname: '',
  board: 380,
  alerts: true,
};

export class PreferencesKeeper {
  theme = $state<Theme>(defaults.theme);
  pane = $state(defaults.pane);
  mode = $state<Mode>(defaults.mode);
  scope = $state<Scope>(defaults.scope);
  extent = $state<Extent>(defaults.extent);
  nickname = $state(defaults.nickname);
  board = $state(defaults.board);
  alerts = $state(defaults.alerts);
  /** Why the last change is not kept. */
  notSaved = $state.raw<Fault | null>(null);
  readonly #host: Host;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Reads what is kept; without an answer the defaults stay. */
  async load(): Promise<void> {
    try {
      Object.assign(this, await this.#host.call('frame.preferences', {}));
    } catch {
      // A window without its preferences is still a window.
    }
  }

  change(change: Partial<Preferences>) {
    Object.assign(this, change);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), SAVE_AFTER_MS);
  }

  /** Everything, as it is now. */
  all(): Preferences {
    const { theme, pane, mode, scope, extent, nickname, board, alerts } = this;
    return { theme, pane, mode, scope, extent, nickname, board, alerts };
  }

  /** Whether these are the very same. */
  same(others: Preferences): boolean {
    const all = this.all();
    return (Object.keys(all) as (keyof Preferences)[]).every((name) => all[name] === others[name]);
  }

  /** Writes what waits to be written. */
  async settle(): Promise<void> {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    await this.#save();
  }

  /** Takes over what has been written some other way. */
  take(preferences: Preferences) {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.notSaved = null;
    Object.assign(this, preferences);
  }

  async #save(): Promise<void> {
    this.#timer = undefined;
    try {
      await this.#host.call('frame.save_preferences', { preferences: this.all() });
      this.notSaved = null;
    } catch (reason) {
      this.notSaved = asFault(reason);
    }
  }
}
