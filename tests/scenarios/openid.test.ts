import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Browser, createBrowser, signInAtProvider } from '../support/browser.ts';
import { OPENID_CLIENT, startOpenidProvider } from '../support/openid-provider.ts';
import { freePort, startServerProcess, until } from '../support/server-process.ts';

/** The product in a process of its own, a certified provider in another corner of the loopback, and browsers between them. */
const TIMEOUT_MS = 600_000;

it(
  'people sign in at a provider, work, and are signed out by either side',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'acgs-openid-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const provider = await startOpenidProvider({
      relyingParty: url,
      accounts: {
        ada: { name: 'Ada', email: 'ada@example.org', email_verified: true },
        bob: { name: 'Bob', email: 'bob@example.org', email_verified: true, groups: ['leads'] },
        mallory: { name: 'Ada', email: 'ada@example.org', email_verified: false },
      },
    });
    onTestFinished(() => provider.close());
    // It is not there when the server starts.
    provider.setUp(false);
    const [secretFile, peopleFile] = [join(root, 'secret'), join(root, 'people.yaml')];
    writeFileSync(secretFile, OPENID_CLIENT.secret, { mode: 0o600 });
    writeFileSync(
      peopleFile,
      'byEmail: true\ngroups:\n  claim: groups\n  scope: groups\n  roles:\n    leads: [maintainer]\n',
    );
    const server = await startServerProcess({
      home: join(root, 'home'),
      port,
      env: {
        ACGS_OPENID_ISSUER: provider.issuer,
        ACGS_OPENID_CLIENT_ID: OPENID_CLIENT.id,
        ACGS_OPENID_SECRET_FILE: secretFile,
        ACGS_OPENID_PEOPLE_FILE: peopleFile,
        // Nothing is searched here.
        ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none',
      },
    });
    onTestFinished(() => server.kill('SIGKILL'));
    const start = `${url}/v1/sign-in/openid`;
    const isHome = (at: string) => at.startsWith(`${url}/`) && !at.includes('/v1/');
    const me = async (browser: Browser) => {
      const { status, text } = await browser.request(`${url}/v1/me`);
      return { status, ...JSON.parse(text) };
    };

    const down = await fetch(start, { redirect: 'manual' });
    expect(down.status).toBe(503);
    expect(await down.json()).toMatchObject({ code: 'openid-unavailable' });
    expect((await server.get('/v1/me')).status).toBe(200);
    provider.setUp(true);
    await until(async () => (await fetch(start, { redirect: 'manual' })).status === 302, 120_000);

    // The operator names her; her account is bound to her with her first sign-in.
    expect((await server.post('/v1/people', { id: 'ada@example.org', name: 'Ada', roles: ['auditor'] })).status).toBe(
      201,
    );
    const stranger = createBrowser();
    const refused = await signInAtProvider(stranger, start, 'mallory', isHome);
    expect(refused.url).toBe(`${url}/?sign-in-refused=openid-person-unknown`);
    expect((await me(stranger)).status).toBe(401);

    const ada = createBrowser();
    const arrived = await signInAtProvider(ada, `${start}?return=/approvals`, 'ada', isHome);
    expect(arrived.url).toBe(`${url}/approvals`);
    const self = await me(ada);
    expect(self).toMatchObject({ id: 'ada@example.org', roles: ['auditor'], signIn: { way: 'openid' } });
    // What a cookie may do is what its person may, and nothing without the token of its sign-in.
    expect((await ada.request(`${url}/v1/people`)).status).toBe(200);
    const post = (browser: Browser, path: string, csrf: string | undefined) =>
      browser.request(url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: url,
          ...(csrf === undefined ? {} : { 'acgs-csrf': csrf }),
        },
        body: '{}',
      });
    expect(JSON.parse((await post(ada, '/v1/sign-out', undefined)).text).code).toBe('csrf-refused');

    const bob = createBrowser();
    await signInAtProvider(bob, start, 'bob', isHome);
    expect(await me(bob)).toMatchObject({ id: 'bob@example.org', name: 'Bob', roles: ['maintainer'] });

    // She signs out here, and goes on to the provider to sign out there.
    const out = await post(ada, '/v1/sign-out', self.signIn.csrf);
    expect((await me(ada)).status).toBe(401);
    const asked = await ada.open(JSON.parse(out.text).continueAt);
    expect((await ada.submit(asked, { logout: 'yes' }, isHome)).url).toBe(`${url}/`);
    expect((await ada.open(start)).text).toContain('name="login"');

    // He signs out at the provider, which tells the server behind his browser's back.
    const leaving = await bob.open(`${provider.issuer}/session/end`);
    await bob.submit(leaving, { logout: 'yes' });
    await until(async () => (await me(bob)).status === 401, 60_000);

    await server.kill('SIGTERM');
    const journal = allTexts(join(root, 'home', 'journal'));
    for (const event of ['person-bound', 'person-provisioned', 'signed-in', 'signed-out', 'authentication-refused']) {
      expect(journal).toContain(`"kind":"${event}"`);
    }
    // Neither in what is kept nor in what was printed: the client secret, or what a browser held.
    const secrets = [
      OPENID_CLIENT.secret,
      self.signIn.csrf,
      ...[...ada.cookies(), ...bob.cookies()].map(({ value }) => value),
    ];
    const everything = allTexts(join(root, 'home')) + server.output();
    for (const secret of secrets) expect(everything).not.toContain(secret);
  },
  TIMEOUT_MS,
);

function allTexts(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}
