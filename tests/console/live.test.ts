import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CutLine, startCutLine } from '../support/cut-line.ts';
import { freePort, type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { launchBrowser, openPage, signInByToken } from './browser.ts';
import { type HookedRun, startWorld, type World } from './world.ts';

/** What a page shows while its connection to the server is broken, and when it is whole again: without a reload. */

const LONG_MS = 900_000;
/** More records than a server reads back for one who comes again (src/services/gateway/live-feed.ts). */
const TOO_MANY = 1_100;
/** Decisions that are asked for at once. */
const AT_ONCE = 20;
const NOTICE = 'The connection to the server is lost';

let port: number;
let line: CutLine;
let world: World;
let browser: Browser;
let agent: HookedRun;
const env = () => ({ ACGS_PUBLIC_URL: line.url });
beforeAll(async () => {
  port = await freePort();
  line = await startCutLine(`http://127.0.0.1:${port}`);
  world = await startWorld(env(), { port });
  agent = await world.agent('claude-code', 'claude-of-ada');
  browser = await launchBrowser();
}, LONG_MS);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
  await line?.close();
});

/** The page of what happens now, live, with what would be gone after a reload. */
async function watchingPage() {
  const opened = await openPage(browser, line.url);
  const { page } = opened;
  const asked = { rows: 0 };
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/v1/decisions/rows') asked.rows += 1;
  });
  await signInByToken(page, world.server.token);
  await isLive(page);
  await page.evaluate('window.sameDocument = true');
  return { ...opened, asked };
}

const isLive = (page: Page) => page.getByText('live', { exact: true }).waitFor();
const isLost = (page: Page) => page.getByText('connection lost, trying again').waitFor();
const isSameDocument = (page: Page) => page.evaluate('window.sameDocument === true');
const shown = (page: Page, command: string) => page.getByText(command, { exact: true }).first();

describe('a page that follows what happens', () => {
  it(
    'says that its connection is lost, and has what happened meanwhile when it is back, from the event on that it saw last',
    async () => {
      const { page, asked } = await watchingPage();
      expect(await agent.wants('git status --short')).toBe('runs');
      await shown(page, 'git status --short').waitFor();
      const rowsBefore = asked.rows;
      line.cut();
      await isLost(page);
      await page.getByText(NOTICE).waitFor();
      // The agent has a way of its own to the server.
      expect(await agent.wants('git diff --stat')).toBe('runs');
      expect(await agent.wants('rm -rf / --no-preserve-root')).toBe('blocked');
      expect(await shown(page, 'git diff --stat').count()).toBe(0);

      line.mend();
      await shown(page, 'git diff --stat').waitFor();
      await shown(page, 'rm -rf / --no-preserve-root').waitFor();
      await isLive(page);
      expect(await page.getByText(NOTICE).count()).toBe(0);
      // What nobody listened to was told by the stream, which only its last event's id brings back: nothing was read anew, on the same page.
      expect(asked.rows).toBe(rowsBefore);
      expect(await isSameDocument(page)).toBe(true);
      await page.context().close();
    },
    LONG_MS,
  );

  it(
    'reads anew where more happened than is told again',
    async () => {
      const { page, asked } = await watchingPage();
      line.cut();
      await isLost(page);
      const rowsBefore = asked.rows;
      await decideMany(world.server, TOO_MANY);
      line.mend();
      await shown(page, `make target-${TOO_MANY}`).waitFor();
      await isLive(page);
      expect(asked.rows).toBeGreaterThan(rowsBefore);
      expect(await isSameDocument(page)).toBe(true);
      await page.context().close();
    },
    LONG_MS,
  );

  it(
    'goes on by itself when the server was stopped and has started again, still signed in',
    async () => {
      const { page } = await watchingPage();
      await world.server.kill('SIGTERM');
      await isLost(page);
      await page.getByText(NOTICE).waitFor();
      const again = await startServerProcess({ home: world.server.home, port, hasConsole: true, env: env() });
      try {
        expect(await agent.wants('npm outdated')).toBe('runs');
        await shown(page, 'npm outdated').waitFor();
        await isLive(page);
        expect(await isSameDocument(page)).toBe(true);
        await page.getByRole('link', { name: 'Approvals' }).click();
        await page.getByText('Nobody waits for you').waitFor();
        await page.context().close();
      } finally {
        await again.kill('SIGTERM');
      }
    },
    LONG_MS,
  );
});

/** Without a hook each, which would take minutes; the last of them is the last that is recorded. */
async function decideMany(server: ServerProcess, count: number): Promise<void> {
  const decide = async (number: number) => {
    const action = {
      kind: 'shell',
      command: `make target-${number}`,
      background: false,
      cwd: '/w',
      workspaceRoots: ['/w'],
    };
    const response = await server.post('/v1/decisions', { action });
    if (!response.ok) throw new Error(`${number}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  for (let from = 1; from < count; from += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => decide(from + at)));
  }
  await decide(count);
}
