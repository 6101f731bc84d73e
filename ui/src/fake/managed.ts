/** Scenes under a policy: what the organisation decides, at the door and on the floor. */
import type { PolicyView } from '../host/types.gen';
import { noPolicy } from '../desk/policy.svelte';
import type { FakeHost } from './host';

const policy: PolicyView = {
  ...noPolicy,
  file: '/etc/sotto/policy.json',
  onlyTheseServers: true,
  servers: [
    {
      name: 'Contact centre',
      address: 'https://gws.example.org/api/v2',
      extraCaFile: true,
      smsSpelling: true,
      chats: true,
      proxy: false,
      keyPins: true,
    },
  ],
  nickname: 'Coach {firstName}',
  pollSecondsAtLeast: 10,
  notificationsOff: true,
  keychainOff: true,
  points: [
    {
      title: 'Servers',
      lines: [
        'Contact centre: https://gws.example.org/api/v2, its key is pinned',
        'You can sign in to no other server.',
      ],
    },
    { title: 'Calls', lines: ['Allowed: listening, coaching.', 'Preset: the next call only.'] },
    {
      title: 'Reasons',
      lines: ['A reason is required for listening.', 'To choose from: Quality check, New colleague.'],
    },
    { title: 'Nickname', lines: ['Agents and customers see you as “Coach {firstName}”.'] },
    {
      title: 'Sotto on this computer',
      lines: ['There are no notices of the system.', 'Passwords are not kept.'],
    },
  ],
};

/** Puts the page under this policy, with one server that was signed in to and one that was not. */
export function manage(host: FakeHost) {
  const profile = {
    id: 'managed-1',
    name: 'Contact centre',
    baseUrl: 'https://gws.example.org/api/v2',
    userName: 'sam.soto',
    place: '',
    device: '',
    smsSpelling: 'smssession' as const,
    chats: true,
    extraCaFile: '/etc/ssl/example-org-ca.pem',
    proxy: '',
    proxyUser: '',
    keyPins: ['sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
    pollSeconds: 10,
    rememberPassword: false,
  };
  host.policy = policy;
  host.profiles = {
    ...host.profiles,
    profiles: [
      profile,
      { ...profile, id: 'managed-2', name: 'Test system', baseUrl: 'https://t/api/v2', userName: '' },
    ],
    keychain: false,
  };
  host.preferences = { ...host.preferences, alerts: false };
  host.view = {
    ...host.view,
    rules: {
      voice: { allowed: ['ListenIn', 'Coach'], reasons: ['ListenIn'] },
      sms: { allowed: ['Coach'], reasons: [] },
      chat: { allowed: [], reasons: [] },
      nickname: 'Coach Sam',
      nicknameManaged: true,
    },
  };
}
