/** Days of the calendar here, as in `2026-11-22`. */

const DAY_MS = 24 * 60 * 60 * 1000;

/** The day of a moment. */
export function dayAt(moment: number): string {
  const date = new Date(moment);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The day so many days after the day of a moment. */
export function dayAfter(moment: number, days: number): string {
  const date = new Date(moment);
  date.setDate(date.getDate() + days);
  return dayAt(date.getTime());
}

/** When a day begins; null where that is no day. */
export function startOfDay(day: string): number | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (!year || !month || !date) return null;
  const start = new Date(Number(year), Number(month) - 1, Number(date));
  return start.getMonth() === Number(month) - 1 ? start.getTime() : null;
}

/** When the day after a day begins. */
export function endOfDay(day: string): number | null {
  const start = startOfDay(day);
  // Noon of the next day is in the next day, however long this one is.
  return start === null ? null : startOfDay(dayAt(start + 1.5 * DAY_MS));
}
