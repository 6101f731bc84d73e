/** The places of the window. The strip, the notices and the foot are the same in all of them. */

export const PLACES = ['floor', 'journal', 'settings', 'support'] as const;
export type Place = (typeof PLACES)[number];

export const placeName: Record<Place, string> = {
  floor: 'Floor',
  journal: 'Journal',
  settings: 'Settings',
  support: 'Support',
};
