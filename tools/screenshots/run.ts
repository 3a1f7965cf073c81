/**
 * `npm run screenshots`: pictures of every page in both themes, in docs/img. The server, its agents and people are real
 * (tests/console/demo.ts); what is seen is what they did a moment ago.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser, openPage, signInByPassword } from '../../tests/console/browser.ts';
import { DEMO_PASSWORD, startDemo } from '../../tests/console/demo.ts';
import { SITES, visit } from '../../tests/console/sites.ts';

const FOLDER = process.argv[2] ?? fileURLToPath(new URL('../../docs/img/', import.meta.url));
const THEMES = ['light', 'dark'] as const;
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

mkdirSync(FOLDER, { recursive: true });
const demo = await startDemo();
const browser = await launchBrowser();
try {
  for (const colorScheme of THEMES) {
    const anonymous = await openPage(browser, demo.server.url, { colorScheme, ...DESKTOP });
    await anonymous.page.goto('/');
    await anonymous.page.getByRole('button').first().waitFor();
    await shoot(anonymous.page, `sign-in-${colorScheme}`);
    await anonymous.page.context().close();

    const { page, problems } = await openPage(browser, demo.server.url, { colorScheme, ...DESKTOP });
    await signInByPassword(page, 'mara', DEMO_PASSWORD);
    for (const site of SITES) {
      await visit(page, site);
      await shoot(page, `${site.name}-${colorScheme}`);
    }
    await page.setViewportSize(PHONE);
    for (const site of SITES.filter(({ name }) => name === 'now' || name === 'approvals')) {
      await visit(page, site);
      await shoot(page, `${site.name}-phone-${colorScheme}`);
    }
    for (const problem of problems) console.log(`${colorScheme}: ${problem}`);
    await page.context().close();
  }
} finally {
  await browser.close();
  await demo.stop();
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled', caret: 'hide' });
  console.log(`${name}.png`);
}
