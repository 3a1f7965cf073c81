import type { BrowserContext, Page } from 'playwright-core';
import Type from 'typebox';
import Value from 'typebox/value';

/** How one page came, in milliseconds since its navigation began (User Timing's time origin), as its browser measured it. */
export interface PageLoad {
  /** First contentful paint (Paint Timing). */
  readonly paintMs: number;
  /**
   * When heading and data were there, nothing said any more that it loads, and the main thread was free: the later of the frame in which the
   * page was whole and the end of the last long task before a quiet window.
   */
  readonly interactiveMs: number;
  /** Of each task longer than 50 ms, what it was longer, between first paint and `interactiveMs` (total blocking time). */
  readonly blockedMs: number;
}

/** What shows that a page is whole: by CSS selectors, all of which must match an element with text. */
export interface Wholeness {
  readonly path: string;
  readonly needs: readonly string[];
}

/** Without a long task, a change of the page's wholeness: the window after which it counts as quiet. */
const QUIET_MS = 1_000;
const LOAD_MS_MAX = 60_000;
/** What the console's parts show while they load (console/src/components/states.tsx). */
const LOADING = '[class*="loading"], [aria-busy="true"]';

/** Runs in the page before anything of it: by the debugger, so the page's Content-Security-Policy stays as users have it. */
const INSTRUMENT = `
  const seen = { paintMs: 0, wholeMs: 0, tasks: [] };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.tasks.push([entry.startTime, entry.duration]);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === 'first-contentful-paint') seen.paintMs = entry.startTime;
  }).observe({ type: 'paint', buffered: true });
  window.measureLoad = (needs) => {
    const isWhole = () =>
      document.querySelector(${JSON.stringify(LOADING)}) === null &&
      needs.every((selector) => {
        const found = document.querySelector(selector);
        return found !== null && (found.textContent.trim() !== '' || found.tagName === 'CANVAS');
      });
    return new Promise((resolve) => {
      const look = () => {
        const now = performance.now();
        if (!isWhole()) seen.wholeMs = 0;
        else if (seen.wholeMs === 0) seen.wholeMs = now;
        const lastTask = seen.tasks.at(-1) ?? [0, 0];
        const interactiveMs = Math.max(seen.wholeMs, lastTask[0] + lastTask[1]);
        if (seen.wholeMs === 0 || seen.paintMs === 0 || now - interactiveMs < ${QUIET_MS}) return requestAnimationFrame(look);
        const blockedMs = seen.tasks
          .filter(([start]) => start + 50 > seen.paintMs)
          .reduce((sum, [, duration]) => sum + duration - 50, 0);
        resolve({ paintMs: seen.paintMs, interactiveMs, blockedMs });
      };
      look();
    });
  };
`;

const Measured = Type.Object({ paintMs: Type.Number(), interactiveMs: Type.Number(), blockedMs: Type.Number() });

/** From now on each page of these contexts can be measured. */
export async function instrument(context: BrowserContext): Promise<void> {
  await context.addInitScript({ content: `{${INSTRUMENT}}` });
}

export async function measureLoad(page: Page, { path, needs }: Wholeness): Promise<PageLoad> {
  await page.goto(path, { waitUntil: 'commit' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${path} was not whole (${needs.join(', ')}) in time`)), LOAD_MS_MAX);
  });
  try {
    const measured = await Promise.race([page.evaluate(`measureLoad(${JSON.stringify(needs)})`), tooLate]);
    return Value.Parse(Measured, measured);
  } finally {
    clearTimeout(timer);
  }
}
