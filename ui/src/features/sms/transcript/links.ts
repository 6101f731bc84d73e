/** Addresses in outside text. They are never links: they stay text, and a button asks before one is opened. */

/** An address that can be opened after asking. */
export interface Link {
  /** As it will be opened, the host in its true spelling. */
  url: string;
  /** As people read the host; may be in any script. */
  host: string;
  /** What to be wary of, in sentences. */
  warnings: string[];
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\u200b-\u200f\u202a-\u202e\u2060-\u2069]+/giu;
const READ_SO_FAR = 20_000;
const MOST = 3;

/** The addresses in a text, each once. */
export function linksIn(text: string, sent: string | null): Link[] {
  const found = [...text.slice(0, READ_SO_FAR).matchAll(ADDRESS)].map(([address]) => trimmed(address));
  const links = [...(sent ? [sent] : []), ...found].flatMap((address) => linkOf(address) ?? []);
  return [...new Map(links.map((link) => [link.url, link])).values()].slice(0, MOST);
}

/** An address that can be opened; null for everything but plain web addresses. */
export function linkOf(address: string): Link | null {
  const raw = address.trim();
  if (!URL.canParse(raw)) return null;
  const url = new URL(raw);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  const typed = /^https?:\/\/(?:[^/?#@]*@)?([^/?#:]*)/iu.exec(raw)?.[1] ?? url.hostname;
  return { url: url.href, host: typed || url.hostname, warnings: warnings(url, typed) };
}

function warnings(url: URL, typed: string): string[] {
  const warnings: string[] = [];
  const foreign = [...typed].some((character) => character.codePointAt(0)! > 0x7f);
  if (foreign || /(^|\.)xn--/i.test(url.hostname))
    warnings.push(`The name of the site uses letters that can look like others. Its true name is ${url.hostname}.`);
  if (url.username !== '' || url.password !== '')
    warnings.push(`What stands before the @ is not the site. The site is ${url.hostname}.`);
  if (url.protocol === 'http:') warnings.push('The connection would not be encrypted.');
  return warnings;
}

/** The full stop of the sentence is not part of the address. */
function trimmed(address: string): string {
  return address.replace(/[.,;:!?)\]}»”’]+$/u, '');
}
