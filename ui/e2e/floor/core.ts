/** Starts the real core with a fresh practice floor for each journey, and ends just that process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test as watched } from '../watch';

interface Core {
  url: string;
  /** Tells the simulated contact centre what happens next, such as `agents/Ana Núñez/take-call`. */
  happen(path: string, body?: unknown): Promise<void>;
}

/** How the core starts. */
interface Start {
  /** The organisation's policy, as its file has it. */
  policy: object | null;
  /** The file of the journal; none for one that is forgotten with the core. */
  journal: string | null;
}

export const test = watched.extend<{ core: Core } & Start>({
  policy: [null, { option: true }],
  journal: [null, { option: true }],
  core: async ({ page, request, policy, journal }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'sotto-core-'));
    const file = join(folder, 'policy.json');
    if (policy) await writeFile(file, JSON.stringify(policy));
    const child = spawn(`${process.env['SOTTO_BROWSER_HOST']!} ${policy ? `'${file}'` : ''}`, {
      shell: true,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...(journal && { SOTTO_TEST_JOURNAL: journal }) },
    });
    const url = await firstLine(child);
    await use({
      url,
      async happen(path, body = {}) {
        const encoded = path.split('/').map(encodeURIComponent).join('/');
        const response = await request.post(new URL(`host/test/${encoded}`, url).href, { data: body });
        expect(response.ok(), `${path}: ${response.status()} ${await response.text()}`).toBe(true);
      },
    });
    // The page lets go of its stream first: a stream that breaks would count as a trouble of the page.
    await page.goto('about:blank');
    await end(child);
    await rm(folder, { recursive: true });
  },
});

async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await once(lines, 'line')) as [string];
  return line.trim();
}

/** Ends the process and what it started (it leads its own group). */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await gone;
}
