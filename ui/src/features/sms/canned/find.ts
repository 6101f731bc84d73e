/** Finds canned whispers by words in group, title or text, accents and case aside. */
import type { CannedLibrary, CannedWhisper } from '../../../host/types.gen';

export interface FoundGroup {
  name: string;
  /** Whether the organisation gave it. */
  managed: boolean;
  whispers: CannedWhisper[];
}

export function find({ own, managed }: CannedLibrary, query: string): FoundGroup[] {
  const words = bare(query).split(/\s+/).filter(Boolean);
  const groups = [
    ...own.map((group) => ({ ...group, managed: false })),
    ...managed.map((group) => ({ ...group, managed: true })),
  ];
  return groups.flatMap((group) => {
    const whispers = group.whispers.filter(({ title, text }) => {
      const hay = bare(`${group.name} ${title} ${text}`);
      return words.every((word) => hay.includes(word));
    });
    return whispers.length > 0 ? [{ ...group, whispers }] : [];
  });
}

function bare(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
