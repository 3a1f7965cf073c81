import Type from 'typebox';
import type { ApiClient } from '#apps/cli/client.ts';
import type { ConstitutionRegistry } from '#domain/constitution/registry.ts';

const Bundle = Type.Object({ bundle: Type.String(), envelope: Type.Unknown() });

/** What a server keeps, to be verified here: nothing that it says of it is believed. */
export function remoteRegistry(client: ApiClient): Pick<ConstitutionRegistry, 'read'> {
  return {
    async read(digest) {
      const { bundle, envelope } = await client.get(`/v1/constitutions/${digest}`, Bundle);
      return { bytes: Buffer.from(bundle, 'base64'), envelope };
    },
  };
}
