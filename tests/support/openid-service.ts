import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, createBrowser, type Send, signInAtProvider } from './browser.ts';
import { IDENTITY_URL, startIdentityService } from './identity-service.ts';
import { OPENID_CLIENT } from './openid-provider.ts';

export const OPENID_START = `${IDENTITY_URL}/v1/sign-in/openid`;

/** The machine's clock, which the provider goes by, and how far ours is ahead of it. */
class Clock {
  aheadMs = 0;
  get nowMs(): number {
    return Date.now() + this.aheadMs;
  }
  set nowMs(value: number) {
    this.aheadMs = value - Date.now();
  }
}

const PEOPLE = `byEmail: true
groups:
  claim: groups
  scope: groups
  roles:
    devs: [auditor]
    leads: [maintainer]
`;

/** The identity service with an OpenID provider. `known`: how people are known, by more than accounts that are bound or not. */
export async function startOpenidService(issuer: string, known: 'by-account' | 'by-email-and-group') {
  const folder = mkdtempSync(join(tmpdir(), 'acgs-openid-'));
  const [secretFile, peopleFile] = [join(folder, 'secret'), join(folder, 'people.yaml')];
  writeFileSync(secretFile, `${OPENID_CLIENT.secret}\n`);
  writeFileSync(peopleFile, PEOPLE);
  const service = await startIdentityService(undefined, {
    clock: new Clock(),
    openid: {
      issuer,
      clientId: OPENID_CLIENT.id,
      secretFile,
      name: 'Example',
      peopleFile: known === 'by-account' ? undefined : peopleFile,
    },
  });
  rmSync(folder, { recursive: true, force: true }); // what it says was read
  return service;
}

export type OpenidService = Awaited<ReturnType<typeof startOpenidService>>;

/** A browser that reaches the service, and everything else over the network. */
export function browserOf(service: OpenidService, address = '127.0.0.1'): Browser {
  const send: Send = async (url, { method, headers, body }) => {
    if (!url.startsWith(`${IDENTITY_URL}/`)) return undefined;
    const response = await service.app.inject({
      method,
      remoteAddress: address,
      url: url.slice(IDENTITY_URL.length),
      headers: { host: '127.0.0.1:8016', ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    const cookies = response.headers['set-cookie'];
    return {
      status: response.statusCode,
      location: response.headers.location,
      setCookie: cookies === undefined ? [] : [cookies].flat(),
      text: response.body,
    };
  };
  return createBrowser(send);
}

/** Whether a browser has left what belongs to signing in. */
export const isBack = (url: string): boolean => url.startsWith(IDENTITY_URL) && !url.includes('/v1/sign-in/');

export const signIn = (browser: Browser, name: string, query = '') =>
  signInAtProvider(browser, OPENID_START + query, name, isBack);

export async function me(browser: Browser) {
  const { status, text } = await browser.request(`${IDENTITY_URL}/v1/me`);
  return { status, ...JSON.parse(text) };
}

/** Where people are told that they were not let in. */
export const refusedUrl = (code: string): string => `${IDENTITY_URL}/?sign-in-refused=${code}`;
