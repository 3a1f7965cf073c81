import { readFile } from 'node:fs/promises';
import { openKeyFile } from '#adapters/key-file/key-file.ts';
import { createIntakeSegments } from '#adapters/ledger-files/intake-segments.ts';
import { createFileLease, createLedgerFiles, createLedgerFilesReader } from '#adapters/ledger-files/ledger-files.ts';
import { createLedgerS3, probeConditionalWrites } from '#adapters/ledger-s3/ledger-s3.ts';
import { createPostgresLease } from '#adapters/postgres/sequencer-lease.ts';
import { createHttpWitnessClient } from '#adapters/witness-client/http-client.ts';
import { type LogIdentity, logIdentity } from '#domain/ledger/log-identity.ts';
import { type LedgerPolicy, parsePolicy } from '#domain/ledger/policy.ts';
import type { AcquireLease, IntakeLog, LedgerStore, LedgerStoreReader, SequencerLease } from '#domain/ledger/store.ts';
import { type KeyName, parseKeyName } from '#domain/ledger/verifier-key.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';
import type { Witnessing } from '#services/integrity/publish.ts';
import type { LedgerPlace } from './protocol.ts';

/** For all that one witness has to do for one checkpoint: well below the second that a checkpoint may be old. */
const WITNESS_TIMEOUT_MS = 500;

/** The ledger's key and name: the same wherever the ledger is opened. */
export async function openIdentity(keyFile: string, name: string | undefined): Promise<Result<LogIdentity>> {
  const signer = await openKeyFile(keyFile);
  if (!signer.ok) return signer;
  let keyName: KeyName | undefined;
  if (name !== undefined) {
    const parsed = parseKeyName(name);
    if (!parsed.ok) return parsed;
    keyName = parsed.value;
  }
  return ok(logIdentity(signer.value, keyName));
}

/** Whom to ask to cosign; nobody without a policy. */
export async function openWitnessing(policyFile: string | undefined): Promise<Result<Witnessing>> {
  if (policyFile === undefined) return ok({ witnesses: [], quorum: { kind: 'none' } });
  const parsed = await readPolicy(policyFile);
  if (!parsed.ok) return parsed;
  const { witnesses, quorum } = parsed.value;
  return ok({
    quorum,
    // One without an address may be in a quorum all the same: it is asked by others.
    witnesses: witnesses.flatMap(({ key, url }) =>
      url === undefined ? [] : [createHttpWitnessClient({ url, key, timeoutMs: WITNESS_TIMEOUT_MS })],
    ),
  });
}

export async function readPolicy(path: string): Promise<Result<LedgerPolicy>> {
  const bytes = await readFile(path).catch((error: unknown) => String(error));
  return typeof bytes === 'string'
    ? refuse('policy-malformed', `${path} cannot be read: ${bytes}`)
    : parsePolicy(bytes);
}

export interface OpenedPlace {
  readonly store: LedgerStore;
  /** Where batches are accepted, unless as objects of the store. */
  readonly intake?: IntakeLog;
  readonly acquireLease: AcquireLease;
}

/** Storage, and the right to write to it. @throws {LedgerUnavailable} for an object store that a ledger would not be safe in */
export async function openPlace(
  place: LedgerPlace,
  lease: { readonly databaseUrl: string | undefined; readonly ledger: string },
): Promise<OpenedPlace> {
  const { databaseUrl, ledger } = lease;
  const amongMachines = databaseUrl === undefined ? [] : [createPostgresLease({ databaseUrl, ledger })];
  switch (place.kind) {
    case 'files': {
      const onMachine = createFileLease(place.directory);
      return {
        store: createLedgerFiles(place.directory),
        intake: createIntakeSegments(place.directory),
        acquireLease: allOf([onMachine, ...amongMachines]),
      };
    }
    case 's3': {
      const store = await openS3(place);
      return { store, acquireLease: allOf([probing(store), ...amongMachines]) };
    }
    default:
      return never(place);
  }
}

/** For whoever only reads. */
export async function openReader(place: LedgerPlace): Promise<LedgerStoreReader> {
  return place.kind === 'files' ? createLedgerFilesReader(place.directory) : openS3(place);
}

async function openS3({ url, region, keyFile }: Extract<LedgerPlace, { kind: 's3' }>): Promise<LedgerStore> {
  const [accessKeyId = '', secretAccessKey = ''] = (await readFile(keyFile, 'utf8')).trim().split(/\s+/);
  return createLedgerS3({ url, region, accessKeyId, secretAccessKey });
}

/** Conditional writes are all that keeps two sequencers apart where there is no lock: they are tried before each term. */
function probing(store: LedgerStore): AcquireLease {
  return async () => {
    await probeConditionalWrites(store);
    return { holder: 'conditional writes', check: async () => {}, release: async () => {} };
  };
}

/** Held when all are; in their order. */
function allOf(leases: readonly AcquireLease[]): AcquireLease {
  return async () => {
    const held: SequencerLease[] = [];
    const release = async (): Promise<void> => {
      for (const lease of held.toReversed()) await lease.release();
    };
    try {
      for (const acquire of leases) {
        const lease = await acquire();
        if (lease === undefined) {
          await release();
          return undefined;
        }
        held.push(lease);
      }
    } catch (error) {
      await release();
      throw error;
    }
    return {
      holder: held.map(({ holder }) => holder).join(', '),
      async check() {
        for (const lease of held) await lease.check();
      },
      release,
    };
  };
}
