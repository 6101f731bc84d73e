/** Obeys the table of keys: which act a key means now, and Esc twice for stopping. */
import { ringingCall, switchTo } from '../desk/calls';
import type { Desk } from '../desk/desk.svelte';
import { toArmAgain } from '../desk/written.svelte';
import type { Act } from '../host/types.gen';
import { actOfKey, type KeyAct } from './keys';
import { isTyping } from './typing';

/** How long the first Esc counts. */
const TWICE_WITHIN_MS = 1500;

/** What only the window knows how to do. */
export interface Places {
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

/** Listens to the keys of the window; gives back how to stop. */
export function obeyKeys(desk: Desk, places: Places): () => void {
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

  const obey = (act: KeyAct, key: string): void => {
    const { coaching, calls } = desk.mirror;
    switch (act) {
      case 'search':
        return places.search();
      case 'listen':
        return places.act('ListenIn');
      case 'coach':
        return places.act('Coach');
      case 'barge': {
        // While live, B means the call that is live: held where there is no way back, pressed otherwise.
        const barge = switchTo('BargeIn', coaching, calls);
        if (!barge) return places.act('BargeIn');
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
        return places.arm('ListenIn');
      case 'armCoach':
        return places.arm('Coach');
      case 'armBarge':
        return places.arm('BargeIn');
      case 'armAgain':
        if (desk.live) void desk.armAgain(toArmAgain(desk.mirror.written.armed));
        return;
      case 'board':
        return places.board();
      case 'jump':
        return places.jump(Number(key));
      case 'back':
        return desk.written.close();
      case 'write':
        return places.write();
      case 'help':
        desk.helpOpen = true;
    }
  };

  const onkeydown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (document.querySelector('dialog[open]')) return;
    const act = actOfKey(event.key, event.shiftKey);
    if (!act || (isTyping(event.target) && event.key !== 'F1' && event.key !== 'Escape')) return;
    if (!desk.signedIn && act !== 'help') return;
    if (event.key !== 'Escape') event.preventDefault();
    obey(act, event.key);
  };

  window.addEventListener('keydown', onkeydown);
  return () => {
    window.removeEventListener('keydown', onkeydown);
    unprime();
  };
}
