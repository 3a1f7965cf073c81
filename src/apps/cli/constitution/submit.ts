import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import Type from 'typebox';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { AmendmentAnswer } from '#apps/cli/constitution/amendment-form.ts';
import { describeAmendment } from '#apps/cli/constitution/amendment-text.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { parseEnvelope } from '#domain/signature/dsse.ts';

const Bundle = Type.Object({ bundle: Type.String(), digest: Type.String() });

/** `acgs constitution fetch`: the bytes that signers sign; nobody signs what they have not got. */
export function createFetchCommand(io: CliIo): Command {
  const command = new Command('fetch')
    .argument('<amendment>', 'its id')
    .argument('<file>', 'where to write its bundle')
    .description('get the bundle of an amendment, to sign it');
  return withClientOptions(command).action(async (id: string, file: string, options: ClientOptions) => {
    const client = await createClient(io, options);
    const { bundle, digest } = await client.get(`/v1/amendments/${encodeURIComponent(id)}/bundle`, Bundle);
    await writeFile(resolve(io.cwd, file), Buffer.from(bundle, 'base64'));
    io.out(`${digest}\n`);
  });
}

/** `acgs constitution submit`: the envelope with all signatures. It may then be rolled out. */
export function createSubmitCommand(io: CliIo): Command {
  const command = new Command('submit')
    .argument('<amendment>', 'its id')
    .argument('<envelope>', 'the file that "acgs constitution sign" has written')
    .description('hand in the signatures of an amendment that was passed')
    .option('--json', 'machine-readable output');
  return withClientOptions(command).action(
    async (id: string, file: string, options: ClientOptions & { readonly json?: true }) => {
      const envelope = await readEnvelope(resolve(io.cwd, file));
      const client = await createClient(io, options);
      const signed = await client.post(
        `/v1/amendments/${encodeURIComponent(id)}/signatures`,
        { envelope: { ...envelope, signatures: envelope.signatures.map((signature) => ({ ...signature })) } },
        AmendmentAnswer,
      );
      io.out(options.json === true ? `${JSON.stringify(signed)}\n` : describeAmendment(signed));
    },
  );
}

async function readEnvelope(path: string) {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw failure(EXIT.usage, `${path} cannot be read: ${String(error)}`);
  }
  const envelope = parseEnvelope(value);
  if (!envelope.ok) throw failure(EXIT.usage, `${path}: ${envelope.refusal.message}`);
  return envelope.value;
}
