import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openKeyFile } from '#adapters/key-file/key-file.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import { logIdentity } from '#domain/ledger/log-identity.ts';
import { type LedgerPolicy, parsePolicy } from '#domain/ledger/policy.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { verifyCheckpoint } from '#domain/ledger/verify-checkpoint.ts';
import { runSecondVerifier } from '../independent/second-verifier.ts';
import { freePort, type ServerProcess, startServerProcess, until } from '../support/server-process.ts';
import { startWitnessProcess, type WitnessProcess } from '../support/witness-process.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-witnessed-'));
const running: { kill(signal: 'SIGKILL'): Promise<unknown> }[] = [];
afterAll(async () => {
  await Promise.all(running.map((process) => process.kill('SIGKILL')));
  rmSync(root, { recursive: true, force: true });
});
/** For the machine, not for the product: whatever it runs besides. */
const PATIENCE_MS = 120_000;

/** What an auditor sees at the server: its checkpoint, or why it is not to be believed. */
async function checkpointOf(server: ServerProcess, policy: LedgerPolicy): Promise<number | string> {
  const response = await fetch(`${server.url}/checkpoint`);
  const verified = verifyCheckpoint(await response.text(), policy);
  return verified.ok ? verified.value.checkpoint.size : verified.refusal.code;
}

async function decide(server: ServerProcess, command: string): Promise<string> {
  const action = { kind: 'shell', command, background: false, cwd: '/w', workspaceRoots: ['/w'] };
  const response = await server.post('/v1/decisions', { action, session: { id: 's' } });
  const answer: unknown = await response.json();
  const decision = typeof answer === 'object' && answer !== null && 'decision' in answer ? answer.decision : undefined;
  if (typeof decision !== 'object' || decision === null || !('id' in decision)) throw new Error(JSON.stringify(answer));
  return String(decision.id);
}

it('a server publishes what two of three witnesses have cosigned, goes on without one, waits for a second, and is verified elsewhere', {
  timeout: 600_000,
}, async () => {
  const home = join(root, 'home');
  const signer = await openKeyFile(join(home, 'keys', 'ledger.pem'));
  if (!signer.ok) throw new Error(signer.refusal.message);
  const logVkey = verifierKeyText(logIdentity(signer.value).verifier);
  const startWitness = async (name: string, port: number): Promise<WitnessProcess> => {
    const witness = await startWitnessProcess({ folder: join(root, name), name, logVkey, port });
    running.push(witness);
    return witness;
  };
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const [w1, w2, w3] = await Promise.all([
    startWitness('w1.example', ports[0]),
    startWitness('w2.example', ports[1]),
    startWitness('w3.example', ports[2]),
  ]);
  const policyFile = join(root, 'policy');
  const witnessLines = [w1, w2, w3].map(({ vkey, url }, at) => `witness w${at + 1} ${vkey} ${url}\n`);
  writeFileSync(policyFile, `log ${logVkey}\n${witnessLines.join('')}group two 2 w1 w2 w3\nquorum two\n`);
  const policy = parsePolicy(readFileSync(policyFile));
  if (!policy.ok) throw new Error(policy.refusal.message);
  const server = await startServerProcess({ home, env: { ACGS_LEDGER_POLICY: policyFile } });
  running.push(server);

  // Everybody is there.
  const first = await decide(server, 'ls');
  const sizeIsAtLeast = (size: number) => async () => Number(await checkpointOf(server, policy.value)) >= size;
  await until(sizeIsAtLeast(2), PATIENCE_MS);

  // One is missing: two of three are enough.
  await w3.kill('SIGKILL');
  await decide(server, 'pwd');
  await until(sizeIsAtLeast(3), PATIENCE_MS);

  // Two are missing: decisions go on, and no checkpoint is published that only one has cosigned.
  await w2.kill('SIGKILL');
  const before = await checkpointOf(server, policy.value);
  const last = await decide(server, 'git status');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await checkpointOf(server, policy.value)).toBe(before);

  // One comes back, with what it knew: the ledger catches up.
  await startWitness('w2.example', ports[1]);
  await until(sizeIsAtLeast(Number(before) + 1), PATIENCE_MS);

  await expectVerified(server, { home, policyFile, ids: [first, last] });
});

/** Receipts and the ledger's files, by our own commands and by the second verifier. */
async function expectVerified(
  server: ServerProcess,
  { home, policyFile, ids }: { readonly home: string; readonly policyFile: string; readonly ids: readonly string[] },
): Promise<void> {
  const keyFile = join(home, 'keys', 'receipt.pub');
  const key = readFileSync(keyFile, 'utf8').trim();
  for (const [at, id] of ids.entries()) {
    const file = join(root, `receipt-${at}`);
    await until(async () => {
      const response = await server.get(`/v1/receipts/${id}`);
      writeFileSync(file, await response.text());
      return response.ok && readFileSync(file, 'utf8').includes('tlog-proof');
    }, PATIENCE_MS);
    const io = createRecordedIo({ cwd: root });
    expect(await run(['verify', 'receipt', file, '--key', keyFile, '--policy', policyFile], io), io.written().out).toBe(
      0,
    );
    const second = await runSecondVerifier(['receipt', file, '--key', key, '--policy', policyFile]);
    expect(second).toMatchObject({ code: 0, err: '' });
    expect(second.out).toContain('has cosigned it at');
  }
  const io = createRecordedIo({ cwd: root, env: { ACGS_HOME: home } });
  expect(await run(['ledger', 'fsck', '--policy', policyFile], io), io.written().out + io.written().err).toBe(0);
  const second = await runSecondVerifier(['ledger', join(home, 'ledger'), '--policy', policyFile]);
  expect(second).toMatchObject({ code: 0, err: '' });
}
