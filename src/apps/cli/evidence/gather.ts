import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { createFileRegistry } from '#adapters/constitution-registry/file-registry.ts';
import { openJournalReader } from '#adapters/journal/inspect.ts';
import { readKeyFile } from '#adapters/key-file/key-file.ts';
import { createLedgerFilesReader } from '#adapters/ledger-files/ledger-files.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import { type BundleFiles, gatherEvidence } from '#domain/evidence/bundle.ts';
import type { Manifest } from '#domain/evidence/manifest.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';
import { parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import { logIdentity } from '#domain/ledger/log-identity.ts';
import { CHECKPOINT_PATH } from '#domain/ledger/store.ts';
import { parseKeyName, verifierKeyText } from '#domain/ledger/verifier-key.ts';
import type { Result } from '#domain/result.ts';
import { createProver } from '#services/integrity/prove.ts';

/** For a checkpoint over what was recorded just now: a running server signs one at least once a second. */
const PROOF_WAIT_MS = 3_000;
const PROOF_INTERVAL_MS = 300;

/**
 * Evidence from the state folder of an installation, whether or not its server runs: its files are read, none is written.
 * @throws {JournalUnavailable} {RegistryUnavailable} when they cannot be read
 */
export async function gatherFromHome(
  home: string,
  span: Manifest['span'],
  createdMs: number,
): Promise<Result<BundleFiles>> {
  const signer = await readKeyFile(join(home, 'keys', 'receipt.pem'));
  if (!signer.ok) return signer;
  const journal = await openJournalReader(join(home, 'journal'));
  if (!journal.ok) return journal;
  const registry = createFileRegistry(home);
  const founders = await registry.founders();
  const ledger = await openLedger(home);
  return gatherEvidence({
    journal: journal.value,
    span,
    createdMs,
    signer: signer.value,
    async constitution(digest) {
      const kept = await registry.read(digest);
      return kept === undefined ? undefined : { bytes: kept.bytes, envelope: JSON.stringify(kept.envelope) };
    },
    parentOf,
    prove: ledger.prove,
    extras: new Map([
      ['keys/receipt.pub', Buffer.from(`${signer.value.publicKey.text}\n`)],
      ...(founders === undefined ? [] : [['keys/founders.json', Buffer.from(JSON.stringify(founders))] as const]),
      ...ledger.extras,
    ]),
  });
}

function parentOf(bytes: Uint8Array): ConstitutionDigest | undefined {
  const parsed = parseBundle(bytes);
  const parent = parsed.ok ? parsed.value.constitution.parent : GENESIS_DIGEST;
  return parent === GENESIS_DIGEST ? undefined : (parent as ConstitutionDigest); // of an amendment it is one
}

interface OpenedLedger {
  readonly prove: (record: JournalRecord) => Promise<string | undefined>;
  readonly extras: BundleFiles;
}

/** The ledger in the state folder; one that is kept elsewhere, or has no checkpoint yet, proves nothing here. */
async function openLedger(home: string): Promise<OpenedLedger> {
  const store = createLedgerFilesReader(join(home, 'ledger'));
  const checkpoint = await store.read(CHECKPOINT_PATH);
  if (checkpoint === undefined) return { prove: async () => undefined, extras: new Map() };
  const prover = createProver(store);
  const key = await logKey(home, checkpoint.toString('utf8'));
  return {
    async prove(record) {
      for (let waitedMs = 0; ; waitedMs += PROOF_INTERVAL_MS) {
        const proved = await prover.inclusion(record);
        if (proved.ok) return proved.value.entry.hash === record.hash ? proved.value.proof : undefined;
        if (waitedMs >= PROOF_WAIT_MS) return undefined;
        await sleep(PROOF_INTERVAL_MS);
      }
    },
    extras: new Map([
      ['checkpoint.txt', checkpoint],
      ...(key === undefined ? [] : [['keys/ledger.vkey', Buffer.from(`${key}\n`)] as const]),
    ]),
  };
}

async function logKey(home: string, checkpoint: string): Promise<string | undefined> {
  const parsed = parseCheckpoint(checkpoint);
  const name = parseKeyName(parsed.ok ? parsed.value.checkpoint.origin : '');
  const path = join(home, 'keys', 'ledger.pem');
  if (!name.ok || (await readFile(path).catch(() => undefined)) === undefined) return undefined;
  const signer = await readKeyFile(path);
  return signer.ok ? verifierKeyText(logIdentity(signer.value, name.value).verifier) : undefined;
}
