/**
 * Two kinds of journeys: `looks` plays the fake scenes (every state, both themes, axe, the policy of the window);
 * `floor` runs the whole page on the real core, where SOTTO_BROWSER_HOST says how to start it.
 */
import { defineConfig } from '@playwright/test';

const port = 4173;
const fake = 'node_modules/.cache/sotto-fake';
const core = process.env['SOTTO_BROWSER_HOST'];

export default defineConfig({
  testDir: 'e2e',
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  reporter: [['list']],
  timeout: 45_000,
  expect: { timeout: 10_000 },
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['SOTTO_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'looks', testDir: 'e2e/looks', use: { baseURL: `http://localhost:${port}` } },
    ...(core ? [{ name: 'floor', testDir: 'e2e/floor' }] : []),
  ],
  webServer: {
    command: `npx vite build --mode fake --outDir ${fake} --emptyOutDir && npx vite preview --outDir ${fake} --port ${port} --strictPort`,
    url: `http://localhost:${port}`,
    timeout: 120_000,
  },
});
