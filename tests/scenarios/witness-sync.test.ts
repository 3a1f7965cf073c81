import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { addCheckpointText } from '#domain/ledger/add-checkpoint.ts';
import { signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { EMPTY_EDGE, integrate } from '#domain/ledger/integrate.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { proveConsistency } from '#domain/ledger/proof.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { startWitnessProcess } from '../support/witness-process.ts';

const log = sampleKey('log', 'acgs.example/ledger', 1);
const leaves = Array.from({ length: 20 }, (_, at) => leafHash(Buffer.from(`${at}`)));
const root = mkdtempSync(join(tmpdir(), 'acgs-witness-sync-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Why strace cannot be used here, or undefined. */
function whyNoStrace(): string | undefined {
  const tried = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
  if (tried.error !== undefined) return `strace: ${tried.error.message}`;
  return tried.status === 0 ? undefined : `strace: ${tried.stderr.toString().trim()}`;
}
const missing = whyNoStrace();

// Not run where strace is absent or ptrace is forbidden: the title then says why.
describe.skipIf(missing !== undefined)(
  `a witness under strace${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    it('sends no cosignature before file, name and folder are synced, in this order', {
      timeout: 120_000,
    }, async () => {
      const trace = join(root, 'trace');
      const calls = 'trace=fsync,rename,renameat,renameat2,write,writev,sendmsg,sendto';
      const under = ['strace', '-f', '-y', '-s', '64', '-e', calls, '-o', trace];
      expect(
        await statusesOf(join(root, 'traced'), under, [
          [0, 5],
          [5, 5],
          [5, 9],
          [3, 12],
          [9, 20],
        ]),
      ).toEqual([200, 200, 200, 409, 200]);
      expect(stepsOf(readFileSync(trace, 'utf8'))).toBe('FRDA FRDA FRDA FRDA');
    });

    it('the check finds an answer that came too early', () => {
      const file = '11 fsync(20</s/ab.checkpoint.new>) = 0';
      const name = '11 rename("/s/ab.checkpoint.new", "/s/ab.checkpoint") = 0';
      const folder = ['12 fsync(21</s/traced> <unfinished ...>', '12 <... fsync resumed>) = 0'];
      const answer = '10 write(25<TCP:[127.0.0.1:1->127.0.0.1:2]>, "HTTP/1.1 200 OK\\r\\n", 300) = 300';
      const steps = (...lines: readonly string[]) => stepsOf(lines.join('\n'));
      expect(steps(file, name, ...folder, answer)).toBe('FRDA');
      expect(steps(file, name, folder[0] ?? '', answer, folder[1] ?? '')).toBe('FRA D');
      expect(steps(name, file, ...folder, answer)).toBe('RFDA');
      expect(steps(answer.replace('200 OK', '409 Conflict'))).toBe('');
      expect(steps(file.replace('= 0', '= -1 EIO'))).toBe('');
    });

    it('gives no cosignature when a sync fails (EIO, injected), and goes on with what is on the disk', {
      timeout: 120_000,
    }, async () => {
      // Each cosignature takes two, of the file and of the folder; the key's own file was synced in an earlier run.
      const state = join(root, 'injected');
      await statusesOf(state, [], []);
      const under = ['strace', '-f', '-o', '/dev/null', '-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO:when=3'];
      expect(
        await statusesOf(state, under, [
          [0, 5],
          [5, 9],
          [5, 9],
          [9, 20],
        ]),
      ).toEqual([200, 503, 200, 200]);
    });
  },
);

/** Starts a witness, asks it for each of these steps from an old size to a new one, and tells what it answered. */
async function statusesOf(
  folder: string,
  under: readonly string[],
  steps: readonly (readonly [number, number])[],
): Promise<readonly number[]> {
  const witness = await startWitnessProcess({
    folder,
    name: 'w1.example',
    logVkey: verifierKeyText(log.verifier),
    under,
    // strace counts the calls of each thread by itself: with one, the third is the third.
    env: { UV_THREADPOOL_SIZE: '1' },
  });
  try {
    const statuses: number[] = [];
    for (const [from, to] of steps) {
      const note = signCheckpoint(
        log.name,
        { size: to, root: integrate(EMPTY_EDGE, leaves.slice(0, to)).root },
        log.signer,
      );
      const proof = await proveConsistency(from, to, async (tiles) =>
        tiles.map(({ width }) => Buffer.concat(leaves.slice(0, width))),
      );
      const body = addCheckpointText(from, proof, note);
      const response = await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body });
      await response.arrayBuffer();
      statuses.push(response.status);
    }
    return statuses;
  } finally {
    await witness.kill('SIGTERM');
  }
}

/** What a trace tells, in order: the file synced, renamed, the folder synced, the cosignature answered. A blank after each answer. */
function stepsOf(trace: string): string {
  let steps = '';
  const syncing = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [thread = ''] = line.split(' ', 1);
    const sync = /fsync\(\d+<([^>]*)>(\)\s+= 0| <unfinished)/.exec(line);
    const step = sync?.[1]?.endsWith('.checkpoint.new') === true ? 'F' : 'D';
    if (sync !== null && line.includes('unfinished')) syncing.set(thread, step);
    else if (sync !== null) steps += step;
    else if (/<\.\.\. fsync resumed>\)\s+= 0/.test(line)) steps += syncing.get(thread) ?? '';
    else if (/rename\w*\(.*\.checkpoint\.new/.test(line)) steps += 'R';
    else if (/HTTP\/1\.1 200/.test(line)) steps += 'A ';
  }
  // The key file of a first start is synced too, before anything was renamed.
  return steps.replace(/^D+(?=F)/, '').trimEnd();
}
