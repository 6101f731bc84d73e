/**
 * The places few open: journal, settings and support are files of their own. Each is fetched when it is first opened, or
 * before, while the window has nothing to do, so that the first press of its key is as quick as any other.
 */
import type { Place } from '../../desk/places';
import type { Fault } from '../../host/types.gen';
import type Journal from '../journal/Journal.svelte';
import type Settings from '../settings/Settings.svelte';
import type Support from '../support/Support.svelte';

/** Every place but the floor, which is there from the start. */
export type LazyPlace = Exclude<Place, 'floor'>;

interface Components {
  journal: typeof Journal;
  settings: typeof Settings;
  support: typeof Support;
}

/** How the file of each place is fetched. */
export type Imports = { [Name in LazyPlace]: () => Promise<{ default: Components[Name] }> };

const imports: Imports = {
  journal: () => import('../journal/Journal.svelte'),
  settings: () => import('../settings/Settings.svelte'),
  support: () => import('../support/Support.svelte'),
};

export class LazyPlaces {
  /** The places that are here. */
  loaded = $state.raw<Partial<Components>>({});
  /** Why a place could not be fetched. */
  faults = $state.raw<Partial<Record<LazyPlace, Fault>>>({});
  readonly #imports: Imports;
  // Nothing on screen hangs on it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #underWay = new Map<LazyPlace, Promise<void>>();

  constructor(from: Imports = imports) {
    this.#imports = from;
  }

  /** Fetches a place unless it is here; where that fails the reason stands in `faults`, and it can be asked again. */
  load(place: LazyPlace): Promise<void> {
    if (this.loaded[place]) return Promise.resolve();
    const known = this.#underWay.get(place);
    if (known) return known;
    const fetching = this.#fetch(place).finally(() => this.#underWay.delete(place));
    this.#underWay.set(place, fetching);
    return fetching;
  }

  /** Fetches all of them. */
  async loadAll(): Promise<void> {
    await Promise.all([this.load('journal'), this.load('settings'), this.load('support')]);
  }

  async #fetch(place: LazyPlace): Promise<void> {
    const { [place]: _, ...others } = this.faults;
    this.faults = others;
    try {
      const { default: component } = await this.#imports[place]();
      this.loaded = { ...this.loaded, [place]: component };
    } catch (reason) {
      this.faults = { ...this.faults, [place]: notLoaded(reason) };
    }
  }
}

function notLoaded(reason: unknown): Fault {
  const why = reason instanceof Error ? reason.message : String(reason);
  return {
    code: 'internal',
    message: 'This part of Sotto could not be opened.',
    hint: `Try again. If it fails again, close Sotto and open it again. (${why})`,
  };
}

/** Does something once the window is painted and has nothing better to do; gives back how to leave it. */
export function whenIdle(act: () => void): () => void {
  let leave = () => {};
  // The frame after the next one: what is drawn now is painted by then. A hidden window waits until it is shown.
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => (leave = idle(act)));
  });
  return () => {
    cancelAnimationFrame(frame);
    leave();
  };
}

/** WebKit has no idle callbacks: there a moment has to do. */
function idle(act: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const asked = window.requestIdleCallback(act, { timeout: 5000 });
    return () => window.cancelIdleCallback(asked);
  }
  const timer = setTimeout(act, 500);
  return () => clearTimeout(timer);
}
