import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/server-process.ts';
import { findingsOfAxe, launchBrowser, openPage, PAGE_WAIT_MS, signInByToken } from './browser.ts';
import { settled } from './sites.ts';
import { startWorld, type World } from './world.ts';

/** Minutes of a slow machine that does other things beside. */
const TIMEOUT_MS = 600_000;
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
/** Set to a folder, pictures of what is looked at are left there. */
const PICTURES = process.env['ACGS_TEST_PICTURES'];

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
}, TIMEOUT_MS);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

/** In both themes and on a phone, the page as it stands is open to everybody and does not scroll sideways. */
async function expectOpenToAll(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await drawn(page);
    expect(await findingsOfAxe(page), `${name}, ${colorScheme}`).toEqual([]);
    await picture(page, `${name}-${colorScheme}`);
  }
  await page.setViewportSize(PHONE);
  const widthPx = await page.evaluate('document.documentElement.scrollWidth');
  expect(widthPx, `${name} on a phone`).toBeLessThanOrEqual(PHONE.width);
  await picture(page, `${name}-phone`);
  await page.setViewportSize(DESKTOP);
}

/** Colours go over into those of the other theme; what is judged is where they end. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await until(async () => (await page.evaluate('document.getAnimations().length')) === 0, PAGE_WAIT_MS);
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}

describe('a standing grant at the console', () => {
  it(
    'is given from a request, lets the like of it through without asking, and is asked about again once it is revoked',
    async () => {
      const { page, problems } = await openPage(browser, world.server.url, DESKTOP);
      await signInByToken(page, world.server.token);
      await page.goto('/approvals/grants');
      await page.getByText('None is in force').waitFor();
      await expectOpenToAll(page, 'grants-none');

      const codex = await world.agent('codex', 'codex-of-ada');
      const first = codex.wants('git push -f origin feature/x');
      await page.getByRole('link', { name: 'Requests' }).click();
      await page.getByRole('heading', { name: 'The question' }).waitFor();
      await page.keyboard.press('s');
      await page.getByText('git push feature/x at the remote origin, also by force').waitFor();
      await page.getByText('would have let through: 1 of 1').waitFor();

      // What is too wide is refused by the server, and cannot be given.
      const give = page.getByRole('button', { name: 'Let it do so…' });
      const refs = page.getByLabel('Refs (wider than asked)');
      await refs.fill('release/*');
      await page.getByRole('alert').getByText('standing-grant-widening').waitFor();
      expect(await give.isDisabled()).toBe(true);
      await refs.fill('');
      await page.getByRole('button', { name: 'Use feature/*' }).click();
      await page.getByText('git push feature/* (all that begin so) at the remote origin, also by force').waitFor();
      await settled(page);
      await page.getByText('As Cedar').click();
      await page.getByText('permit (').waitFor();
      await expectOpenToAll(page, 'grant-proposed');

      await give.click();
      const confirm = page.getByRole('dialog', { name: 'Let it do so for a while?' });
      await confirm.getByText('git push feature/* (all that begin so)').waitFor();
      await confirm.getByText('codex-of-ada').waitFor();
      await expectOpenToAll(page, 'grant-confirmed');
      await confirm.getByRole('button', { name: 'Let it do so' }).click();
      expect(await first).toBe('runs');
      const grants = page.getByRole('list', { name: 'Standing grants' });
      await grants.getByText('in force').waitFor();
      await expectOpenToAll(page, 'grants');

      expect(await codex.wants('git push -f origin feature/y')).toBe('runs');

      await grants.getByRole('button', { name: 'Revoke the grant of codex-of-ada' }).click();
      await page.getByRole('dialog', { name: 'Revoke this grant?' }).getByRole('button', { name: 'Revoke it' }).click();
      await page.getByText('None is in force').waitFor();
      await page.getByRole('button', { name: 'Show ended ones too' }).click();
      await grants.getByText('revoked by').waitFor();

      const again = codex.wants('git push -f origin feature/z');
      await page.getByRole('link', { name: 'Requests' }).click();
      await page.getByRole('link', { name: 'git push -f origin feature/z' }).click();
      await page.getByRole('heading', { name: 'The question' }).waitFor();
      await page.getByRole('button', { name: 'Refuse' }).click();
      expect(await again).toBe('blocked');

      expect(problems.filter((problem) => !isRefusedPreview(problem))).toEqual([]);
      await page.context().close();
    },
    TIMEOUT_MS,
  );

  it(
    'is none for what a person looks at each time: the request says so, and offers nothing to press',
    async () => {
      const { page } = await openPage(browser, world.server.url, DESKTOP);
      await signInByToken(page, world.server.token);
      const claude = await world.agent('claude-code', 'claude-of-ada');
      const asked = claude.wants('crontab nightly.txt');
      await page.goto('/approvals');
      await page.getByRole('link', { name: 'crontab nightly.txt' }).click();
      await page.getByRole('heading', { name: 'The question' }).waitFor();
      await page.getByRole('button', { name: 'See what it would allow' }).click();
      await page.getByText('No standing grant covers this').waitFor();
      expect(await page.getByRole('button', { name: 'Let it do so…' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Refuse' }).click();
      expect(await asked).toBe('blocked');
      await page.context().close();
    },
    TIMEOUT_MS,
  );
});

/** Chromium notes the answer 400 to what was too wide. */
function isRefusedPreview(problem: string): boolean {
  return problem.includes('400') && problem.includes('/v1/grants/preview');
}
