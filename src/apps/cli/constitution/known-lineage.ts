import Type from 'typebox';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { createFileRegistry } from '#adapters/constitution-registry/file-registry.ts';
import { parseSigners } from '#adapters/constitution-registry/signers-form.ts';
import { type ApiClient, type ClientOptions, createClient } from '#apps/cli/client.ts';
import { readSignersFile } from '#apps/cli/constitution/files.ts';
import { remoteRegistry } from '#apps/cli/constitution/remote-registry.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { loadVerified, type VerifiedLineage, verifyLineage } from '#domain/constitution/load-verified.ts';
import { RegistryUnavailable } from '#domain/constitution/registry.ts';
import type { Signers } from '#domain/constitution/sections.ts';

export interface LineageOptions extends ClientOptions {
  /** File with the founders whom the reader believes to be the right ones. */
  readonly founders?: string;
}

export interface KnownLineage {
  readonly lineage: VerifiedLineage;
  /** Where it was read, and whose word the founders are. */
  readonly source: string;
  readonly foundersFrom: 'pinned' | 'server';
}

const SignersForm = Type.Object({
  threshold: Type.Integer(),
  keys: Type.Array(Type.Object({ name: Type.String(), publicKey: Type.String() }, { additionalProperties: true })),
});
const Lineage = Type.Object(
  {
    founders: SignersForm,
    constitutions: Type.Array(
      Type.Object({ digest: Type.String(), inForce: Type.Boolean() }, { additionalProperties: true }),
    ),
  },
  { additionalProperties: true },
);

/**
 * The lineage of this installation from its registry, or of a server when one is named; verified here and from the bytes either way.
 * Ends the command where it does not verify.
 */
export async function knownLineage(io: CliIo, options: LineageOptions): Promise<KnownLineage> {
  return options.server === undefined ? ownLineage(io, options) : lineageOfServer(io, options);
}

async function ownLineage(io: CliIo, options: LineageOptions): Promise<KnownLineage> {
  const home = stateFolder(io);
  const files = createFileRegistry(home);
  const given = options.founders === undefined ? undefined : await readSignersFile(io, options.founders);
  const registry = given === undefined ? files : { ...files, founders: async () => given };
  const verified = await loadVerified({ registry, parseBundle }).catch((error: unknown) => {
    if (error instanceof RegistryUnavailable) throw failure(EXIT.unavailable, error.message);
    throw error;
  });
  if (verified.ok) return { lineage: verified.value, source: home, foundersFrom: 'pinned' };
  const { code, message } = verified.refusal;
  if (code === 'registry-empty') {
    throw failure(
      EXIT.unavailable,
      `there is no installation in ${home}: set ACGS_HOME, or name a server with --server`,
    );
  }
  throw failure(EXIT.refused, `the lineage in ${home} is refused [${code}]: ${message}`);
}

async function lineageOfServer(io: CliIo, options: LineageOptions): Promise<KnownLineage> {
  const client = await createClient(io, options);
  const told = await client.get('/v1/lineage', Lineage);
  const inForce = told.constitutions.find((one) => one.inForce);
  if (inForce === undefined) throw failure(EXIT.unavailable, `${client.base} does not say what is in force`);
  const founders =
    options.founders === undefined ? foundersOf(told.founders, client) : await readSignersFile(io, options.founders);
  const digest = inForce.digest as ConstitutionDigest; // of what is not kept there nothing is found
  const verified = await verifyLineage(digest, founders, { registry: remoteRegistry(client), parseBundle });
  if (!verified.ok) {
    const { code, message } = verified.refusal;
    throw failure(EXIT.refused, `the lineage of ${client.base} is refused [${code}]: ${message}`);
  }
  return {
    lineage: verified.value,
    source: client.base,
    foundersFrom: options.founders === undefined ? 'server' : 'pinned',
  };
}

function foundersOf(told: Type.Static<typeof SignersForm>, client: ApiClient): Signers {
  const keys = told.keys.map(({ name, publicKey }) => ({ name, publicKey }));
  const founders = parseSigners({ threshold: told.threshold, keys });
  if (!founders.ok)
    throw failure(EXIT.unavailable, `${client.base} names founders that are none: ${founders.refusal.message}`);
  return founders.value;
}
