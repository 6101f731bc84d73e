/** What the organisation manages, as far as this window knows. Nothing is decided by it: Rust obeys the policy itself. */
import type { Host } from '../host/host';
import type { ManagedServer, PolicyView, Profile } from '../host/types.gen';
import { defaults } from './preferences.svelte';

/** Nothing is managed. */
export const noPolicy: PolicyView = {
  file: null,
  points: [],
  servers: [],
  onlyTheseServers: false,
  smsSpelling: null,
  reasons: null,
  nickname: null,
  pollSecondsAtLeast: null,
  pollSeconds: null,
  notificationsOff: false,
  keychainOff: false,
  logLevel: null,
  defaults,
};

export class PolicyKeeper {
  view = $state.raw<PolicyView>(noPolicy);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Reads it; without an answer nothing is marked as managed, and nothing more is possible because of it. */
  async load(): Promise<void> {
    try {
      this.view = { ...noPolicy, ...(await this.#host.call('settings.policy', {})) };
    } catch {
      // What is managed is refused by Rust all the same.
    }
  }

  /** The server of the organisation this profile is for. */
  serverOf(profile: Profile): ManagedServer | null {
    return this.view.servers.find(({ address }) => address === profile.baseUrl) ?? null;
  }
}
