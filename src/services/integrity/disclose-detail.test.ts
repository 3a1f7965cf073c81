import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDetailFiles } from '#adapters/detail-files/detail-files.ts';
import { all } from '#adapters/journal/contract.ts';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { sampleDecision } from '#adapters/journal/sample-entries.ts';
import type { Decision } from '#domain/decision/decision.ts';
import { createDiscloseDetail } from './disclose-detail.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acgs-disclose-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const { redactions: _none, ...bare } = sampleDecision(1);
const redacted: Decision = { ...bare, redactions: [{ kind: 'password', commitment: 'cd'.repeat(32) }] };

function start() {
  const store = createDetailFiles({ directory: folder, installationKey: Buffer.alloc(32, 7), onLost: () => {} });
  const journal = createMemoryJournal('node-1');
  return { store, journal, disclose: createDiscloseDetail({ store, journal, nowMs: () => 5 }) };
}
const detail = { number: 1, kind: 'password', salt: 'ab'.repeat(32), value: 'the secret' } as const;

it('what cannot be written down is not shown', async () => {
  const { store, journal, disclose } = start();
  store.keep(redacted, [detail]);
  await store.settled();
  journal.setWritable(false);
  await expect(disclose(redacted, 'ada')).rejects.toThrow('stable storage');
});

it('what is gone, or never was, is shown to nobody, and nothing is recorded', async () => {
  const { journal, disclose } = start();
  expect(await disclose(redacted, 'ada')).toMatchObject({ ok: false, refusal: { code: 'detail-gone' } });
  expect(await disclose(bare, 'ada')).toEqual({ ok: true, value: [] });
  expect(journal.head().sequence).toBe(0);
});

it('each showing is recorded: who, when, of which redactions, and not what is in them', async () => {
  const { store, journal, disclose } = start();
  store.keep(redacted, [detail]);
  await store.settled();
  for (const by of ['ada', 'ben']) expect(await disclose(redacted, by)).toEqual({ ok: true, value: [detail] });
  const entries = (await all(journal, 1)).map(({ entry }) => entry);
  expect(entries).toEqual(
    ['ada', 'ben'].map((by) => ({
      kind: 'detail-disclosed',
      timeMs: 5,
      disclosed: { decisionId: redacted.id, numbers: [1], by },
    })),
  );
  expect(JSON.stringify(entries)).not.toContain('secret');
});
