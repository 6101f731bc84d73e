/** Changes of the supervisor's own canned whispers, each as a new list: the one before stays for undoing. */
import type { CannedGroup, CannedWhisper } from '../../../host/types.gen';

export type Groups = readonly CannedGroup[];

export function addGroup(groups: Groups): CannedGroup[] {
  return [
    ...groups,
    {
      name: free(
        'New group',
        groups.map(({ name }) => name),
      ),
      whispers: [],
    },
  ];
}

export function renameGroup(groups: Groups, at: number, name: string): CannedGroup[] {
  return groups.map((group, index) => (index === at ? { ...group, name } : group));
}

export function removeGroup(groups: Groups, at: number): CannedGroup[] {
  return groups.filter((_, index) => index !== at);
}

export function addWhisper(groups: Groups, at: number): CannedGroup[] {
  return change(groups, at, (whispers) => [
    ...whispers,
    {
      title: free(
        'New whisper',
        whispers.map(({ title }) => title),
      ),
      text: '',
    },
  ]);
}

export function setWhisper(groups: Groups, at: number, place: number, whisper: CannedWhisper): CannedGroup[] {
  return change(groups, at, (whispers) => whispers.map((other, index) => (index === place ? whisper : other)));
}

export function removeWhisper(groups: Groups, at: number, place: number): CannedGroup[] {
  return change(groups, at, (whispers) => whispers.filter((_, index) => index !== place));
}

/** One place up or down; nothing changes at the ends. */
export function moveWhisper(groups: Groups, at: number, place: number, by: -1 | 1): CannedGroup[] {
  return change(groups, at, (whispers) => moved(whispers, place, by));
}

export function moveGroup(groups: Groups, at: number, by: -1 | 1): CannedGroup[] {
  return moved(groups, at, by);
}

function moved<T>(list: readonly T[], place: number, by: -1 | 1): T[] {
  const one = list[place];
  const other = list[place + by];
  if (one === undefined || other === undefined) return [...list];
  return list.map((item, index) => (index === place ? other : index === place + by ? one : item));
}

function change(groups: Groups, at: number, by: (whispers: CannedWhisper[]) => CannedWhisper[]): CannedGroup[] {
  return groups.map((group, index) => (index === at ? { ...group, whispers: by(group.whispers) } : group));
}

function free(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let count = 2; ; count += 1) if (!taken.includes(`${name} ${count}`)) return `${name} ${count}`;
}
