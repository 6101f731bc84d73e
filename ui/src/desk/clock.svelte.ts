/** The one clock every age and timer ticks by, in step with the console's. */

const TICK_MS = 250;

export class Clock {
  /** Now, by the console's clock, in milliseconds since 1970. */
  now = $state(Date.now());
  #ahead = 0;

  /** Takes over the console's time. */
  correct(consoleNow: number) {
    this.#ahead = consoleNow - Date.now();
    this.now = consoleNow;
  }

  /** Starts ticking; gives back how to stop. */
  start(): () => void {
    const timer = setInterval(() => {
      this.now = Date.now() + this.#ahead;
    }, TICK_MS);
    return () => clearInterval(timer);
  }
}
