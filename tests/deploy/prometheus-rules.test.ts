import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Type from 'typebox';
import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { NO_COUNTS } from '#domain/rollout/counts.ts';
import { startTestService } from '../support/decision-service.ts';

const PROMETHEUS = fileURLToPath(new URL('../../deploy/prometheus', import.meta.url));
const files = (folder: string) => readdirSync(join(PROMETHEUS, folder)).filter((file) => file.endsWith('.yaml'));

/** promtool is in Debian's package `prometheus` (tools/test/system-packages.ts). */
const isThere = spawnSync('promtool', ['--version']).status === 0;

const Rules = Type.Object({
  groups: Type.Array(
    Type.Object({
      rules: Type.Array(
        Type.Object({
          alert: Type.String(),
          expr: Type.String(),
          annotations: Type.Object({ summary: Type.String(), runbook: Type.String() }),
        }),
      ),
    }),
  ),
});
function rulesOf(file: string) {
  const parsed: unknown = parse(readFileSync(join(PROMETHEUS, 'rules', file), 'utf8'));
  return Value.Parse(Rules, parsed).groups.flatMap(({ rules }) => rules);
}

/** The names that stand for our metrics in a PromQL expression. */
function metricsOf(expr: string): readonly string[] {
  return [...new Set(expr.match(/\bacgs_[a-z0-9_]+/g) ?? [])];
}

/** The samples of a real answer of `/metrics`, by name; a histogram's parts have names of their own. */
function emitted(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^(acgs_[a-z0-9_]+)(?:\{[^}]*\})? /gm)].map(([, name = '']) => name));
}

// Where there is no promtool: the package prometheus is then missing, and `npm test` has said so.
describe.skipIf(!isThere)('the alert rules, by promtool', () => {
  it.each(files('rules'))('%s is sound', (file) => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', join(PROMETHEUS, 'rules', file)], {
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).not.toMatch(/FAILED|error/i);
    expect(status).toBe(0);
  });

  it.each(files('tests'))('%s', (file) => {
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', join(PROMETHEUS, 'tests', file)], {
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
    expect(status).toBe(0);
  });
});

describe('the alert rules', () => {
  it('speak about nothing that the product does not emit', async () => {
    const { call, deps, app } = await startTestService();
    // A counter with labels has no sample before it has counted something.
    deps.constitutionMetrics.verified();
    deps.constitutionMetrics.refused('signatures-too-few');
    const rollOutMetrics = deps.telemetry.rollOutMetrics({
      stage: () => 'none',
      counts: () => NO_COUNTS,
      flips: () => [],
      nodes: () => [{ id: 'n1', seenSeconds: 1, follows: true }],
    });
    rollOutMetrics.rolledBack('objective');
    const ledgerMetrics = deps.telemetry.ledgerMetrics({
      isLeading: () => true,
      size: () => 0,
      publishedSize: () => 0,
      checkpointAgeSeconds: () => 0,
      shipLagRecords: () => 0,
      nodes: () => [{ node: 'n1', state: 'current', missing: 0 }],
    });
    ledgerMetrics.incident('records-missing');
    ledgerMetrics.notCosigned('w1', 'unavailable');
    deps.telemetry.identityMetrics({
      seen: () => ({ signingKeyAgeMs: 0, rotationFailures: 0, agentKeysOverdue: 0, attemptsRefused: 0, lockOuts: 0 }),
      directoryAgeMs: () => 0,
    });
    const answer = await call('GET', '/metrics', 'acgs_operator');
    const names = emitted(answer.text);
    await app.close();
    expect(answer.status).toBe(200);
    for (const { alert, expr } of ['constitution.yaml', 'identity.yaml', 'ledger.yaml', 'roll-out.yaml'].flatMap(
      rulesOf,
    )) {
      expect([alert, metricsOf(expr).length]).not.toEqual([alert, 0]);
      expect([alert, metricsOf(expr).filter((name) => !names.has(name))]).toEqual([alert, []]);
    }
    // The check itself: a name that is nearly one of ours is found.
    expect(metricsOf('increase(acgs_constitution_refusals_total[5m]) > 0').some((name) => names.has(name))).toBe(false);
    // The label that an annotation shows.
    expect(answer.text).toContain('acgs_constitution_refused_total{code="signatures-too-few"} 1');
  });

  it.each(files('rules'))('in %s each have a test, and say where it stands what to do', (file) => {
    const tests = readFileSync(join(PROMETHEUS, 'tests', file.replace('.yaml', '.test.yaml')), 'utf8');
    for (const { alert, annotations } of rulesOf(file)) {
      expect(tests).toMatch(new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:\\n`));
      const [page = '', anchor = ''] = annotations.runbook.split('#');
      const headings =
        readFileSync(fileURLToPath(new URL(`../../${page}`, import.meta.url)), 'utf8').match(/^#+ .*$/gm) ?? [];
      expect(headings.map((line) => line.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'))).toContain(anchor);
    }
  });
});
