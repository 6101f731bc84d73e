/** What is known of things that do not work: the doctor's steps as they end, how the last run ended, the bundle. */
import type { Host } from '../host/host';
import { asFault } from '../host/host';
import type { BundleFile, DoctorCheck, DoctorStep, Fault, LastRun, LogLevel, Profile } from '../host/types.gen';
import { LatestOnly } from './latest';

/** So many steps a whole report has. */
export const STEPS = 19;

export class Support {
  /** The steps that have ended, in order. */
  checks = $state.raw<readonly DoctorCheck[]>([]);
  /** The whole report as text, once there is one. */
  text = $state('');
  examining = $state(false);
  /** What stands inside the bundle; none before it was put together. */
  bundle = $state.raw<readonly BundleFile[] | null>(null);
  gathering = $state(false);
  /** Where the bundle was saved. */
  saved = $state('');
  level = $state<LogLevel>('info');
  lastRun = $state.raw<LastRun>({ kind: 'unknown' });
  /** Whether the supervisor has seen how the last run ended. */
  lastRunSeen = $state(false);
  faults = $state.raw<{ doctor?: Fault; bundle?: Fault; level?: Fault }>({});
  readonly #host: Host;
  // One after the other, so that the level shown is the one that was set last.
  readonly #setting = new LatestOnly<LogLevel>((level) => this.#set(level));

  constructor(host: Host) {
    this.#host = host;
  }

  /** The last run ended in a way the supervisor should know of. */
  endedBadly = $derived.by(
    () => !this.lastRunSeen && (this.lastRun.kind === 'killed' || this.lastRun.kind === 'panicked'),
  );

  /** Asks what can be known at the start. Where that fails there is nothing to tell. */
  async load(): Promise<void> {
    const [lastRun, level] = await Promise.all([
      this.#host.call('support.last_run', {}).catch(() => null),
      this.#host.call('support.log_level', {}).catch(() => null),
    ]);
    if (lastRun) this.lastRun = lastRun;
    if (level) this.level = level;
  }

  /** Has the doctor look at the server of this profile, or at the one signed in to. */
  async examine(profile: Profile | null, password: string): Promise<void> {
    if (this.examining) return;
    this.checks = [];
    this.text = '';
    this.examining = true;
    this.#forget('doctor');
    try {
      const request = password === '' ? { profile } : { profile, password };
      const { report, text } = await this.#host.call('support.examine', { request });
      this.checks = report.checks;
      this.text = text;
    } catch (reason) {
      this.faults = { ...this.faults, doctor: asFault(reason) };
    } finally {
      this.examining = false;
    }
  }

  /** A step has ended. One that belongs to nobody's question is not shown. */
  checked(check: DoctorCheck) {
    const known = (step: DoctorStep) => this.checks.some((other) => other.step === step);
    if (this.examining && !known(check.step)) this.checks = [...this.checks, check];
  }

  async gather(): Promise<void> {
    this.gathering = true;
    this.saved = '';
    this.#forget('bundle');
    try {
      this.bundle = await this.#host.call('support.bundle', {});
    } catch (reason) {
      this.faults = { ...this.faults, bundle: asFault(reason) };
    } finally {
      this.gathering = false;
    }
  }

  /** Shows more of a file in the bundle. */
  async readOn(name: string): Promise<void> {
    const file = this.bundle?.find((known) => known.name === name);
    if (!file?.more) return;
    this.#forget('bundle');
    try {
      const from = new TextEncoder().encode(file.peek).length;
      const page = await this.#host.call('support.bundle_text', { name, from });
      const read = { ...file, peek: file.peek + (page?.text ?? ''), more: page !== null && page.next !== null };
      this.bundle = this.bundle?.map((known) => (known === file ? read : known)) ?? null;
    } catch (reason) {
      this.faults = { ...this.faults, bundle: asFault(reason) };
    }
  }

  async save(): Promise<void> {
    this.#forget('bundle');
    try {
      this.saved = await this.#host.call('support.save_bundle', {});
    } catch (reason) {
      this.faults = { ...this.faults, bundle: asFault(reason) };
    }
  }

  setLevel(level: LogLevel) {
    this.#setting.ask(level);
  }

  async #set(level: LogLevel): Promise<void> {
    this.#forget('level');
    try {
      await this.#host.call('support.set_log_level', { level });
      this.level = level;
    } catch (reason) {
      this.faults = { ...this.faults, level: asFault(reason) };
    }
  }

  #forget(subject: keyof typeof this.faults) {
    const { [subject]: _, ...rest } = this.faults;
    this.faults = rest;
  }
}
