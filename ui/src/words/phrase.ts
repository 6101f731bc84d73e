/** A sentence with names in it. Names come from outside: each is shown isolated, in its own direction. */

export type Phrase = readonly (string | { name: string })[];

/** The sentence as plain text, for names of controls. */
export function plain(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === 'string' ? part : part.name)).join('');
}
