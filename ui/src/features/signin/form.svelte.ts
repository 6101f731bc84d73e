/** The form of a server profile, as it is being filled in. */
import type { CheckedAddress, Fault, Profile } from '../../host/types.gen';

/** An id as Rust accepts it: letters and digits. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function emptyProfile(): Profile {
  return {
    id: newId(),
    name: '',
    baseUrl: '',
    userName: '',
    place: '',
    device: '',
    smsSpelling: 'auto',
    chats: false,
    extraCaFile: '',
    proxy: '',
    proxyUser: '',
    keyPins: [],
    pollSeconds: 5,
    rememberPassword: false,
  };
}

/** Whether a password that was typed in for one of them would go the same way with the other. */
function sameWay(one: Profile, other: Profile): boolean {
  return (
    one.baseUrl === other.baseUrl.trim() &&
    one.userName === other.userName.trim() &&
    one.proxy === other.proxy.trim() &&
    one.proxyUser === other.proxyUser.trim() &&
    one.extraCaFile === other.extraCaFile.trim() &&
    one.keyPins.join('\n') === other.keyPins.join('\n')
  );
}

export class ProfileDraft {
  profile = $state(emptyProfile());
  password = $state('');
  /** Of the proxy, where the profile names a user for it. */
  proxyPassword = $state('');
  /** The profile as it is kept, where the keychain has its password. */
  #kept = $state.raw<Profile | null>(null);
  warning = $state.raw<Fault | null>(null);
  addressFault = $state.raw<Fault | null>(null);

  /** Takes a saved profile over, or a new one. */
  take(profile: Profile | null, remembered: boolean) {
    this.profile = profile ? { ...profile } : emptyProfile();
    this.password = '';
    this.proxyPassword = '';
    this.#kept = remembered ? profile : null;
    this.warning = null;
    this.addressFault = null;
  }

  /** Signed in: no password stays in the page. */
  forget() {
    this.password = '';
    this.proxyPassword = '';
  }

  /** Takes over what Rust made of the address. */
  checked(address: CheckedAddress) {
    this.profile.baseUrl = address.baseUrl;
    this.warning = address.warning;
    this.addressFault = null;
  }

  /** Whether the keychain has the password for where this leads, so that the field may stay empty. Rust decides the same. */
  remembered = $derived(this.#kept !== null && this.profile.rememberPassword && sameWay(this.#kept, this.profile));

  complete = $derived(
    this.profile.baseUrl.trim() !== '' &&
      this.profile.userName.trim() !== '' &&
      (this.password !== '' || this.remembered),
  );
}
