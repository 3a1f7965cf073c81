import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createHttpWitnessClient } from '#adapters/witness-client/http-client.ts';
import { sampleCheckpoint } from '#adapters/witness-state/contract.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo, type RecordedIo } from '#apps/cli/recorded-io.ts';
import { createWitnessCommand } from '#apps/cli/witness/command.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { parseVerifierKey, verifierKeyText } from '#domain/ledger/verifier-key.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-witness-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const LOG = verifierKeyText(sampleKey('log', 'a', 1).verifier);
const WITNESS = verifierKeyText(sampleKey('witness', 'a', 1).verifier);

describe('acgs witness refuses', () => {
  it.each([
    ['no name', []],
    ['a name with a blank', ['--name', 'a b', '--log', LOG]],
    ['no log', ['--name', 'w']],
    ['a log that is no key', ['--name', 'w', '--log', 'a+b+c']],
    ['the key of a witness for a log', ['--name', 'w', '--log', WITNESS]],
    ['an address without port', ['--name', 'w', '--log', LOG, '--listen', 'localhost']],
    ['a port out of range', ['--name', 'w', '--log', LOG, '--listen', 'localhost:65536']],
  ])('%s, with exit code 2', async (_name, words) => {
    const io = createRecordedIo({ cwd: root });
    expect(await run(['witness', ...words], io)).toBe(2);
    expect(io.written().out).toBe('');
  });

  it('a key that others can read, with exit code 1', async () => {
    const state = join(root, 'exposed');
    expect(await run(['witness', '--name', 'w', '--state', state, '--show-key'], createRecordedIo())).toBe(0);
    chmodSync(join(state, 'key.pem'), 0o644);
    const io = createRecordedIo();
    expect(await run(['witness', '--name', 'w', '--state', state, '--log', LOG], io)).toBe(1);
    expect(io.written().err).toContain('can be read by others');
  });
});

it('acgs witness makes its key once, prints it, and cosigns until it is stopped', async () => {
  const state = join(root, 'state');
  const shown = createRecordedIo();
  expect(await run(['witness', '--name', 'w1.example', '--state', state, '--show-key'], shown)).toBe(0);
  const key = parseVerifierKey(shown.written().out.trim());
  if (!key.ok) throw new Error(key.refusal.message);
  expect(key.value).toMatchObject({ kind: 'witness', name: 'w1.example' });
  expect(statSync(join(state, 'key.pem')).mode & 0o777).toBe(0o600);

  const io: RecordedIo = createRecordedIo();
  const replies: unknown[] = [];
  const command = createWitnessCommand(io, async () => {
    const printed = io.written().out;
    expect(printed).toContain(shown.written().out.trim());
    const url = /http:\/\/\S+/.exec(printed)?.[0] ?? '';
    const client = createHttpWitnessClient({ url, key: key.value, timeoutMs: 10_000 });
    replies.push(await client.cosign(sampleCheckpoint('a', 3), async () => []));
    replies.push(await client.cosign(sampleCheckpoint('a', 3, 'another'), async () => []));
    // A second one on the same state would undo what the first promises.
    const second = createRecordedIo();
    expect(await run(['witness', '--name', 'w1.example', '--state', state, '--log', LOG], second)).toBe(1);
    expect(second.written().err).toContain(`pid ${process.pid}`);
  });
  const words = ['--name', 'w1.example', '--state', state, '--log', LOG, '--listen', '127.0.0.1:0'];
  await command.parseAsync(words, { from: 'user' });
  expect(replies).toMatchObject([{ kind: 'cosigned' }, { kind: 'contradicts', size: 3 }]);
  const events = io
    .written()
    .err.trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events).toMatchObject([
    { component: 'witness', event: 'cosigned', origin: 'a', size: 3 },
    { component: 'witness', event: 'refused', origin: 'a', size: 3, why: 'root-different' },
  ]);
});
