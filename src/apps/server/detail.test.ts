import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ActionDigest } from '#domain/action/digest.ts';
import { sha256Hex } from '#domain/json.ts';
import { shellDecision } from '../../../tests/support/postgres-records.ts';
import { openDetail } from './detail.ts';

const home = mkdtempSync(join(tmpdir(), 'acgs-detail-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('keeping secrets out of records', () => {
  it('looks again at every action and list that it has not seen, also when the rest is the same', async () => {
    const detail = await openDetail(home, () => {});
    if (!detail.ok) throw new Error(detail.refusal.message);
    const { redact } = detail.value;
    const clean = shellDecision(1, 'npm test');
    expect(redact(clean)).toBe(clean);
    expect(redact({ ...clean, id: shellDecision(2, '').id })).toMatchObject({ action: clean.action });

    const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
    const command = `git clone https://x:${secret}@github.com/a/b`;
    const { effects, reasons } = clean;
    const other = shellDecision(3, command, {
      effects,
      reasons,
      actionDigest: sha256Hex(command) as ActionDigest,
    });
    expect(JSON.stringify(other)).toContain(secret);
    expect(JSON.stringify(redact(other))).not.toContain(secret);
  });
});
