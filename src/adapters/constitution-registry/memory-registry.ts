import type { ConstitutionRegistry, KeptConstitution, Mark } from '#domain/constitution/registry.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import { sha256Hex } from '#domain/json.ts';

/** A registry that ends with its process: for tests, and held to the contract of the one on disk. */
export function createMemoryRegistry(): ConstitutionRegistry {
  const kept = new Map<string, Mark & KeptConstitution>();
  let founders: Signers | undefined;
  let inForce: Mark | undefined;
  let highWater: Mark | undefined;
  return {
    founders: async () => founders,
    async found(signers) {
      founders ??= signers;
      return founders;
    },
    list: async () =>
      [...kept.values()]
        .map(({ number, digest }) => ({ number, digest }))
        .toSorted((a, b) => a.number - b.number || (a.digest < b.digest ? -1 : 1)),
    async read(digest) {
      const found = kept.get(digest);
      return found === undefined ? undefined : { bytes: found.bytes, envelope: found.envelope };
    },
    async add(one) {
      if (sha256Hex(one.bytes) !== one.digest) throw new Error('a bundle is kept by its own digest');
      if (!kept.has(one.digest)) kept.set(one.digest, { ...one, bytes: Buffer.from(one.bytes) });
    },
    inForce: async () => inForce,
    async putInForce({ number, digest }) {
      inForce = { number, digest };
    },
    highWater: async () => highWater,
    async raiseHighWater({ number, digest }) {
      if (highWater === undefined || highWater.number < number) highWater = { number, digest };
    },
  };
}
