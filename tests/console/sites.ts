import type { Page } from 'playwright-core';
import { until } from '../support/server-process.ts';
import { PAGE_WAIT_MS } from './browser.ts';

/** Every page of the console, with what shows that it has come: what is tested for access, and pictured. */
export interface Site {
  readonly name: string;
  readonly path: string;
  readonly heading: string;
  /** Brings the page into the state that it is looked at in. */
  readonly prepare?: (page: Page) => Promise<void>;
}

export const SITES: readonly Site[] = [
  { name: 'now', path: '/', heading: 'Now' },
  { name: 'approvals', path: '/approvals', heading: 'Approvals' },
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
  await site.prepare?.(page);
}

/** No part of the page says that it loads. */
export async function settled(page: Page): Promise<void> {
  const loading = page.locator('.loading');
  await until(async () => (await loading.count()) === 0, PAGE_WAIT_MS);
}
