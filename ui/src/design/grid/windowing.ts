/** The arithmetic of a data grid: rows of one height, a window of them asked for, fewer drawn. */

export const ROW = 40;
export const HEAD = 32;
const ASKED_BEYOND = 20;
const DRAWN_BEYOND = 4;
/** Windows start at multiples of this, so that scrolling by a row asks for nothing new. */
const STEP = 10;

export interface Span {
  first: number;
  count: number;
}

/** The rows to ask Rust for. */
export function asked(scrollTop: number, height: number): Span {
  const first = Math.max(0, Math.floor(scrollTop / ROW) - ASKED_BEYOND);
  const last = Math.ceil((scrollTop + height) / ROW) + ASKED_BEYOND;
  const start = Math.floor(first / STEP) * STEP;
  return { first: start, count: Math.ceil((last - start) / STEP) * STEP };
}

/** The rows to draw. */
export function drawn(scrollTop: number, height: number, matching: number): Span {
  const first = Math.max(0, Math.min(matching, Math.floor(scrollTop / ROW) - DRAWN_BEYOND));
  const last = Math.min(matching, Math.ceil((scrollTop + height) / ROW) + DRAWN_BEYOND);
  return { first, count: Math.max(0, last - first) };
}

/** Where a key moves the selection to; null where the key is none of ours. `from` is -1 where nothing is selected. */
export function moved(key: string, from: number, height: number, matching: number): number | null {
  if (matching === 0) return null;
  const page = Math.max(1, Math.floor((height - HEAD) / ROW) - 1);
  const target = destination(key, from, page, matching);
  return target === null ? null : Math.max(0, Math.min(matching - 1, target));
}

function destination(key: string, from: number, page: number, matching: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return from + 1;
    case 'ArrowUp':
      return from < 0 ? matching - 1 : from - 1;
    case 'PageDown':
      return Math.max(from, 0) + page;
    case 'PageUp':
      return Math.max(from, 0) - page;
    case 'Home':
      return 0;
    case 'End':
      return matching - 1;
    default:
      return null;
  }
}

/** The scroll position that shows a row, the same where it is shown already. */
export function showing(index: number, scrollTop: number, height: number): number {
  const top = index * ROW;
  const bottom = top + ROW - (height - HEAD);
  if (top < scrollTop) return top;
  return Math.max(bottom, scrollTop);
}
