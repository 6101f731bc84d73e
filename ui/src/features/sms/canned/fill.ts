/** Canned whispers with their variables filled in: once, from the session, and never from what was filled in. */
import type { SessionView } from '../../../host/types.gen';

export type Variable = 'agent' | 'customer' | 'topic';
export type Values = Record<Variable, string | null>;

/** Plain text, or a variable with what it stands for; nothing where nothing is known. */
export type Part = string | { variable: Variable; value: string | null };

export interface Filled {
  parts: Part[];
  /** The text to insert; unfilled variables stand as they were. */
  text: string;
  /** The variables nothing is known for. */
  missing: Variable[];
}

const NAMED = /\{(agent|customer|topic)\}/g;
/** Control characters, marks of direction and what has no width: a name that is inserted must not carry them. */
const UNSEEN = /[\p{Cc}\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const LONGEST_VALUE = 80;

export function valuesOf(session: Pick<SessionView, 'agentName' | 'customer' | 'topic'>): Values {
  return { agent: plain(session.agentName), customer: plain(session.customer), topic: plain(session.topic ?? '') };
}

export function fill(text: string, values: Values): Filled {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(NAMED)) {
    const variable = match[1] as Variable;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push({ variable, value: values[variable] });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  const named = parts.filter((part) => typeof part !== 'string');
  return {
    parts,
    text: parts.map((part) => (typeof part === 'string' ? part : (part.value ?? `{${part.variable}}`))).join(''),
    missing: [...new Set(named.filter(({ value }) => value === null).map(({ variable }) => variable))],
  };
}

/** The variables that still stand unfilled in a text. */
export function unfilled(text: string): Variable[] {
  return [...new Set([...text.matchAll(NAMED)].map(([, variable]) => variable as Variable))];
}

function plain(value: string): string | null {
  const tame = [...value.replace(UNSEEN, ' ').replace(/\s+/gu, ' ').trim()].slice(0, LONGEST_VALUE).join('');
  return tame === '' ? null : tame;
}
