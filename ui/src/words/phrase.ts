/** A sentence with names in it. Names come from outside: each is shown isolated, in its own direction. */

export type Phrase = readonly (string | { name: string })[];

/** Phrases beside each other, the empty ones left out: `a · b`. */
export function dotted(...phrases: readonly Phrase[]): Phrase {
  return phrases
    .filter((phrase) => phrase.length > 0)
    .flatMap((phrase, index) => (index > 0 ? [' · ', ...phrase] : phrase));
}

/** Names after each other: `a, b`. */
export function listed(names: readonly string[]): Phrase {
  return names.flatMap((name, index) => (index > 0 ? [', ', { name }] : [{ name }]));
}
