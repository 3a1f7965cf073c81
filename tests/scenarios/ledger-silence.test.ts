import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import { NODE_AGENT } from '#domain/rollout/node-agent.ts';
import { startCutLine } from '../support/cut-line.ts';
import { type ServerProcess, startServerProcess, until } from '../support/server-process.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-silence-'));
const undo: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const one of undo.splice(0).reverse()) await one();
  rmSync(root, { recursive: true, force: true });
});
/** For the machine, not for the product: whatever it runs besides. */
const PATIENCE_MS = 240_000;
const NODE = 'edge-1';

interface NodeSeen {
  readonly node: string;
  readonly state: string;
  readonly sequence: number;
  readonly missing: number;
}

async function seen(ledger: ServerProcess): Promise<NodeSeen | undefined> {
  const { nodes } = (await (await ledger.get('/v1/ledger')).json()) as { readonly nodes: readonly NodeSeen[] }; // our own API
  return nodes.find(({ node }) => node === NODE);
}

async function decide(node: ServerProcess, command: string): Promise<void> {
  const action = { kind: 'shell', command, background: false, cwd: '/w', workspaceRoots: ['/w'] };
  const response = await node.post('/v1/decisions', { action, session: { id: 's' } });
  expect(response.status, await response.text()).toBe(200);
}

it('a node whose agents are active while its shipping is stopped is an incident by itself, is still one after the ledger was killed, and is none once it ships again', {
  timeout: 900_000,
}, async () => {
  const home = join(root, 'ledger');
  let ledger = await startServerProcess({ home });
  undo.push(() => ledger.kill('SIGKILL'));
  const { port } = new URL(ledger.url);
  const line = await startCutLine(ledger.url);
  undo.push(line.close);
  const tokenFile = join(root, 'node.token');
  const principal = { kind: 'agent', id: NODE as AgentId, agent: NODE_AGENT, teams: [] } as const;
  writeFileSync(tokenFile, await createTokenFile(join(home, 'tokens.json')).issue(principal, Date.now(), 86_400_000), {
    mode: 0o600,
  });
  const node = await startServerProcess({
    home: join(root, 'node'),
    service: 'decision',
    env: {
      ACGS_NODE_ID: NODE,
      ACGS_CONSTITUTION_URL: ledger.url,
      ACGS_NODE_TOKEN_FILE: tokenFile,
      ACGS_LEDGER_URL: line.url,
      ACGS_LEDGER_TOKEN_FILE: tokenFile,
      // Nobody listens there: nothing of this needs a search index.
      ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none',
    },
  });
  undo.push(() => node.kill('SIGKILL'));
  await decide(node, 'ls');
  await until(async () => {
    const now = await seen(ledger);
    return now?.state === 'current' && now.sequence > 1 && now.missing === 0;
  }, PATIENCE_MS);
  expect(ledger.output()).not.toContain('node-silent-while-active');

  // Cut off from the ledger alone: it goes on deciding, and nobody calls anything by hand.
  line.cut();
  for (const command of ['pwd', 'git status', 'ls -l']) await decide(node, command);
  await until(async () => (await seen(ledger))?.state === 'silent-while-active', PATIENCE_MS);
  expect((await seen(ledger))?.missing).toBeGreaterThanOrEqual(3);
  expect(await (await ledger.get('/metrics')).text()).toContain(
    `acgs_ledger_node_state{node="${NODE}",state="silent-while-active"} 1`,
  );
  await until(async () => ledger.output().includes('node-silent-while-active'), PATIENCE_MS);
  expect(ledger.output()).toMatch(
    // The node's own word to the constitution service.
    /"event":"node-silent-while-active","incident":true,"node":"edge-1","missing":\d+,"toldBy":\["edge-1"\]/,
  );

  // The ledger is killed. The next one has not heard of the node at all, and misses it.
  await ledger.kill('SIGKILL');
  ledger = await startServerProcess({ home, port: Number(port) });
  await until(async () => (await seen(ledger))?.state === 'silent-while-active', PATIENCE_MS);

  line.mend();
  await until(async () => {
    const now = await seen(ledger);
    return now?.state === 'current' && now.missing === 0 && now.sequence >= 5;
  }, PATIENCE_MS);
});
