import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrol, refresh } from '#apps/cli/agent/enrolled-agent.ts';
import { findingsOfAxe, launchBrowser, openPage, signInByToken } from './browser.ts';
import { settled } from './sites.ts';
import { startWorld, type World } from './world.ts';

/** What people do to the constitution and to agents at the console, in a browser, against a real server. */

const STARTER = fileURLToPath(new URL('../../constitution', import.meta.url));
/** Minutes of a slow machine that does other things beside. */
const LONG_MS = 900_000;
/** Below the pages that are looked at with all others (pages.test.ts). */
const PATHS = ['/constitution/amendments', '/constitution/compare', '/constitution/roll-out', '/agents/people'];

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
}, LONG_MS);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

/** The folder of number 2: approvals are good for seven minutes. */
async function secondFolder(): Promise<string> {
  const told: unknown = await (await world.server.get('/v1/constitution')).json();
  const { ref } = told as { readonly ref: { readonly digest: string } }; // our own server's answer; a wrong one fails below
  const folder = join(world.project, '..', 'second');
  cpSync(STARTER, folder, { recursive: true });
  const document = join(folder, 'constitution.yaml');
  const changed = readFileSync(document, 'utf8')
    .replace(/^number: 1$/m, 'number: 2')
    .replace(/^parent: .*$/m, `parent: ${ref.digest}`)
    .replace(/approvalMinutes: 60/, 'approvalMinutes: 7');
  writeFileSync(document, changed);
  return folder;
}

describe('an amendment at the console', () => {
  it(
    'is refused where what is chosen is no constitution, and where its policies do not hold',
    async () => {
      const { page, problems } = await openPage(browser, world.server.url);
      await signInByToken(page, world.server.token);
      await page.goto('/constitution/amendments');
      await page.getByText('Nobody has proposed anything yet').waitFor();
      await page.getByRole('button', { name: 'Draft an amendment' }).click();
      await page.getByLabel('What it is about').fill('Nothing good');
      await page.getByLabel('The folder of the constitution to be').setInputFiles(join(STARTER, 'policies'));
      await page.getByText('it has no constitution.yaml').waitFor();
      expect(await page.getByRole('button', { name: 'Work out its impact' }).isDisabled()).toBe(true);

      // The starter as it is: number 1, which does not follow what is in force.
      await page.getByLabel('The folder of the constitution to be').setInputFiles(STARTER);
      await page.getByRole('button', { name: 'Work out its impact' }).click();
      await page.getByText('It must amend the constitution in force').waitFor();
      expect(problems.filter((one) => !one.includes('409'))).toEqual([]);
      await page.context().close();
    },
    LONG_MS,
  );

  it(
    'is drafted from a folder, compared, put to the vote and voted on, once',
    async () => {
      const { page, problems } = await openPage(browser, world.server.url);
      await signInByToken(page, world.server.token);
      await page.goto('/constitution/amendments');
      await page.getByRole('button', { name: 'Draft an amendment' }).click();
      await page.getByLabel('What it is about').fill('Shorter approvals');
      await page.getByLabel('The folder of the constitution to be').setInputFiles(await secondFolder());
      await page.getByRole('button', { name: 'Work out its impact' }).click();

      await page.getByRole('heading', { name: 'Shorter approvals' }).waitFor();
      await page.getByText('Also changed: limits').waitFor();
      await page.getByRole('link', { name: 'What it says otherwise' }).click();
      await page.getByText('"approvalMinutes": 7').waitFor();
      await page.goBack();

      await page.getByRole('button', { name: 'Put it to the vote' }).click();
      await page.getByRole('button', { name: 'For', exact: true }).click();
      // Asked again before it counts: it cannot be taken back.
      await page.getByRole('button', { name: 'Cast the vote' }).click();
      await page.getByText('You have voted “for”').waitFor();
      expect(await page.getByRole('button', { name: 'Cast the vote' }).count()).toBe(0);
      await page.getByText('a vote was cast').waitFor();
      expect(problems).toEqual([]);
      await page.context().close();
    },
    LONG_MS,
  );
});

describe('an agent at the console', () => {
  it(
    'is invited, and once it is suspended its next action is refused',
    async () => {
      const { page, problems } = await openPage(browser, world.server.url);
      await signInByToken(page, world.server.token);
      await page.goto('/agents');
      await page.getByRole('button', { name: 'Invite an agent' }).click();
      await page.getByLabel('Id', { exact: true }).fill('codex-of-ada');
      await page.getByLabel('Kind').fill('codex');
      await page.getByRole('button', { name: 'Invite', exact: true }).click();
      const command = await page.getByRole('button', { name: 'Copy the command' }).textContent();
      const code = /acgs agent enrol (\S+)/.exec(command ?? '')?.[1] ?? '';
      await page.getByRole('button', { name: 'I have it' }).click();

      const given = { server: world.server.url, folder: join(world.project, '..', 'agent') };
      await enrol({ ...given, code });
      await refresh(given);
      const decide = async () => {
        const token = readFileSync(join(given.folder, 'token'), 'utf8').split(/\s/)[0] ?? '';
        const action = {
          kind: 'shell',
          command: 'ls',
          background: false,
          cwd: world.project,
          workspaceRoots: [world.project],
        };
        const response = await fetch(`${world.server.url}/v1/decisions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ action }),
        });
        const told = (await response.json()) as { readonly code?: string }; // problem details, or a decision, which has none
        return [response.status, told.code];
      };
      expect(await decide()).toEqual([200, undefined]);

      await page.getByRole('table', { name: 'Agents' }).getByText('codex-of-ada').click();
      await page.getByRole('radio', { name: /^Suspend/ }).check();
      await page.getByLabel('Why').fill('It works on the wrong branch.');
      await page.getByRole('button', { name: 'Suspend codex-of-ada' }).click();
      await page.getByRole('table', { name: 'Agents' }).getByText('suspended').waitFor();
      expect(await decide()).toEqual([403, 'agent-suspended']);
      expect(problems).toEqual([]);
      await page.context().close();
    },
    LONG_MS,
  );
});

describe('what a browser checks by itself', () => {
  it(
    'is that the ledger grew from what it saw at its last visit',
    async () => {
      const { page, problems } = await openPage(browser, world.server.url);
      await signInByToken(page, world.server.token);
      await page.goto('/ledger');
      await page.getByText('for the first time').waitFor();
      await page.getByText('checked in this browser').waitFor();
      // Away from it, so that the page does not look on meanwhile; what it has seen stays in the browser.
      await page.goto('about:blank');
      const published = async () => {
        const told: unknown = await (await world.server.get('/v1/ledger')).json();
        return (told as { readonly publishedSize: number }).publishedSize; // as above
      };
      const seen = await published();
      const agent = await world.agent('claude-code', 'claude-of-ben');
      expect(await agent.wants('git status --short')).toBe('runs');
      await expect.poll(published, { timeout: LONG_MS / 4, interval: 500 }).toBeGreaterThan(seen);
      await page.goto('/ledger');
      await page.getByText('nothing of them was changed').waitFor();
      expect(problems).toEqual([]);
      await page.context().close();
    },
    LONG_MS,
  );
});

describe('the pages below the constitution and the agents', () => {
  it.each(['light', 'dark'] as const)(
    'are open to everybody in the %s theme (WCAG 2.2 AA by axe), and fit a phone',
    async (colorScheme) => {
      const { page, problems } = await openPage(browser, world.server.url, { colorScheme });
      await signInByToken(page, world.server.token);
      const told: unknown = await (await world.server.get('/v1/amendments')).json();
      const { amendments } = told as { readonly amendments: readonly { readonly id: string }[] }; // as above
      for (const path of [...PATHS, ...amendments.map(({ id }) => `/constitution/amendments/${id}`)]) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await settled(page);
        expect(await findingsOfAxe(page), path).toEqual([]);
        await page.setViewportSize({ width: 390, height: 844 });
        await settled(page);
        expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(390);
        await page.setViewportSize({ width: 1280, height: 800 });
      }
      expect(problems).toEqual([]);
      await page.context().close();
    },
    LONG_MS,
  );
});
