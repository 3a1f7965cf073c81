import { logIdentity } from '#domain/ledger/log-identity.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import type { createSequencer } from '#services/integrity/sequencer.ts';

export const KILLED_LOG = sampleKey('log', 'log.example', 1);

/** How a sequencer is made in the tests that kill it, but for where it keeps what it has. */
export const KILLED_SEQUENCER = {
  identity: logIdentity(KILLED_LOG.signer, KILLED_LOG.name),
  witnessing: { witnesses: [], quorum: { kind: 'none' } },
  intervalMs: 5,
  nowMs: Date.now,
} as const satisfies Partial<Parameters<typeof createSequencer>[0]>;
