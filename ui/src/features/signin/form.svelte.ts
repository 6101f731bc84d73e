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

export class ProfileDraft {
  profile = $state(emptyProfile());
  password = $state('');
  /** Of the proxy, where the profile names a user for it. */
  proxyPassword = $state('');
  /** Whether the keychain has the password, so that the field may stay empty. */
  remembered = $state(false);
  warning = $state.raw<Fault | null>(null);
  addressFault = $state.raw<Fault | null>(null);

  /** Takes a saved profile over, or a new one. */
  take(profile: Profile | null, remembered: boolean) {
    this.profile = profile ? { ...profile } : emptyProfile();
    this.password = '';
    this.proxyPassword = '';
    this.remembered = remembered;
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

  complete = $derived(
    this.profile.baseUrl.trim() !== '' &&
      this.profile.userName.trim() !== '' &&
      (this.password !== '' || this.remembered),
  );
}
