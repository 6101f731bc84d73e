/** Whether somebody writes or chooses just now, so that a letter is a letter and no command. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable)
    return true;
  return target instanceof HTMLInputElement && !['radio', 'checkbox', 'button'].includes(target.type);
}

/** Whether the letter keys mean nothing now: somebody writes, or a dialog is open. */
export function lettersAreTaken(event: KeyboardEvent): boolean {
  return isTyping(event.target) || document.querySelector('dialog[open]') !== null;
}
