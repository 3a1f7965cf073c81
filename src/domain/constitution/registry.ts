import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import type { Envelope } from '#domain/signature/dsse.ts';

/** Points to one constitution of the lineage. */
export interface Mark {
  readonly number: number;
  readonly digest: ConstitutionDigest;
}

/** As it was found; whoever reads it verifies it. */
export interface KeptConstitution {
  /** The bundle. */
  readonly bytes: Uint8Array;
  /** What should be a DSSE envelope over it. */
  readonly envelope: unknown;
}

/**
 * Where the constitutions of an installation or a node are kept, with what its trust hangs from. It keeps and does not judge:
 * everything read is verified by `loadVerified`, everything added was verified by `verifyAmendment`. Each write is whole and durable
 * before its promise resolves.
 *
 * @throws {RegistryUnavailable} from every call, when it cannot be read or written.
 */
export interface ConstitutionRegistry {
  /** Who sign number 1: the genesis text names nobody. Undefined before the first start. */
  founders(): Promise<Signers | undefined>;
  /** Pins the founders. Once: a second call changes nothing and tells who they are. */
  found(signers: Signers): Promise<Signers>;
  /** All that are kept, in force or not yet: by number, then digest. */
  list(): Promise<readonly Mark[]>;
  read(digest: ConstitutionDigest): Promise<KeptConstitution | undefined>;
  /** What is there already stays as it is. */
  add(kept: Mark & { readonly bytes: Uint8Array; readonly envelope: Envelope }): Promise<void>;
  /** What is in force for everyone whom no roll-out takes out: one pointer, switched as a whole. */
  inForce(): Promise<Mark | undefined>;
  putInForce(mark: Mark): Promise<void>;
  /** The furthest that was ever in force here. It outlives the pointer: an old copy of the registry does not bring an old constitution back. */
  highWater(): Promise<Mark | undefined>;
  /** Never lowers it: a lower number changes nothing. */
  raiseHighWater(mark: Mark): Promise<void>;
}

/** Thrown by the adapter: the disk is full, read-only or broken, or a file of the registry is not what it writes. */
export class RegistryUnavailable extends Error {
  override readonly name = 'RegistryUnavailable';
}
