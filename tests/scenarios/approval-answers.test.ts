import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { AGENT_KINDS } from '#domain/action/action.ts';
import { type Row, renderApprovalAnswers } from './approval-answers/page.ts';
import { type Attempts, SITUATIONS, type Situation } from './approval-answers/situations.ts';
import { withAnswerWorld } from './approval-answers/world.ts';
import { ASKED_EVENTS, type AskedEvent, COMMAND } from './fail-modes/payloads.ts';

const PAGE = fileURLToPath(new URL('../../docs/reference/approval-answers.md', import.meta.url));
/** Hooks that wait at once: what is waited for is mostly their deadline. */
const AT_ONCE = 5;

/** Every event in which an agent asks about a command, each about one of its own. */
const EVENTS = ASKED_EVENTS.filter(({ payload }) => JSON.stringify(payload).includes(COMMAND));
const command = (at: number) => `sudo ls ${at}`;

describe('the table of answers', () => {
  const rows: Row[] = [];

  beforeAll(async () => {
    for (const situation of SITUATIONS) rows.push({ situation, attempts: await playAll(situation) });
  }, 900_000);

  it('has an event of every agent in every row', () => {
    for (const { attempts } of rows)
      expect(new Set(attempts.map(({ asked }) => asked.agent))).toEqual(new Set(AGENT_KINDS));
  });

  it.each(SITUATIONS.map((situation) => [situation.name, situation.expected] as const))('%s: %o', (name, expected) => {
    const attempts = rows.find(({ situation }) => situation.name === name)?.attempts ?? [];
    expect(attempts).toHaveLength(EVENTS.length);
    for (const { asked, fates } of attempts) {
      const seen = fates.map((editions) => [...new Set(editions)]);
      expect(seen, `${asked.agent} ${asked.event}`).toEqual(expected.map((fate) => [fate]));
    }
  });

  it('lets nothing run without a yes, in no event and no edition', () => {
    const unapproved = rows.filter(({ situation }) => !situation.name.startsWith('approved'));
    expect(unapproved).toHaveLength(SITUATIONS.length - 2);
    const ran = unapproved
      .flatMap(({ attempts }) => attempts)
      .filter(({ fates }) => fates.flat().some((fate) => fate !== 'blocked'));
    expect(ran).toEqual([]);
  });

  it('tells the agent who said no, and which decision a person can approve', () => {
    const told = (name: string) => rows.find(({ situation }) => situation.name === name)?.attempts ?? [];
    for (const { told: text, asked } of told('refused')) expect(text, asked.event).toContain('said no');
    for (const { told: text, asked } of told('nobody answers'))
      expect(text, asked.event).toContain('can approve decision');
  });

  it('is what docs/reference/approval-answers.md says', async () => {
    const page = renderApprovalAnswers(rows);
    if (process.env['ACGS_WRITE_DOCS'] === '1') await writeFile(PAGE, page);
    expect(await readFile(PAGE, 'utf8')).toBe(page);
  });
});

function playAll(situation: Situation): Promise<readonly Attempts[]> {
  return withAnswerWorld(situation.deadlineS, EVENTS.length, async (world) => {
    const attempts: Attempts[] = [];
    const open = EVENTS.map((asked, at) => ({ asked, at }));
    await Promise.all(
      Array.from({ length: situation.passesTime === true ? EVENTS.length : AT_ONCE }, async () => {
        for (let next = open.shift(); next !== undefined; next = open.shift()) {
          const asked = about(next.asked, command(next.at));
          attempts[next.at] = { asked, ...(await situation.play(world, asked, command(next.at))) };
        }
      }),
    );
    return attempts;
  });
}

function about(asked: AskedEvent, wanted: string): AskedEvent {
  return { ...asked, payload: JSON.parse(JSON.stringify(asked.payload).replaceAll(COMMAND, wanted)) };
}
