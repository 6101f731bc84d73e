/** Which call the coaching is about, and which of its acts are the ways out of it. */
import type { Act, CallAct, CallActView, CallView, CoachingView } from '../host/types.gen';

/** The supervised call of the coaching, where there is one. */
export function coachedCall(coaching: CoachingView, calls: CallView[]): CallView | null {
  return calls.find((call) => call.id === coaching.callId) ?? calls.find((call) => call.supervised) ?? null;
}

/** The call on the supervisor's phone that rings for the coaching. */
export function ringingCall(coaching: CoachingView, calls: CallView[]): CallView | null {
  if (coaching.phase !== 'Offered') return null;
  const call = coachedCall(coaching, calls);
  return call && offers(call, 'Answer') ? call : null;
}

export function offers(call: CallView, act: CallAct): CallActView | null {
  return call.acts.find((offered) => offered.act === act) ?? null;
}

/** How to change the call that is live to another act, where the server offers it. */
export function switchTo(act: Act, coaching: CoachingView, calls: CallView[]): [CallView, CallActView] | null {
  const wanted = act === 'BargeIn' ? 'SwitchToBargeIn' : act === 'ListenIn' ? 'SwitchToListenIn' : null;
  const call = coachedCall(coaching, calls);
  if (!wanted || !call || coaching.phase !== 'Live') return null;
  const offered = offers(call, wanted);
  return offered && [call, offered];
}
