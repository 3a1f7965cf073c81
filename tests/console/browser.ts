import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import Type from 'typebox';
import Value from 'typebox/value';

/** Debian's own (tools/test/system-packages.ts): no browser is downloaded. */
const CHROMIUM = '/usr/bin/chromium';
/** Milliseconds for anything on a page to come about: a browser beside other tests on a small machine. */
export const PAGE_WAIT_MS = 60_000;

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export type ColorScheme = 'light' | 'dark';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    // The sandbox of Chromium does not run as root, which CI is.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--font-render-hinting=none'],
  });
}

export interface WatchedPage {
  readonly page: Page;
  /** What a page must not do: errors on its console (a refusal by the Content-Security-Policy is one), requests to others. */
  readonly problems: readonly string[];
}

/** A browser of its own (cookies, storage), whose trespasses are noted from the first request on. */
export async function openPage(
  browser: Browser,
  url: string,
  look: { readonly colorScheme?: ColorScheme; readonly width?: number; readonly height?: number } = {},
): Promise<WatchedPage> {
  const { colorScheme = 'light', width = 1280, height = 800 } = look;
  const context = await browser.newContext({
    baseURL: url,
    colorScheme,
    viewport: { width, height },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PAGE_WAIT_MS);
  const problems: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) problems.push(`request to ${request.url()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    // Asking who is signed in is how the console learns that nobody is; Chromium notes every 401 as an error.
    if (message.location().url.endsWith('/v1/me') && message.text().includes('401')) return;
    problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  return { page, problems };
}

/** WCAG 2.2, levels A and AA, and what is good practice beside. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const Violations = Type.Array(
  Type.Object({
    id: Type.String(),
    impact: Type.Union([Type.String(), Type.Null()]),
    help: Type.String(),
    nodes: Type.Array(Type.Object({ html: Type.String(), failureSummary: Type.Optional(Type.String()) })),
  }),
);

/** What axe finds against WCAG 2.2 A and AA on the page as it stands, in one line each. */
export async function findingsOfAxe(page: Page): Promise<readonly string[]> {
  // By the debugger, whom the page's Content-Security-Policy does not bind: the policy stays as users have it.
  const debug = await page.context().newCDPSession(page);
  await debug.send('Runtime.evaluate', { expression: axeSource });
  const { result, exceptionDetails } = await debug.send('Runtime.evaluate', {
    expression: `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => JSON.stringify(violations))`,
    awaitPromise: true,
  });
  await debug.detach();
  if (exceptionDetails !== undefined) throw new Error(`axe: ${exceptionDetails.text}`);
  const found: unknown = JSON.parse(String(result.value));
  return Value.Parse(Violations, found).map(
    ({ id, impact, help, nodes }) =>
      `${id} (${impact}): ${help}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary ?? ''}`).join(' | ')}`,
  );
}

/** Signs in with the token that the first start prints, as its first user does. */
export async function signInByToken(page: Page, token: string): Promise<void> {
  await page.goto('/');
  const more = page.getByRole('button', { name: 'Use the token from the terminal' });
  const field = page.getByLabel('Token', { exact: true });
  await more.or(field).first().waitFor();
  if (await more.isVisible()) await more.click();
  await field.fill(token);
  await page.getByRole('button', { name: 'Sign in with this token' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

export async function signInByPassword(page: Page, person: string, password: string): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Name', { exact: true }).fill(person);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}
