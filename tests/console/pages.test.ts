import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsOfAxe, launchBrowser, openPage, signInByPassword } from './browser.ts';
import { DEMO_PASSWORD, type Demo, startDemo } from './demo.ts';
import { SITES, settled, visit } from './sites.ts';

/** Minutes of a slow machine that does other things beside. */
const TIMEOUT_MS = 600_000;
const PHONE = { width: 390, height: 844 };

let demo: Demo;
let browser: Browser;
beforeAll(async () => {
  demo = await startDemo();
  browser = await launchBrowser();
}, TIMEOUT_MS);
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
}, TIMEOUT_MS);

describe('every page', () => {
  it.each(['light', 'dark'] as const)(
    'in the %s theme is open to everybody (WCAG 2.2 AA by axe), fits a phone, and stays within its policy',
    async (colorScheme) => {
      const anonymous = await openPage(browser, demo.server.url, { colorScheme });
      await anonymous.page.goto('/');
      await anonymous.page.getByRole('button').first().waitFor();
      expect(await findingsOfAxe(anonymous.page), 'sign-in').toEqual([]);
      expect(anonymous.problems).toEqual([]);
      await anonymous.page.context().close();

      const { page, problems } = await openPage(browser, demo.server.url, { colorScheme });
      await signInByPassword(page, 'mara', DEMO_PASSWORD);
      const findings: string[] = [];
      for (const site of SITES) {
        await visit(page, site);
        expect(await page.getByRole('heading', { level: 1 }).first().textContent(), site.name).toBe(site.heading);
        for (const finding of await findingsOfAxe(page)) findings.push(`${site.name}: ${finding}`);
        await page.setViewportSize(PHONE);
        await settled(page);
        // The page itself never scrolls sideways; a table or a code may, in its own box.
        const widthPx = await page.evaluate('document.documentElement.scrollWidth');
        if (Number(widthPx) > PHONE.width) findings.push(`${site.name} is ${widthPx} px wide on a phone`);
        await page.setViewportSize({ width: 1280, height: 800 });
      }
      expect(findings).toEqual([]);
      expect(problems).toEqual([]);
      await page.context().close();
    },
    TIMEOUT_MS,
  );

  it(
    'is reached by the keyboard alone, and says its keys',
    async () => {
      const { page, problems } = await openPage(browser, demo.server.url);
      await signInByPassword(page, 'mara', DEMO_PASSWORD);
      for (const [keys, heading] of [
        ['gd', 'Decisions'],
        ['gl', 'Ledger'],
        ['gn', 'Now'],
      ] as const) {
        for (const key of keys) await page.keyboard.press(key);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      }
      await page.keyboard.press('?');
      const dialog = page.getByRole('dialog', { name: 'Keys' });
      await dialog.getByText('To the approval of the first request').waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      expect(problems).toEqual([]);
      await page.context().close();
    },
    TIMEOUT_MS,
  );
});
