import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, signInByToken } from './browser.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
}, 400_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

describe('a person at the console', () => {
  it('does not get in with a token that nobody has', async () => {
    const { page } = await openPage(browser, world.server.url);
    await page.goto('/approvals');
    await page.getByLabel('Token', { exact: true }).or(page.getByText('Use the token')).first().waitFor();
    const more = page.getByRole('button', { name: 'Use the token from the terminal' });
    if (await more.isVisible()) await more.click();
    await page.getByLabel('Token', { exact: true }).fill('acgs_nobody');
    await page.getByRole('button', { name: 'Sign in with this token' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('navigation', { name: 'Pages' }).count()).toBe(0);
    await page.context().close();
  }, 180_000);

  it('sees an action arrive through a real hook, refuses one and approves the other, and the agents do as they were told', async () => {
    const { page, problems } = await openPage(browser, world.server.url);
    await signInByToken(page, world.server.token);
    await page.getByText('live', { exact: true }).waitFor();
    const agent = await world.agent('claude-code', 'claude-of-ada');

    // Nothing of it was there; it comes without the page being loaded again.
    expect(await agent.wants('npm test')).toBe('runs');
    await page.getByRole('table').getByText('npm test').waitFor();

    const refused = agent.wants('crontab jobs.txt');
    await page.getByRole('button', { name: 'Refuse crontab jobs.txt' }).click();
    expect(await refused).toBe('blocked');
    await page.getByText('Nobody waits').waitFor();

    const approved = agent.wants('crontab nightly.txt');
    await page.getByRole('button', { name: 'Approve crontab nightly.txt' }).waitFor();
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    expect(await approved).toBe('runs');
    await page.getByText('Nobody waits').waitFor();

    expect(problems).toEqual([]);
    await page.context().close();
  }, 300_000);
});
