import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { type ColorScheme, findingsOfAxe, launchBrowser, openPage, signInByToken } from './browser.ts';
import { type HookedRun, startWorld, type World } from './world.ts';

const STEP_MS_MAX = 300_000;

let world: World;
let browser: Browser;
let agent: HookedRun;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  agent = await world.agent('claude-code', 'claude-of-ada');
}, 600_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

async function signedIn(look: Parameters<typeof openPage>[2] = {}) {
  const opened = await openPage(browser, world.server.url, look);
  await signInByToken(opened.page, world.server.token);
  return opened;
}

const queued = (page: Page, subject: string) => page.getByRole('list').getByRole('link', { name: subject });

/** Of the decision about this command, once it is there. */
async function decisionId(page: Page, command: string): Promise<string> {
  await page.goto(`/decisions?text=${encodeURIComponent(command)}`);
  await page.getByRole('table').getByText(command).first().click();
  await page.getByRole('heading', { name: 'What became of it' }).waitFor();
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

describe('the queue of approvals', () => {
  it(
    'lets nothing through by one slip of the hand, and the agent on by two',
    async () => {
      const { page, problems } = await signedIn();
      const asked = agent.wants('crontab nightly.txt');
      await page.goto('/approvals');
      await queued(page, 'crontab nightly.txt').waitFor();
      await page.getByRole('heading', { name: 'The question' }).waitFor();
      await page.getByText('in the way').first().waitFor();
      await page.keyboard.press('a');
      await page.getByText('Press a again to approve').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('r');
      await page.keyboard.press('a');
      await page.keyboard.press('a');
      expect(await asked).toBe('runs');
      await page.getByText('the agent has gone on with it').waitFor();
      expect(problems).toEqual([]);
      await page.context().close();
    },
    STEP_MS_MAX,
  );

  it(
    'keeps the reason of a refusal with the answer',
    async () => {
      const { page } = await signedIn();
      const asked = agent.wants('crontab weekly.txt');
      await page.goto('/approvals');
      await queued(page, 'crontab weekly.txt').click();
      await page.getByRole('heading', { name: 'The question' }).waitFor();
      await page.keyboard.press('w');
      await page.keyboard.type('Not on the day of a release.');
      await page.keyboard.press('Escape');
      await page.keyboard.press('r');
      await page.keyboard.press('r');
      expect(await asked).toBe('blocked');
      await page.getByText('Not on the day of a release.').first().waitFor();
      await page.context().close();
    },
    STEP_MS_MAX,
  );

  it(
    'says so where somebody else was quicker, where it is one’s own, and when its time is over',
    async () => {
      const { page } = await signedIn();
      const asked = agent.wants('crontab monthly.txt');
      await page.goto('/approvals');
      await queued(page, 'crontab monthly.txt').click();
      const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
      const berta = { kind: 'person', id: 'berta' as PersonId, roles: ['maintainer'] } as const;
      const token = await createTokenFile(join(world.server.home, 'tokens.json')).issue(berta, Date.now(), 3_600_000);
      const answered = await fetch(`${world.server.url}/v1/decisions/${id}/approval`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ answer: 'refused', reason: 'berta was here' }),
      });
      expect(answered.status).toBe(200);
      expect(await asked).toBe('blocked');
      await page.getByText('Refused by berta. The agent was told').waitFor();
      expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);

      const action = {
        kind: 'shell',
        command: 'crontab own.txt',
        background: false,
        cwd: '/w',
        workspaceRoots: ['/w'],
      };
      expect((await world.server.post('/v1/decisions', { action })).status).toBe(200);
      await queued(page, 'crontab own.txt').click();
      await page.getByText('This is your own request.').waitFor();
      expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);

      // By the clock of the page: the server is not asked when time is up.
      await page.clock.install();
      await page.reload();
      await page.getByText('This is your own request.').waitFor();
      await page.clock.fastForward('09:00:00');
      await page.getByText('Its time is over: nobody answered.').waitFor();
      await page.context().close();
    },
    STEP_MS_MAX,
  );
});

describe('a decision', () => {
  it(
    'is drawn with its effects, and its proof is checked by the browser',
    async () => {
      const { page, problems } = await signedIn();
      expect(await agent.wants('rm -rf / && npm test')).toBe('blocked');
      const id = await decisionId(page, 'rm -rf / && npm test');
      expect(await page.locator('.drawn-span.drawn-deny').first().textContent()).toContain('/');
      await expect
        .poll(
          async () => {
            await page.getByRole('button', { name: /^Check (the proof|again)$/ }).click();
            await page.getByRole('list', { name: 'What was proved' }).waitFor();
            return page
              .locator('.proof-step')
              .evaluateAll((steps) => steps.map((step) => step.getAttribute('data-code')));
          },
          // Until a checkpoint covers the record.
          { timeout: STEP_MS_MAX / 2, interval: 1_000 },
        )
        .toEqual([
          'signed',
          'statement-matches',
          'record-matches',
          'page-matches',
          'included',
          'log-signed',
          'not-witnessed',
        ]);
      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save the receipt' }).click(),
      ]);
      expect(saved.suggestedFilename()).toBe(`receipt-${id}.json`);
      expect(problems).toEqual([]);
      await page.context().close();
    },
    STEP_MS_MAX,
  );

  it(
    'is found false by the browser where the server shows another one than it has recorded',
    async () => {
      const { page } = await signedIn();
      const id = await decisionId(page, 'rm -rf / && npm test');
      // The only lie in these tests: what a server that cheats would answer.
      await page.route(`**/v1/decisions/${id}`, async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: (await answer.text()).replaceAll('npm test', 'npm best') });
      });
      await page.reload();
      await page.getByRole('button', { name: 'Check the proof' }).click();
      await page.getByText('This page shows something else than what was recorded.').waitFor();
      await page.context().close();
    },
    STEP_MS_MAX,
  );

  it(
    'is tried in another form without being recorded',
    async () => {
      const { page } = await signedIn();
      await page.goto('/decisions');
      await page.getByRole('button', { name: 'Try a command' }).click();
      await page.getByLabel('A shell command').fill('echo tried-only && rm -rf /');
      await page.getByRole('dialog').getByText('by constitution 1').waitFor();
      await page.getByRole('dialog').getByText('delete / and everything below it').first().waitFor();
      await page.keyboard.press('Escape');
      await page.goto('/decisions?text=tried-only');
      await page.getByText('No decision is like that').waitFor();
      await page.context().close();
    },
    STEP_MS_MAX,
  );
});

describe('a session', () => {
  it(
    'is told from its beginning, with what people answered and how long they took',
    async () => {
      const { page, problems } = await signedIn();
      await page.goto('/sessions/run?principal=claude-of-ada&session=session-1');
      const steps = page.locator('.timeline > li');
      await steps.first().waitFor();
      expect(await steps.first().textContent()).toContain('crontab nightly.txt');
      await page
        .getByText(/granted by .* after/)
        .first()
        .waitFor();
      await page.goto('/sessions');
      await page.getByRole('table').getByText('claude-of-ada').first().waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'What happened' }).waitFor();
      await page.goto('/sessions/run?principal=nobody&session=none');
      await page.getByText('There is no such run of this agent.').waitFor();
      expect(problems.filter((one) => !one.includes('404'))).toEqual([]);
      await page.context().close();
    },
    STEP_MS_MAX,
  );
});

describe('these pages', () => {
  it.each<readonly [ColorScheme, number]>([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ])(
    'are for everybody to read: axe finds nothing in the %s theme at %i px',
    async (colorScheme, width) => {
      const { page } = await signedIn({ colorScheme, width });
      const id = await decisionId(page, 'rm -rf / && npm test');
      const pages = [
        [`/decisions/${id}`, 'What became of it'],
        ['/approvals', 'Approvals'],
        ['/sessions/run?principal=claude-of-ada&session=session-1', 'What happened'],
      ] as const;
      for (const [path, heading] of pages) {
        await page.goto(path);
        await page.getByRole('heading', { name: heading }).waitFor();
        expect(await findingsOfAxe(page), path).toEqual([]);
        // Nothing is wider than the window.
        expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(width);
      }
      await page.context().close();
    },
    STEP_MS_MAX,
  );
});
