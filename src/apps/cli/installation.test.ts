import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { issueAgentToken, openSearchIndex } from '#apps/cli/installation.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import { OPERATOR } from '#apps/server/tokens.ts';
import { tokenHash } from '#domain/identity/token.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'acgs-installation-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const io = (env: Record<string, string> = {}) => createRecordedIo({ env: { ACGS_HOME: home, ...env } });

describe('issueAgentToken', () => {
  it('refuses where there is no installation', async () => {
    await expect(issueAgentToken(io(), 'codex', 0)).rejects.toMatchObject({ exitCode: 4 });
  });

  it("issues the agent's own token beside those that are there", async () => {
    const tokens = createTokenFile(path.join(home, 'tokens.json'));
    const operator = await tokens.issue(OPERATOR, 1_000, 60_000);
    const token = await issueAgentToken(io(), 'codex', 2_000);
    const held = await tokens.load();
    expect(held.get(tokenHash(token))?.principal).toMatchObject({ kind: 'agent', id: 'codex', agent: 'codex' });
    expect(held.has(tokenHash(operator))).toBe(true);
  });
});

describe('openSearchIndex', () => {
  it('goes to the database that is configured, and says when it is not there', async () => {
    const index = await openSearchIndex(io({ ACGS_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }));
    await expect(index.position('node')).rejects.toThrow();
    await index.close();
  });

  it('opens the embedded one of this installation otherwise', async () => {
    const index = await openSearchIndex(io());
    try {
      expect(await index.position('node')).toBe(0);
    } finally {
      await index.close();
    }
  });
});
