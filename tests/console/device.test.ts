import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import Type from 'typebox';
import Value from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, until } from '../support/server-process.ts';
import { launchBrowser, openPage, PAGE_WAIT_MS, signInByPassword } from './browser.ts';
import { startWorld, type World } from './world.ts';

/** `acgs login` as a user runs it, a process of its own, and the page where it is let in. */

const ACGS = fileURLToPath(new URL('../../bin/acgs.js', import.meta.url));
const LONG_MS = 600_000;
const PASSWORD = 'ladders under the quiet harbour';
const Invited = Type.Object({ code: Type.String() });

const root = mkdtempSync(join(tmpdir(), 'acgs-console-device-'));
let world: World;
let browser: Browser;
beforeAll(async () => {
  const port = await freePort();
  world = await startWorld(
    // Nothing is searched here.
    { ACGS_PUBLIC_URL: `http://127.0.0.1:${port}`, ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none' },
    { port, hasIndex: false },
  );
  const added = await world.server.post('/v1/people', { id: 'mara', name: 'Mara', roles: ['developer'] });
  expect(added.status, await added.text()).toBe(201);
  const invited = await world.server.post('/v1/people/mara/invitation', {});
  const { code } = Value.Parse(Invited, await invited.json());
  const accepted = await fetch(`${world.server.url}/v1/sign-in/invitation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, password: PASSWORD }),
  });
  expect(accepted.status, await accepted.text()).toBe(200);
  browser = await launchBrowser();
}, LONG_MS);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
  rmSync(root, { recursive: true, force: true });
});

/** The command line on a machine of this name, with nothing of another one. */
function acgs(machine: string, ...argv: readonly string[]) {
  const child = spawn(process.execPath, [ACGS, ...argv], {
    env: { PATH: process.env['PATH'], HOME: root, ACGS_HOME: join(root, machine), ACGS_URL: world.server.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, printed }));
  return {
    ended,
    kill: () => child.kill('SIGTERM'),
    /** What it prints for its user to take to a browser. */
    async asks() {
      await until(async () => /\n {2}[A-Z]{4}-[A-Z]{4}\n/.test(printed), PAGE_WAIT_MS);
      const url = /open (\S+)/.exec(printed)?.[1] ?? '';
      const code = /\n {2}([A-Z]{4}-[A-Z]{4})\n/.exec(printed)?.[1] ?? '';
      return { url, code };
    },
  };
}

async function maraAtDevicePage() {
  const opened = await openPage(browser, world.server.url);
  await signInByPassword(opened.page, 'mara', PASSWORD);
  await opened.page.goto('/device');
  return opened;
}

describe('a command line that asks to be let in', () => {
  it(
    'is not found by a wrong code',
    async () => {
      const { page } = await maraAtDevicePage();
      await page.getByLabel('Code that the machine shows').fill('WRNG-CODE');
      await page.getByRole('button', { name: 'Look it up' }).click();
      await page.getByText('The code is wrong, or too old.').waitFor();
      expect(await page.getByRole('button', { name: 'Allow it to act for me' }).count()).toBe(0);
      await page.context().close();
    },
    LONG_MS,
  );

  it(
    'is refused there, and ends with that',
    async () => {
      const login = acgs('lost', 'login');
      const { code } = await login.asks();
      const { page } = await maraAtDevicePage();
      await page.getByLabel('Code that the machine shows').fill(code);
      await page.getByRole('button', { name: 'Look it up' }).click();
      await page.getByRole('button', { name: 'It was not me' }).click();
      await page.getByText('It was let in nowhere.').waitFor();
      const { code: exit, printed } = await login.ended;
      expect(exit).not.toBe(0);
      expect(printed).toContain('It was refused.');
      expect((await acgs('lost', 'person', 'list').ended).code).not.toBe(0);
      await page.context().close();
    },
    LONG_MS,
  );

  it(
    'goes on in the name of whoever confirms it, who signs in on the way and is led back to it',
    async () => {
      const login = acgs('laptop', 'login');
      const { url, code } = await login.asks();
      const { page, problems } = await openPage(browser, world.server.url);
      await page.goto(url);
      await page.getByLabel('Name', { exact: true }).fill('mara');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByText(code, { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Allow it to act for me' }).click();
      await page.getByText('The command line goes on by itself.').waitFor();
      const { code: exit, printed } = await login.ended;
      expect(exit, printed).toBe(0);
      expect(printed).toContain(`mara is logged in at ${world.server.url}`);
      const listed = await acgs('laptop', 'person', 'list').ended;
      expect(listed.code, listed.printed).toBe(0);
      expect(listed.printed).toContain('mara');
      expect(problems).toEqual([]);

      // The code was good once.
      await page.reload();
      await page.getByText('The code is wrong, or too old.').waitFor();
      await page.context().close();
    },
    LONG_MS,
  );
});
