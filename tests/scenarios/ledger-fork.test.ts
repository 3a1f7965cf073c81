import { afterEach, describe, expect, it } from 'vitest';
import { createHttpWitnessClient } from '#adapters/witness-client/http-client.ts';
import { createMemoryWitnessState } from '#adapters/witness-state/memory.ts';
import { type CheckpointNote, parseCheckpoint, signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { EMPTY_EDGE, integrate, type ReadTiles } from '#domain/ledger/integrate.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { type LedgerPolicy, parsePolicy } from '#domain/ledger/policy.ts';
import { proveConsistency } from '#domain/ledger/proof.ts';
import { type SampleKey, sampleKey } from '#domain/ledger/sample-keys.ts';
import { noteText } from '#domain/ledger/signed-note.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { verifyCheckpoint } from '#domain/ledger/verify-checkpoint.ts';
import { isConsistent } from '#domain/ledger/verify-proof.ts';
import { collectCosignatures, type WitnessClient } from '#domain/ledger/witness-client.ts';
import { createWitnessService } from '#services/witness/service.ts';

/**
 * Alice and Bob each have a ledger's public key and are each shown a checkpoint. The log is dishonest: it holds its own key and
 * shows them different histories. Each of them looks only at what is shown to them, as an auditor offline does. The witnesses are
 * real ones behind HTTP, and honest.
 */
const log = sampleKey('log', 'acgs.example/ledger', 1);
const names = ['w1.example', 'w2.example', 'w3.example'];
const keys = names.map((name, at) => sampleKey('witness', name, 11 + at));

const leaf = (text: string) => leafHash(Buffer.from(text));
const told = Array.from({ length: 12 }, (_, at) => leaf(`entry ${at}`));
/** The same, but for one record: it never happened. */
const retold = told.with(4, leaf('nothing happened'));

let closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

/** Three witnesses, each with its own key and state, and how the log reaches them. */
async function startWitnesses(nowMs = () => 1_700_000_000_000) {
  return Promise.all(
    keys.map(async ({ name, signer, verifier }) => {
      const state = createMemoryWitnessState();
      const app = createWitnessService({ name, signer, logs: [log.verifier], state, nowMs, onEvent: () => {} });
      closing.push(() => app.close());
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      return { state, client: createHttpWitnessClient({ url, key: verifier, timeoutMs: 20_000 }) };
    }),
  );
}

function policyOf(quorum: string): LedgerPolicy {
  const text = [
    `log ${verifierKeyText(log.verifier)}`,
    ...keys.map(({ verifier }: SampleKey) => `witness ${verifier.name} ${verifierKeyText(verifier)}`),
    ...(quorum === 'none' ? [] : [`group enough ${quorum} ${names.join(' ')}`]),
    `quorum ${quorum === 'none' ? 'none' : 'enough'}`,
    '',
  ].join('\n');
  const policy = parsePolicy(Buffer.from(text));
  if (!policy.ok) throw new Error(policy.refusal.message);
  return policy.value;
}

function signed(history: readonly Buffer[]): CheckpointNote {
  const head = { size: history.length, root: integrate(EMPTY_EDGE, history).root };
  const parsed = parseCheckpoint(noteText(signCheckpoint(log.name, head, log.signer)));
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.value;
}

/** The log asks these witnesses to cosign a history, and adds whatever it gets. */
async function publish(history: readonly Buffer[], witnesses: readonly WitnessClient[], policy: LedgerPolicy) {
  const readTiles: ReadTiles = async (tiles) => tiles.map(({ width }) => Buffer.concat(history.slice(0, width)));
  const checkpoint = signed(history);
  const collected = await collectCosignatures(checkpoint, witnesses, policy.quorum, (from, to) =>
    proveConsistency(from, to, readTiles),
  );
  const { note } = checkpoint;
  return {
    ...collected,
    text: noteText({ text: note.text, signatures: [...note.signatures, ...collected.signatures] }),
  };
}
const believes = (text: string, policy: LedgerPolicy) => verifyCheckpoint(text, policy).ok;

describe('a fork that is shown to two parties', () => {
  it('is not found without witnesses: both believe, and neither can know', () => {
    const policy = policyOf('none');
    const [toAlice, toBob] = [signed(told), signed(retold)];
    expect(believes(noteText(toAlice.note), policy)).toBe(true);
    expect(believes(noteText(toBob.note), policy)).toBe(true);
    // They would have to meet: two roots of one size cannot both be the log's.
    expect(isConsistent(toAlice.checkpoint, toBob.checkpoint, [])).toBe(false);
  });

  it('is found with a quorum of two of three: only one history is ever believed', async () => {
    const policy = policyOf('2');
    const witnesses = await startWitnesses();
    const clients = witnesses.map(({ client }) => client);
    const toAlice = await publish(told, clients, policy);
    const toBob = await publish(retold, clients, policy);
    expect(believes(toAlice.text, policy)).toBe(true);
    expect(believes(toBob.text, policy)).toBe(false);
    expect(toBob.others.map(({ reply }) => reply.kind)).toEqual(['contradicts', 'contradicts', 'contradicts']);
    // Each witness has put the second checkpoint aside; with the one that it keeps, it proves what the log did.
    for (const { state } of witnesses) {
      const [evidence] = state.evidence;
      const kept = await state.latest(log.name);
      if (kept === undefined || evidence === undefined) throw new Error('there is evidence');
      expect(evidence.checkpoint.size).toBe(kept.size);
      expect(evidence.checkpoint.root.equals(kept.root)).toBe(false);
      expect(believes(noteText(evidence.note), policyOf('none'))).toBe(true);
    }
  });

  it('is found although the log asks different witnesses for different histories', async () => {
    const policy = policyOf('2');
    const [w1, w2, w3] = (await startWitnesses()).map(({ client }) => client);
    if (w1 === undefined || w2 === undefined || w3 === undefined) throw new Error('three witnesses');
    const first = await publish(told, [w1], policy);
    const second = await publish(retold, [w2], policy);
    expect([believes(first.text, policy), believes(second.text, policy)]).toEqual([false, false]);
    // The third can be asked for one of them, and only for one.
    const third = await publish(retold, [w2, w3], policy);
    expect(third.isQuorum && believes(third.text, policy)).toBe(true);
    const fourth = await publish(told, [w1, w3], policy);
    expect(fourth.isQuorum || believes(fourth.text, policy)).toBe(false);
  });

  it('is not found when one witness of three is enough: a quorum has to be a majority', async () => {
    const policy = policyOf('any');
    const [w1, w2] = (await startWitnesses()).map(({ client }) => client);
    if (w1 === undefined || w2 === undefined) throw new Error('two witnesses');
    expect(believes((await publish(told, [w1], policy)).text, policy)).toBe(true);
    expect(believes((await publish(retold, [w2], policy)).text, policy)).toBe(true);
  });
});

describe('a rollback that is shown to two parties', () => {
  it('is not found without witnesses', () => {
    const policy = policyOf('none');
    expect(believes(noteText(signed(told).note), policy)).toBe(true);
    expect(believes(noteText(signed(told.slice(0, 4)).note), policy)).toBe(true);
  });

  it('is found with a quorum: neither what is shorter nor what goes on from there is cosigned', async () => {
    const policy = policyOf('2');
    const clients = (await startWitnesses()).map(({ client }) => client);
    expect(believes((await publish(told, clients, policy)).text, policy)).toBe(true);
    const shorter = await publish(told.slice(0, 4), clients, policy);
    expect(believes(shorter.text, policy)).toBe(false);
    expect(shorter.others.map(({ reply }) => reply.kind)).toEqual(['contradicts', 'contradicts', 'contradicts']);
    const rewritten = [...told.slice(0, 4), ...Array.from({ length: 20 }, (_, at) => leaf(`rewritten ${at}`))];
    const longer = await publish(rewritten, clients, policy);
    expect(believes(longer.text, policy)).toBe(false);
    expect(longer.others.map(({ reply }) => reply.kind)).toEqual(['refused', 'refused', 'refused']);
    // What continues the history that was cosigned still is.
    expect(believes((await publish([...told, leaf('more')], clients, policy)).text, policy)).toBe(true);
  });

  it('that shows an old checkpoint with its old cosignatures is known by their time', async () => {
    const policy = policyOf('2');
    let nowMs = 1_700_000_000_000;
    const clients = (await startWitnesses(() => nowMs)).map(({ client }) => client);
    const old = await publish(told.slice(0, 4), clients, policy);
    nowMs += 3_600_000;
    const recent = await publish(told, clients, policy);
    const [oldTime, recentTime] = [old, recent].map(({ text }) => {
      const verified = verifyCheckpoint(text, policy);
      return verified.ok ? verified.value.quorumTimeSeconds : undefined;
    });
    expect(oldTime).toBe(1_700_000_000);
    expect(recentTime).toBe(1_700_003_600);
  });
});
