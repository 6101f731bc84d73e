/** Tags: how they are cleaned, and which of those in use complete what is being typed. */

const MOST_SHOWN = 6;

function same(one: string, other: string): boolean {
  return one.localeCompare(other, undefined, { sensitivity: 'base' }) === 0;
}

/** The tags with one more; as it is written elsewhere where it is in use already. */
export function withTag(tags: readonly string[], text: string, inUse: readonly string[]): readonly string[] {
  const typed = text.trim().replace(/\s+/g, ' ');
  const tag = inUse.find((known) => same(known, typed)) ?? typed;
  return tag === '' || tags.some((known) => same(known, tag)) ? tags : [...tags, tag];
}

/** What completes the typed text: those that begin with it first, then those that have it inside. */
export function completions(text: string, tags: readonly string[], inUse: readonly string[]): string[] {
  const typed = fold(text.trim());
  if (typed === '') return [];
  const open = inUse.filter((tag) => fold(tag).includes(typed) && !tags.some((known) => same(known, tag)));
  const begins = open.filter((tag) => fold(tag).startsWith(typed));
  return [...begins, ...open.filter((tag) => !begins.includes(tag))].slice(0, MOST_SHOWN);
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
