/** Weeks and minutes as the coverage picture writes them. */

const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** The first day of a week: `16 Nov`. */
export function weekLabel(start: number): string {
  return dayAndMonth.format(start);
}

/** Whole minutes; a little more than none is less than one, and none is a dash. */
export function wholeMinutes(milliseconds: number): string {
  if (milliseconds <= 0) return '–';
  const minutes = Math.round(milliseconds / 60_000);
  return minutes < 1 ? '<1' : minutes.toLocaleString();
}
