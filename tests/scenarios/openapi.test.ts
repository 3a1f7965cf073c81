import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { OPERATOR } from '#apps/server/tokens.ts';
import { typesOf } from '../../tools/docs/openapi-types.ts';
import { startOwnServer } from '../support/own-server.ts';

const TYPES = fileURLToPath(new URL('../../console/src/api/schema.d.ts', import.meta.url));

it('the console is typed by the API as the whole server describes it', async () => {
  const root = mkdtempSync(join(tmpdir(), 'acgs-openapi-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const home = join(root, 'home');
  const token = await createTokenFile(join(home, 'tokens.json')).issue(OPERATOR, Date.now(), 3_600_000);
  const server = await startOwnServer({ home });
  onTestFinished(() => server.close());

  const response = await fetch(`${server.address}/openapi.json`, { headers: { authorization: `Bearer ${token}` } });
  const description = await response.text();
  expect(response.status, description).toBe(200);
  const written = typesOf(JSON.parse(description));
  if (process.env['ACGS_WRITE_DOCS'] === '1') writeFileSync(TYPES, written);
  // Fix: npm run docs:openapi
  expect(written).toBe(readFileSync(TYPES, 'utf8'));
}, 120_000);
