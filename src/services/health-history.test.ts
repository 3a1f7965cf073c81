import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestService, TOKENS } from '../../tests/support/decision-service.ts';
import { openHealthHistory, registerHealthHistory } from './health-history.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** The real reader, on the metrics of a real service that has decided something. */
async function start() {
  const service = await startTestService();
  const reader = service.deps.telemetry.healthReader(() => service.clock.nowMs);
  const errors: unknown[] = [];
  const history = await openHealthHistory({
    read: reader.read,
    slowMs: () => 5,
    node: 'test-node',
    version: '0',
    startedMs: 1,
    onError: (error) => errors.push(error),
  });
  ends.push(history.close, reader.close);
  return { ...service, history };
}

describe('the health of a process', () => {
  it('is measured from the metrics that the service exports: verdicts, stages, caches', async () => {
    const { call, clock, history } = await start();
    for (const command of ['ls', 'ls', 'rm -rf /']) {
      const action = { kind: 'shell', command, background: false, cwd: '/w', workspaceRoots: ['/w'] };
      expect((await call('POST', '/v1/decisions', TOKENS.codex, { action })).status).toBe(200);
    }
    await call('GET', '/v1/decisions', undefined);
    clock.nowMs += 2_000;
    await history.take();
    const [sample] = history.samples();
    expect(sample?.verdictsPerSecond).toEqual({ allow: 1, deny: 0.5 });
    expect(sample?.refusedPerSecond).toBe(0.5);
    expect(sample?.failedPerSecond).toBe(0);
    expect(sample?.stages.total?.count).toBe(3);
    expect(sample?.stages.total?.p99Ms).toBeGreaterThanOrEqual(sample?.stages.total?.p50Ms ?? Number.POSITIVE_INFINITY);
    expect(sample?.indexLagRecords).toBe(7);
    expect(sample?.rssBytes).toBeGreaterThan(sample?.heapBytes ?? Number.POSITIVE_INFINITY);
  });

  it('is a ring: of more than half an hour the oldest is forgotten', async () => {
    const { clock, history } = await start();
    for (let at = 0; at < 365; at += 1) {
      clock.nowMs += 5_000;
      await history.take();
      if (at % 50 === 0) await nextTurn();
    }
    expect(history.samples()).toHaveLength(360);
    expect(history.samples().at(-1)?.atMs).toBe(clock.nowMs);
    expect(history.samples()[0]?.atMs).toBe(clock.nowMs - 359 * 5_000);
  }, 60_000);
});

describe('GET /v1/health', () => {
  it('is for those who may read metrics', async () => {
    const service = await startTestService({
      register: (app) =>
        registerHealthHistory(app, { node: 'n', version: '0', startedMs: 1, slowMs: () => 5, samples: () => [] }),
    });
    expect((await service.call('GET', '/v1/health', undefined)).status).toBe(401);
    expect((await service.call('GET', '/v1/health', TOKENS.codex)).json().code).toBe('not-entitled');
    expect((await service.call('GET', '/v1/health', TOKENS.operator)).json()).toMatchObject({
      node: 'n',
      objectives: { decisionMs: 5, checkpointAgeMs: 1_000 },
      samples: [],
    });
  });
});
