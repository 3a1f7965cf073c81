import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { type ColorScheme, findingsOfAxe, launchBrowser, openPage, signInByToken } from './browser.ts';
import { growJournal, untilIndexed } from './many-decisions.ts';

/**
 * 200 pages, so that this ends soon on a busy machine; `ACGS_TEST_DECISIONS=100000` makes it as many as an outline counts.
 * A multiple of 1,000.
 */
const COUNT = Number(process.env['ACGS_TEST_DECISIONS'] ?? 20_000);
/** Of run 777. */
const NEEDLE = COUNT - 223;
/** Milliseconds since 1970 of the last one: long ago, so that times do not move while one looks. */
const LAST_MS = 1_700_000_000_000 + COUNT * 1_000;
const STARTED_MS_MAX = 900_000;
const STEP_MS_MAX = 300_000;

let root: string;
let server: ServerProcess;
let browser: Browser;

/** A journal as a node leaves it behind, with `COUNT` decisions of 1,000 runs; the server's index then follows it. */
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'acgs-many-'));
  const home = join(root, 'state');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  await growJournal(home, {
    count: COUNT,
    lastMs: LAST_MS,
    change: (decision, number) =>
      number === NEEDLE ? { ...decision, action: { ...decision.action, command: 'make a-needle-in-it' } } : decision,
  });
  server = await startServerProcess({ home, hasConsole: true });
  browser = await launchBrowser();
  await untilIndexed(server, COUNT, STARTED_MS_MAX);
}, 2 * STARTED_MS_MAX);
afterAll(async () => {
  await browser?.close();
  await server?.kill('SIGTERM');
  if (root !== undefined) rmSync(root, { recursive: true, force: true });
});

const rows = (page: Page) => page.getByRole('table').getByRole('row');

async function scrollTo(page: Page, row: number): Promise<void> {
  await page.locator('.table-body').evaluate((element, top) => element.scrollTo(0, top), row * 40);
}

describe('very many decisions', () => {
  it(
    'are one list that draws what is seen, reads what is drawn, and goes anywhere at once',
    async () => {
      const { page, problems } = await openPage(browser, server.url);
      await signInByToken(page, server.token);
      const read: string[] = [];
      page.on('request', (request) => {
        if (request.url().includes('/v1/decisions/rows')) read.push(request.url());
      });
      await page.goto('/decisions');
      await page.getByText(`make target-${COUNT}`, { exact: true }).waitFor();
      await page.getByText(COUNT.toLocaleString('en-GB'), { exact: true }).waitFor();
      const drawnMax = 100;
      expect(await rows(page).count()).toBeLessThan(drawnMax);
      // The first screen before it is known how many there are, then the pages in view.
      expect(read.length).toBeLessThanOrEqual(3);

      // To its end, which nobody has read up to.
      await scrollTo(page, COUNT);
      await page.getByText('make target-1', { exact: true }).waitFor();
      expect(await rows(page).count()).toBeLessThan(drawnMax);
      // Into the middle: row n is decision COUNT - n.
      await scrollTo(page, COUNT * 0.6);
      await page.getByText(`make target-${COUNT * 0.4}`, { exact: true }).waitFor();
      expect(await rows(page).count()).toBeLessThan(drawnMax);
      // Past fifty screens: each is read where it stays, and none because of those between.
      for (let row = COUNT * 0.1; row < COUNT * 0.2; row += COUNT * 0.002) await scrollTo(page, row);
      await scrollTo(page, 0);
      await page.getByText(`make target-${COUNT}`, { exact: true }).waitFor();
      // Two pages for each place, of the many that there are.
      expect(read.length).toBeLessThanOrEqual(1 + 2 * 54);
      expect(problems).toEqual([]);
      await page.context().close();
    },
    STEP_MS_MAX,
  );

  it(
    'are searched from the keyboard, and one is opened with its way back',
    async () => {
      const { page, problems } = await openPage(browser, server.url);
      await signInByToken(page, server.token);
      await page.goto('/decisions');
      await page.getByText(`make target-${COUNT}`, { exact: true }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('needle session:run-777');
      await page.getByText('make a-needle-in-it').waitFor();
      expect(await rows(page).count()).toBe(2);
      expect(new URL(page.url()).searchParams.get('session')).toContain('run-777');
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'What became of it' }).waitFor();
      await page.keyboard.press('u');
      await page.getByRole('button', { name: 'Take away session run-777' }).click();
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByText(`make target-${COUNT}`, { exact: true }).waitFor();
      await page.getByRole('button', { name: 'deny' }).click();
      await page.getByText('No decision is like that').waitFor();
      expect(problems).toEqual([]);
      await page.context().close();
    },
    STEP_MS_MAX,
  );

  it.each<ColorScheme>(['light', 'dark'])(
    'are for everybody to read: axe finds nothing in the %s theme',
    async (colorScheme) => {
      const { page } = await openPage(browser, server.url, { colorScheme });
      await signInByToken(page, server.token);
      await page.goto('/decisions');
      await page.getByText(`make target-${COUNT}`, { exact: true }).waitFor();
      expect(await findingsOfAxe(page)).toEqual([]);
      await page.goto('/sessions');
      await page.getByRole('table').getByText('alice-laptop').first().waitFor();
      expect(await findingsOfAxe(page)).toEqual([]);
      await page.context().close();
    },
    STEP_MS_MAX,
  );
});
