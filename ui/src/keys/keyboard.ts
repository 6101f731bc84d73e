/** Obeys the table of keys: which act a key means now, and Esc twice for stopping. */
import { ringingCall, switchTo } from '../desk/calls';
import type { Desk } from '../desk/desk.svelte';
import type { Place } from '../desk/places';
import { refused } from '../desk/written.svelte';
import type { Act } from '../host/types.gen';
import { actOfKey, type KeyAct } from './keys';
import { isTyping } from './typing';

/** How long the first Esc counts. */
const TWICE_WITHIN_MS = 1500;
/** What also works while nobody is signed in. */
const SIGNED_OUT: readonly KeyAct[] = ['help', 'search', 'debrief', 'toFloor', 'toJournal', 'toSettings', 'toSupport'];

/** What only the floor knows how to do; in the other places these keys mean nothing. */
export interface FloorHands {
  search(): void;
  act(act: Act): void;
  /** Arms the agent in hand for written sessions. */
  arm(act: Act): void;
  /** Takes the focus to the board. */
  board(): void;
  /** Opens the session that stands at this place on the board, from 1. */
  jump(place: number): void;
  /** Takes the focus to the whisper of the open session. */
  write(): void;
}

/** What only the window knows how to do. */
export interface Hands {
  /** Goes to a place. */
  go(place: Place): void;
  /** Takes the focus to the search of the place, where it has one. */
  search(): void;
  /** The floor, while it is on screen: nobody is armed or called who cannot be seen. */
  floor(): FloorHands | null;
  /** Takes the focus to the debrief that waits, where one does. */
  debrief(): void;
  /** Takes the focus to the board, from anywhere. */
  board(): void;
}

/** Listens to the keys of the window; gives back how to stop. */
export function obeyKeys(desk: Desk, hands: Hands): () => void {
  let primed: ReturnType<typeof setTimeout> | undefined;

  const unprime = () => {
    clearTimeout(primed);
    desk.stopPrimed = false;
  };

  const escape = () => {
    if (!desk.mirror.coaching.canStop) return;
    if (desk.stopPrimed) {
      unprime();
      void desk.stop();
      return;
    }
    desk.stopPrimed = true;
    primed = setTimeout(unprime, TWICE_WITHIN_MS);
  };

  const drifted = () => desk.mirror.drift.filter(({ state }) => state === 'Drifted');

  const obey = (act: KeyAct, key: string): void => {
    const { coaching, calls } = desk.mirror;
    switch (act) {
      case 'search':
        return hands.search();
      case 'listen':
        return hands.floor()?.act('ListenIn');
      case 'coach':
        return hands.floor()?.act('Coach');
      case 'barge': {
        // While live, B means the call that is live: held where there is no way back, pressed otherwise.
        const barge = switchTo('BargeIn', coaching, calls);
        if (!barge) return hands.floor()?.act('BargeIn');
        const [call, offered] = barge;
        if (!offered.oneWay) void desk.callAct(call.id, offered.act);
        return;
      }
      case 'answer': {
        const call = ringingCall(coaching, calls);
        if (call) void desk.callAct(call.id, 'Answer');
        return;
      }
      case 'again':
        if (coaching.again) void desk.again();
        return;
      case 'stop':
        return escape();
      case 'armListen':
        return hands.floor()?.arm('ListenIn');
      case 'armCoach':
        return hands.floor()?.arm('Coach');
      case 'armBarge':
        return hands.floor()?.arm('BargeIn');
      case 'armAgain':
        if (!desk.live) return;
        if (drifted().length > 0) void desk.rearmAll();
        else void desk.armAgain(refused(desk.mirror.written.armed));
        return;
      case 'armFirst': {
        const [first] = drifted();
        if (desk.live && first) void desk.rearm(first.line);
        return;
      }
      case 'board':
        return hands.board();
      case 'jump':
        return hands.floor()?.jump(Number(key));
      case 'back':
        if (hands.floor()) desk.written.close();
        return;
      case 'write':
        return hands.floor()?.write();
      case 'debrief':
        return hands.debrief();
      case 'toFloor':
        return hands.go('floor');
      case 'toJournal':
        return hands.go('journal');
      case 'toSettings':
        return hands.go('settings');
      case 'toSupport':
        return hands.go('support');
      case 'help':
        desk.helpOpen = true;
    }
  };

  const onkeydown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (document.querySelector('dialog[open]:not([data-uninvited])')) return;
    if (document.querySelector('dialog[open]')) {
      // A link must not take away the way to stop: Esc closes its question and counts.
      if (event.key !== 'Escape') return;
      desk.agentAsked = null;
    }
    const act = actOfKey(event.key, event.shiftKey);
    if (!act || (isTyping(event.target) && event.key !== 'F1' && event.key !== 'Escape')) return;
    if (!desk.signedIn && !SIGNED_OUT.includes(act)) return;
    if (event.key !== 'Escape') event.preventDefault();
    obey(act, event.key);
  };

  window.addEventListener('keydown', onkeydown);
  return () => {
    window.removeEventListener('keydown', onkeydown);
    unprime();
  };
}
