import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { ADDRESS_LIMITS } from '#domain/identity/attempts.ts';
import { createDirectory } from '#domain/identity/directory.ts';
import { ok, refuse } from '#domain/result.ts';
import { type AttemptToProve, createAttempt } from '#services/identity/attempt.ts';
import { createIdentityRecord } from '#services/identity/record.ts';

const address = '192.0.2.1';
const { failuresMax, windowMs } = ADDRESS_LIMITS;
let journal: ReturnType<typeof createMemoryJournal>;
let attempt: AttemptToProve;
let nowMs = 0;
beforeEach(() => {
  nowMs = 1_000_000;
  journal = createMemoryJournal('test-node');
  attempt = createAttempt({
    record: createIdentityRecord({ journal, directory: createDirectory() }),
    nowMs: () => nowMs,
  });
});

/** Takes its time, as a hash or a provider does. */
let proofs = 0;
async function wrong() {
  proofs += 1;
  await new Promise((resolve) => setImmediate(resolve));
  return refuse('code-unknown', 'wrong');
}
const guess = (from = address) => attempt({ method: 'code', address: from }, wrong);

async function count(kind: string): Promise<number> {
  let found = 0;
  for await (const { entry } of journal.read(1)) {
    if (entry.kind === 'identity' && entry.event.kind === kind) found += 1;
  }
  return found;
}

describe('tries from one address', () => {
  it('that are all made at once are no more than those that are made one by one', async () => {
    proofs = 0;
    const answers = await Promise.all(Array.from({ length: 500 }, () => guess()));
    expect(proofs).toBe(failuresMax);
    expect(answers.filter((one) => !one.ok && one.refusal.code === 'sign-in-busy')).toHaveLength(500 - failuresMax);
    expect(await count('authentication-refused')).toBe(failuresMax);
    expect(await guess()).toMatchObject({ refusal: { code: 'locked-out' } });
    // Nobody else is kept out by them.
    expect(await guess('192.0.2.2')).toMatchObject({ refusal: { code: 'code-unknown' } });
  });

  it('are counted also while they cannot be written down', async () => {
    journal.setWritable(false);
    for (let tries = 0; tries < failuresMax; tries += 1) await expect(guess()).rejects.toThrow();
    journal.setWritable(true);
    expect(await guess()).toMatchObject({ refusal: { code: 'locked-out' } });
  });

  it('that succeed, or break off, give their place back', async () => {
    for (let tries = 0; tries < failuresMax * 2; tries += 1) {
      expect((await attempt({ method: 'code', address }, async () => ok(tries))).ok).toBe(true);
      const outage = attempt({ method: 'code', address }, () => Promise.reject(new Error('an outage')));
      await expect(outage).rejects.toThrow('an outage');
    }
    expect(await guess()).toMatchObject({ refusal: { code: 'code-unknown' } });
  });

  it('are forgotten after a while', async () => {
    for (let tries = 0; tries < failuresMax - 1; tries += 1) await guess();
    nowMs += windowMs;
    expect(await guess()).toMatchObject({ refusal: { code: 'code-unknown' } });
    expect(await guess()).toMatchObject({ refusal: { code: 'code-unknown' } });
  });
});
