import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedgerS3 } from '#adapters/ledger-s3/ledger-s3.ts';
import { createSequencer } from '#services/integrity/sequencer.ts';
import { s3Missing, startTestS3, type TestS3 } from '../support/ceph.ts';
import { KILLED_SEQUENCER } from '../support/killed-sequencer.ts';
import { killSequencer } from '../support/ledger-kill.ts';

/** Few, so that CI has them: what takes the time is the start of a process for each, and Ceph's own. */
const KILLS = Number(process.env['ACGS_LEDGER_S3_KILLS'] ?? 6);
/** Set ACGS_TEST_SEED to repeat a failure. */
const SEED = Number(process.env['ACGS_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const START_TIMEOUT_MS = 400_000;
const TIMEOUT_MS = 120_000 + KILLS * 40_000;
/** A batch is a request here and a look at the checkpoint, some tens of milliseconds. */
const LINES_MAX = 40;

const root = mkdtempSync(join(tmpdir(), 'acgs-ledger-kill-s3-'));
let s3: TestS3;
afterAll(async () => {
  await s3?.stop();
  rmSync(root, { recursive: true, force: true });
});

// Skipped where Ceph is not installed: `npm test` installs it as root on Debian, and names the fix elsewhere.
describe.skipIf(s3Missing() !== undefined)(`kill -9 of a sequencer on a real S3 server (seed ${SEED})`, () => {
  beforeAll(async () => {
    s3 = await startTestS3();
    const client = new AwsClient({ ...s3, service: 's3', region: 'us-east-1' });
    expect((await client.fetch(`${s3.endpoint}/acgs`, { method: 'PUT' })).status).toBe(200);
    process.env['ACGS_TEST_S3_KEY'] = `${s3.accessKeyId} ${s3.secretAccessKey}`;
  }, START_TIMEOUT_MS);

  // Without a lease: the next one starts while what the killed one has sent is still on its way.
  it(`at ${KILLS} random points loses no answered record, and never gives two checkpoints of one size`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    const place = `${s3.endpoint}/acgs/ledger`;
    const store = createLedgerS3({ ...s3, region: 'us-east-1', url: place });
    const openLast = () =>
      createSequencer({
        ...KILLED_SEQUENCER,
        store,
        acquireLease: async () => ({ holder: 'the last', check: async () => {}, release: async () => {} }),
        onEvent: () => {},
      });
    await killSequencer({
      ...{ seed: SEED, kills: KILLS, checks: 3, linesMax: LINES_MAX },
      ...{ place, store, openLast, cache: join(root, 'cache') },
    });
  });
});
