import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import { parseVerifierKey } from '#domain/ledger/verifier-key.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-ledger-key-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function keyWith(env: Readonly<Record<string, string>>) {
  const io = createRecordedIo({ cwd: root, env: { ACGS_HOME: join(root, 'home'), ...env } });
  const code = await run(['ledger', 'key'], io);
  return { code, ...io.written() };
}

describe('acgs ledger key', () => {
  it('refuses where the ledger is kept by another server, and a name that is none', async () => {
    const elsewhere = await keyWith({ ACGS_LEDGER_URL: 'https://ledger.example', ACGS_LEDGER_TOKEN_FILE: 'token' });
    expect(elsewhere).toMatchObject({ code: 2, out: '' });
    expect(elsewhere.err).toContain('https://ledger.example');
    expect(await keyWith({ ACGS_LEDGER_NAME: 'a name' })).toMatchObject({ code: 1, out: '' });
  });

  it('prints the key that the ledger will sign with, the same each time, before anything was started', async () => {
    const first = await keyWith({ ACGS_LEDGER_NAME: 'acgs.example/ledger' });
    expect(first.code).toBe(0);
    expect(parseVerifierKey(first.out.trim())).toMatchObject({
      ok: true,
      value: { kind: 'log', name: 'acgs.example/ledger' },
    });
    expect((await keyWith({ ACGS_LEDGER_NAME: 'acgs.example/ledger' })).out).toBe(first.out);
  });
});
