/** Times in words and figures. */

/** `4:12`, `1:04:12`; nought where the clock ran backwards. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** `just now`, `14 s ago`, `3 min ago`, `2 h ago`. */
export function ago(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 1) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return `${Math.floor(seconds / 3600)} h ago`;
}

/** `38 ms`, `0.8 s`, `1:04`. */
export function latency(milliseconds: number): string {
  if (milliseconds < 500) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return duration(milliseconds);
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `10:41:07`. */
export function timeOfDay(moment: number): string {
  return clock.format(moment);
}

const shortClock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** `10:41`. */
export function hourAndMinute(moment: number): string {
  return shortClock.format(moment);
}

/** `Today`, `Yesterday`, `Friday, 20 November 2026`. */
export function dayOf(moment: number, now: number): string {
  const date = new Date(moment).toDateString();
  if (date === new Date(now).toDateString()) return 'Today';
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  return date === yesterday.toDateString() ? 'Yesterday' : day.format(moment);
}
