import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchBrowser, openPage, signInByToken } from '../tests/console/browser.ts';
import { growJournal, untilIndexed } from '../tests/console/many-decisions.ts';
import { SITES } from '../tests/console/sites.ts';
import { type ServerProcess, startServerProcess } from '../tests/support/server-process.ts';
import { instrument, measureLoad, type PageLoad, type Wholeness } from './page/page-load.ts';
import { addEmptyBox, measureScroll } from './page/page-scroll.ts';

/**
 * `npm run bench:console [-- --decisions 100000 --rounds 5 --home <folder>]`: how long each page of the console takes in a real Chromium until it is painted
 * and until it can be used, with an empty cache (a fresh browser context) and with a filled one, and how long frames take while all decisions
 * are scrolled. The server is the product with a journal of so many decisions, written by the journal itself and indexed by the server. The
 * control is a document of a few bytes from the same gateway, in the same browser, by turns with the pages; for scrolling, an empty box.
 * A state folder that `--home` names is kept for the next run, which then has nothing to grow and to index.
 */
const { values } = parseArgs({
  options: {
    decisions: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    home: { type: 'string' },
  },
});
const DECISIONS = Number(values.decisions);
const ROUNDS = Number(values.rounds);
/** The aim of issue 6. */
const AIM_MS = 1_000;
const INDEXED_MS_MAX = 900_000;
const FRAMES = 300;
/** Requests that wait, and agents that are invited. */
const FURNITURE = 40;
const ROW_PX = 40;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCRATCH = mkdtempSync(join(ROOT, '.acgs-bench-'));

/** What only the server's data brings onto each page. */
const DATA: Readonly<Record<string, string>> = {
  now: '.now-subject',
  approvals: '.queue-subject',
  // None was given: what is there is the sentence that says so.
  grants: '.state-title',
  decisions: '.table-body .mono',
  sessions: '.table-body .mono',
  constitution: '.constitution-words',
  ledger: '.ledger-figure',
  agents: '.table-body [role="cell"]',
  health: '.health-statement',
};

function dataOf(site: string): string {
  const selector = DATA[site];
  if (selector === undefined) throw new Error(`nothing shows that the data of ${site} is there`);
  return selector;
}

interface Row {
  readonly name: string;
  readonly page: Wholeness;
  readonly cold: PageLoad[];
  readonly warm: PageLoad[];
}

const median = (numbers: readonly number[]) => at(numbers, 0.5);
function at(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

try {
  const home = values.home ?? join(SCRATCH, 'home');
  if (!existsSync(join(home, 'journal'))) {
    mkdirSync(home, { mode: 0o700, recursive: true });
    await growJournal(home, { count: DECISIONS, lastMs: Date.now() });
  }
  const server = await startServerProcess({ home, hasConsole: true });
  try {
    await untilIndexed(server, DECISIONS, INDEXED_MS_MAX);
    if (!(await isFurnished(server))) await furnish(server);
    const browser = await launchBrowser();
    try {
      await main(server, browser);
    } finally {
      await browser.close();
    }
  } finally {
    await server.kill('SIGTERM');
  }
} finally {
  rmSync(SCRATCH, { recursive: true, force: true });
}

async function isFurnished(server: ServerProcess): Promise<boolean> {
  const told = (await (await server.get('/v1/agents')).json()) as { readonly agents: readonly unknown[] }; // our own server's answer
  return told.agents.length > 0;
}

/** What waits for people, and who works here. */
async function furnish(server: ServerProcess): Promise<void> {
  for (let number = 0; number < FURNITURE; number += 1) {
    const action = {
      kind: 'shell',
      command: `sudo make target-${number}`,
      background: false,
      cwd: '/w',
      workspaceRoots: ['/w'],
    };
    const sent = [
      await server.post('/v1/decisions', { action }),
      await server.post('/v1/agents', { id: `codex-${number}`, agent: 'codex' }),
    ];
    for (const response of sent) {
      if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
    }
  }
}

async function main(server: ServerProcess, browser: Browser): Promise<void> {
  const { page: first } = await openPage(browser, server.url);
  await signInByToken(first, server.token);
  const storageState = await first.context().storageState();
  await first.context().close();
  console.log(
    `machine: ${cpus().length} × ${cpus()[0]?.model ?? '?'}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}, Chromium ${browser.version()}; ${DECISIONS} decisions, ${ROUNDS} rounds`,
  );
  await measurePages(browser, server, storageState);
  await measureScrolling(browser, server, storageState);
}

type Stored = Awaited<ReturnType<BrowserContext['storageState']>>;

async function measurePages(browser: Browser, server: ServerProcess, storageState: Stored): Promise<void> {
  const rows: readonly Row[] = [
    { name: 'control: `/livez`', page: { path: '/livez', needs: ['body'] }, cold: [], warm: [] },
    ...SITES.map(({ name, path }) => ({
      name,
      page: { path, needs: ['h1', dataOf(name)] },
      cold: [],
      warm: [],
    })),
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const row of rows) {
      const context = await openContext(browser, server, storageState);
      const page = await context.newPage();
      row.cold.push(await measureLoad(page, row.page));
      row.warm.push(await measureLoad(page, row.page));
      await context.close();
    }
  }
  const ms = (loads: readonly PageLoad[], of: keyof PageLoad, share = 0.5) =>
    at(
      loads.map((load) => load[of]),
      share,
    ).toFixed(0);
  const cells = (loads: readonly PageLoad[]) =>
    `${ms(loads, 'paintMs')} | ${ms(loads, 'interactiveMs')} (${ms(loads, 'interactiveMs', 1)}) | ${ms(loads, 'blockedMs')}`;
  console.log(
    '\nMilliseconds, the median of the rounds (in brackets the worst); painted: first contentful paint; usable: heading and data there,',
  );
  console.log(
    'nothing loading, main thread free; blocked: total blocking time between the two. Cold: fresh context, empty cache.\n',
  );
  console.log('| page | cold: painted | usable | blocked | warm: painted | usable | blocked |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const { name, cold, warm } of rows) console.log(`| ${name} | ${cells(cold)} | ${cells(warm)} |`);
  const late = rows.filter(({ cold }) => median(cold.map(({ interactiveMs }) => interactiveMs)) >= AIM_MS);
  console.log(
    `\naim: usable below ${AIM_MS} ms, cold: ${late.length === 0 ? 'met by every page' : `missed by ${late.map(({ name }) => name).join(', ')}`}`,
  );
}

/** Signed in, with an empty cache. */
async function openContext(browser: Browser, server: ServerProcess, storageState: Stored) {
  const viewport = { width: 1280, height: 800 };
  const context = await browser.newContext({ baseURL: server.url, storageState, viewport });
  await instrument(context);
  return context;
}

async function measureScrolling(browser: Browser, server: ServerProcess, storageState: Stored): Promise<void> {
  const context = await openContext(browser, server, storageState);
  const page = await context.newPage();
  console.log(`\nFrames while ${DECISIONS} decisions are scrolled, ${FRAMES} of each, milliseconds\n`);
  console.log('| scrolled by, a frame | median | p95 | longest | control: median | p95 | longest |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  const heightPx = DECISIONS * ROW_PX;
  for (const [name, stepPx] of [
    ['3 rows (a wheel)', 3 * ROW_PX],
    ['a screen (PageDown held)', 15 * ROW_PX],
    ['a 300th of all (the bar dragged)', Math.floor(heightPx / FRAMES)],
  ] as const) {
    await measureLoad(page, { path: '/decisions', needs: ['h1', dataOf('decisions')] });
    const frames = await measureScroll(page, { selector: '.table-body', stepPx, frames: FRAMES });
    await measureLoad(page, { path: '/livez', needs: ['body'] });
    const empty = await measureScroll(page, { selector: await addEmptyBox(page, heightPx), stepPx, frames: FRAMES });
    const cells = (times: readonly number[]) => [0.5, 0.95, 1].map((share) => at(times, share).toFixed(1)).join(' | ');
    console.log(`| ${name} | ${cells(frames)} | ${cells(empty)} |`);
  }
  await context.close();
}
