/** The words of the journal. One place, so that table, history, debrief and coverage say the same. */
import type {
  CoachingEffect,
  JournalChannel,
  JournalCoaching,
  JournalEvent,
  JournalResult,
  NextStep,
  Uptake,
} from '../host/types.gen';
import { actName } from './names';
import { dayOf, hourAndMinute } from './time';

export const CHANNELS: readonly JournalChannel[] = ['Voice', 'Sms', 'Chat'];
export const channelName: Record<JournalChannel, string> = { Voice: 'Call', Sms: 'SMS', Chat: 'Chat' };

export const RESULTS: readonly JournalResult[] = [
  'Underway',
  'Ended',
  'Cancelled',
  'Left',
  'Revoked',
  'Refused',
  'Lost',
];
export const resultName: Record<JournalResult, string> = {
  Underway: 'No end noted',
  Ended: 'Ended',
  Cancelled: 'You stopped',
  Revoked: 'Taken out',
  Left: 'You left',
  Refused: 'Refused',
  Lost: 'Lost',
};

export const eventName: Record<JournalEvent, string> = {
  Requested: 'You asked',
  Accepted: 'Server accepted',
  Armed: 'Armed, server says so',
  Offered: 'The agent’s interaction was there',
  Live: 'Live, you were in',
  ModeChanged: 'Changed',
  Ended: 'The interaction ended',
  Cancelled: 'Stopped, server confirmed',
  Revoked: 'The server took you out',
  Left: 'You left, the session went on',
  Refused: 'Server refused',
  Lost: 'Lost',
  Whispered: 'You whispered',
};

/** The three taps of a debrief: a question each, and its answers in their order. */
export const UPTAKES: readonly { value: Uptake; label: string }[] = [
  { value: 'Used', label: 'Used it' },
  { value: 'Partly', label: 'Partly' },
  { value: 'NotUsed', label: 'Not used' },
];
export const EFFECTS: readonly { value: CoachingEffect; label: string }[] = [
  { value: 'Better', label: 'Better' },
  { value: 'Same', label: 'Same' },
  { value: 'Worse', label: 'Worse' },
];
export const NEXT_STEPS: readonly { value: NextStep; label: string }[] = [
  { value: 'Nothing', label: 'Nothing' },
  { value: 'Praise', label: 'Praise' },
  { value: 'WatchAgain', label: 'Watch again' },
  { value: 'Train', label: 'Train' },
];
export const uptakeQuestion = 'Did it help?';
export const effectQuestion = 'How did it go on?';
export const nextStepQuestion = 'What next?';

/** `Coach, Barge in`. */
export function actsDone({ acts }: Pick<JournalCoaching, 'acts'>): string {
  return acts.map((act) => actName[act]).join(', ');
}

/** Whether the supervisor only listened, so that there was no help to use. */
export function onlyListened(acts: readonly string[]): boolean {
  return acts.every((act) => act === 'ListenIn');
}

const shortDay = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const shortDayAndYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/** `Today`, `Yesterday`, `Fri 20 Nov`, `20 Nov 2025`. */
export function briefDay(moment: number, now: number): string {
  const day = dayOf(moment, now);
  if (day === 'Today' || day === 'Yesterday') return day;
  const sameYear = new Date(moment).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? shortDay : shortDayAndYear).format(moment).replace(',', '');
}

/** `Today 10:41`. */
export function briefMoment(moment: number, now: number): string {
  return `${briefDay(moment, now)} ${hourAndMinute(moment)}`;
}

/** `3 min`, `1 h 20 min`, `under a minute`; empty for none. */
export function minutes(milliseconds: number): string {
  const whole = Math.round(milliseconds / 60_000);
  if (milliseconds <= 0) return '';
  if (whole < 1) return '< 1 min';
  if (whole < 60) return `${whole} min`;
  const rest = whole % 60;
  return rest === 0 ? `${Math.floor(whole / 60)} h` : `${Math.floor(whole / 60)} h ${rest} min`;
}
