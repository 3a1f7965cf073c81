import type { Page } from 'playwright-core';
import { until } from '../support/server-process.ts';
import { PAGE_WAIT_MS } from './browser.ts';

/** Every page that the navigation leads to, with what shows that it has come: what is tested for access, and pictured. */
export interface Site {
  readonly name: string;
  readonly path: string;
  readonly heading: string;
}

export const SITES: readonly Site[] = [
  { name: 'now', path: '/', heading: 'Now' },
  { name: 'approvals', path: '/approvals', heading: 'Approvals' },
  { name: 'grants', path: '/approvals/grants', heading: 'Approvals' },
  { name: 'decisions', path: '/decisions', heading: 'Decisions' },
  { name: 'sessions', path: '/sessions', heading: 'Sessions' },
  { name: 'constitution', path: '/constitution', heading: 'Constitution' },
  { name: 'ledger', path: '/ledger', heading: 'Ledger' },
  { name: 'agents', path: '/agents', heading: 'Agents & people' },
  { name: 'health', path: '/health', heading: 'Health' },
];

/** Goes there, and waits until nothing loads any more. */
export async function visit(page: Page, site: Site): Promise<void> {
  await page.goto(site.path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await settled(page);
}

/** Looks in a row at which nothing loads: what loads next begins when what came before it is there. */
const QUIET_LOOKS = 10;

/** No part of the page says that it loads, for half a second. */
export async function settled(page: Page): Promise<void> {
  const loading = page.locator('[class*="loading"], [aria-busy="true"]');
  let quietLooks = 0;
  await until(async () => {
    quietLooks = (await loading.count()) === 0 ? quietLooks + 1 : 0;
    return quietLooks >= QUIET_LOOKS;
  }, PAGE_WAIT_MS);
}
