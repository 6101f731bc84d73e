/** What becomes impossible, said before it happens. */
import type { CallView } from '../../host/types.gen';

export function oneWayWarning(call: CallView): string {
  return call.act === 'Coach' || call.act === null
    ? 'You cannot go back to coaching on this call.'
    : 'There is no way back on this call.';
}
