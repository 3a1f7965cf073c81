import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import Type from 'typebox';
import Value from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPENID_CLIENT, startOpenidProvider } from '../support/openid-provider.ts';
import { freePort } from '../support/server-process.ts';
import { launchBrowser, openPage, signInByPassword } from './browser.ts';
import { startWorld, type World } from './world.ts';

const TIMEOUT_MS = 600_000;
const FIRST_PASSWORD = 'lanterns over the loud mountain';
const PASSWORD = 'ladders under the quiet harbour';
const Invited = Type.Object({ code: Type.String() });

const root = mkdtempSync(join(tmpdir(), 'acgs-console-sign-in-'));
let world: World;
let browser: Browser;
let provider: Awaited<ReturnType<typeof startOpenidProvider>>;
/** By name: a passkey belongs to a domain, which an address is not. */
let url: string;

beforeAll(async () => {
  const port = await freePort();
  url = `http://localhost:${port}`;
  provider = await startOpenidProvider({
    relyingParty: url,
    accounts: { ada: { name: 'Ada', email: 'ada@example.org', email_verified: true } },
  });
  const [secretFile, peopleFile] = [join(root, 'secret'), join(root, 'people.yaml')];
  writeFileSync(secretFile, OPENID_CLIENT.secret, { mode: 0o600 });
  writeFileSync(peopleFile, 'byEmail: true\n');
  world = await startWorld(
    {
      ACGS_PUBLIC_URL: url,
      ACGS_OPENID_ISSUER: provider.issuer,
      ACGS_OPENID_CLIENT_ID: OPENID_CLIENT.id,
      ACGS_OPENID_SECRET_FILE: secretFile,
      ACGS_OPENID_PEOPLE_FILE: peopleFile,
      // Nothing is searched here.
      ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none',
    },
    { port, hasIndex: false },
  );
  for (const id of ['ada@example.org', 'mara']) {
    const added = await world.server.post('/v1/people', { id, name: id, roles: ['developer'] });
    expect(added.status, await added.text()).toBe(201);
  }
  browser = await launchBrowser();
}, TIMEOUT_MS);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
  await provider?.close();
  rmSync(root, { recursive: true, force: true });
});

async function invitation(person: string): Promise<string> {
  const invited = await world.server.post(`/v1/people/${person}/invitation`, {});
  return Value.Parse(Invited, await invited.json()).code;
}

describe('signing in', () => {
  it(
    'at an OpenID provider leads back to the page that was asked for, and signing out ends there',
    async () => {
      const { page } = await openPage(browser, url);
      await page.goto('/ledger');
      await page.getByRole('link', { name: /^Continue with/ }).click();
      // The provider's own page: a name is all that it asks for.
      await page.locator('input[name="login"]').fill('ada');
      await page.locator('input[name="password"]').fill('any');
      await page.locator('button[type="submit"]').click();
      const consent = page.getByRole('button', { name: 'Continue' });
      const ledger = page.getByRole('heading', { level: 1, name: 'Ledger' });
      await consent.or(ledger).first().waitFor();
      if (await consent.isVisible()) await consent.click();
      await ledger.waitFor();
      expect(new URL(page.url()).origin).toBe(url);

      // Out again there, too: else whoever comes next is ada with one click.
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.locator('button[name="logout"][value="yes"]').click();
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      expect(new URL(page.url()).origin).toBe(url);
      await page.getByRole('link', { name: /^Continue with/ }).click();
      await page.locator('input[name="login"]').waitFor();
      await page.context().close();
    },
    TIMEOUT_MS,
  );

  it(
    'begins with an invitation, goes on with another password, then with a passkey, and ends everywhere',
    async () => {
      const first = await openPage(browser, url);
      const { page } = first;
      // A device of this browser that holds passkeys and knows its user, as a phone does (WebAuthn, chapter 11).
      const debug = await page.context().newCDPSession(page);
      await debug.send('WebAuthn.enable');
      await debug.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
        },
      });
      const code = await invitation('mara');
      await page.goto('/invitation');
      await page.getByLabel('Code of your invitation').fill(code);
      await page.getByLabel('New password').fill(FIRST_PASSWORD);
      await page.getByRole('button', { name: 'Set it and sign in' }).click();
      await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();

      // With a new password the sign-in is a new one: the page goes on with it, even when nobody waits for the answer.
      await page.getByRole('button', { name: 'mara', exact: true }).click();
      await page.getByLabel('Now', { exact: true }).fill(FIRST_PASSWORD);
      await page.getByLabel('From now on').fill(PASSWORD);
      const known = page.waitForResponse((response) => response.url().endsWith('/v1/me') && response.ok());
      await page.getByRole('button', { name: 'Change it' }).click();
      await page.keyboard.press('Escape');
      await known;
      await page.getByRole('button', { name: 'mara', exact: true }).click();
      await page.getByLabel('Name of a new one').fill('laptop');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('button', { name: 'Remove laptop' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Sign out' }).click();

      await page.getByRole('button', { name: 'Use a passkey' }).click();
      await page.getByRole('navigation', { name: 'Pages' }).waitFor();

      // A second browser with the password; the first one ends both.
      const second = await openPage(browser, url);
      await signInByPassword(second.page, 'mara', PASSWORD);
      await page.getByRole('button', { name: 'mara', exact: true }).click();
      // Without an index, and so without the decisions of before.
      expect(first.problems.filter((one) => !one.includes('/v1/decisions/rows'))).toEqual([]);
      await page.getByRole('button', { name: 'Sign out everywhere' }).click();
      await page.getByRole('button', { name: 'Use a passkey' }).waitFor();
      await second.page.reload();
      await second.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      for (const { page: opened } of [first, second]) await opened.context().close();
    },
    TIMEOUT_MS,
  );

  it(
    'is refused with a wrong password, in words',
    async () => {
      const { page } = await openPage(browser, url);
      await page.goto('/');
      await page.getByLabel('Name', { exact: true }).fill('mara');
      await page.getByLabel('Password', { exact: true }).fill('wrong, wrong, wrong');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('navigation', { name: 'Pages' }).count()).toBe(0);
      await page.context().close();
    },
    TIMEOUT_MS,
  );
});
