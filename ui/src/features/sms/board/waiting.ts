/** When a customer has waited so long that it needs the supervisor. */
const LONG_WAIT_MS = 60_000;

export function longWait(since: number | null, now: number): boolean {
  return since !== null && now - since >= LONG_WAIT_MS;
}
