import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { INSTALLERS } from '#apps/cli/hook/agents.ts';
import { AGENT_KINDS } from '#domain/action/action.ts';
import { CONTROLS, FAULTS, type Fault } from './fail-modes/faults.ts';
import { runFault } from './fail-modes/matrix.ts';
import { ASKED_EVENTS } from './fail-modes/payloads.ts';
import { type Row, renderFailModes } from './fail-modes/table.ts';

const PAGE = fileURLToPath(new URL('../../docs/reference/fail-modes.md', import.meta.url));
/** Some faults only wait for the deadline, so a few run at once. */
const AT_ONCE = 4;

describe('the fail-mode matrix', () => {
  let controls: readonly Row[];
  let faults: readonly Row[];

  beforeAll(async () => {
    controls = await runAll(CONTROLS, 'control');
    faults = await runAll(FAULTS, 'fault');
  }, 600_000);

  it('asks in every event that is installed to decide', () => {
    const installed = AGENT_KINDS.flatMap((agent) =>
      INSTALLERS[agent].events.filter(({ decides }) => decides).map(({ name }) => `${agent} ${name}`),
    );
    expect(ASKED_EVENTS.map(({ agent, event }) => `${agent} ${event}`)).toEqual(installed);
  });

  it.each(FAULTS.map(({ name }) => name))('%s: no action runs', (name) => {
    const row = rowOf(faults, name);
    const wrong = row.outcomes.filter(({ fates }) => fates.some((fate) => fate !== 'blocked'));
    expect(wrong).toEqual([]);
    const spared = row.fault.spares?.agents ?? [];
    expect(row.outcomes).toHaveLength(ASKED_EVENTS.filter(({ agent }) => !spared.includes(agent)).length);
  });

  it('says why, and how to find out more', () => {
    for (const { outcomes } of faults) {
      for (const { end, asked } of outcomes) {
        const told = end.kind === 'exited' ? end.stderr : end.kind;
        if (asked.event !== 'PermissionRequest') expect(told).toMatch(/ACGS did not decide|acgs-hook|Not here/);
      }
    }
  });

  it.each(['proper allow', 'proper allow of 900 kB'])('%s: the action runs', (name) => {
    expect(rowOf(controls, name).outcomes.flatMap(({ fates }) => fates)).toEqual(everywhere('runs'));
  });

  it('proper deny: the action is blocked, with the words of the constitution', () => {
    const { outcomes } = rowOf(controls, 'proper deny');
    expect(outcomes.flatMap(({ fates }) => fates)).toEqual(everywhere('blocked'));
    for (const { end, asked } of outcomes) {
      const told = end.kind === 'exited' ? end.stdout + end.stderr : '';
      expect(told).not.toContain('did not decide');
      if (!/FileRead|ReadFile/.test(asked.event)) expect(told).toContain('Not here');
    }
  });

  it('is what docs/reference/fail-modes.md says', async () => {
    const page = renderFailModes(controls, faults);
    if (process.env['ACGS_WRITE_DOCS'] === '1') await writeFile(PAGE, page);
    expect(await readFile(PAGE, 'utf8')).toBe(page);
  });
});

async function runAll(faults: readonly Fault[], kind: 'fault' | 'control'): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const waiting = faults.map((fault, index) => ({ fault, index }));
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        rows[next.index] = { fault: next.fault, outcomes: await runFault(next.fault, kind) };
      }
    }),
  );
  return rows;
}

function rowOf(rows: readonly Row[], name: string): Row {
  const row = rows.find(({ fault }) => fault.name === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  return row;
}

function everywhere(fate: string): readonly string[] {
  return ASKED_EVENTS.flatMap(({ agent }) => (agent === 'claude-code' || agent === 'copilot' ? [fate, fate] : [fate]));
}
