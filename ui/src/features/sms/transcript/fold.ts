/** Long messages folded, and short excerpts: what outside text may take of the screen. */

const FOLDED_LINES = 12;
const FOLDED_CHARACTERS = 1200;
const EXCERPT = 160;

export interface Folded {
  /** What is shown. */
  text: string;
  /** What the rest is called, `all 10,000 lines`; none where nothing is hidden. */
  rest: string | null;
}

export function folded(text: string): Folded {
  const end = endOf(text);
  if (end >= text.length) return { text, rest: null };
  const lines = text.split('\n').length;
  const rest =
    lines > FOLDED_LINES
      ? `all ${lines.toLocaleString('en')} lines`
      : `all ${text.length.toLocaleString('en')} characters`;
  return { text: whole(text.slice(0, end)), rest };
}

/** One short line of a text. */
export function excerpt(text: string): string {
  return whole(text.slice(0, EXCERPT)).replace(/\s+/gu, ' ').trim();
}

function endOf(text: string): number {
  let end = 0;
  for (let line = 0; line < FOLDED_LINES; line += 1) {
    const next = text.indexOf('\n', end);
    if (next < 0) {
      end = text.length;
      break;
    }
    end = next + 1;
  }
  return Math.min(end === text.length ? end : end - 1, FOLDED_CHARACTERS);
}

/** No half of a character at the end. */
function whole(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
