import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { parseSigners } from '#adapters/constitution-registry/signers-form.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { Signers } from '#domain/constitution/sections.ts';

/** The bundle that `acgs constitution build` has written. Ends the command where it is none. */
export async function readBundleFile(
  io: CliIo,
  file: string,
): Promise<{ readonly bytes: Uint8Array; readonly constitution: Constitution }> {
  const bytes = await read(io, file);
  const bundle = parseBundle(bytes);
  if (!bundle.ok) throw failure(EXIT.usage, `${file}: ${bundle.refusal.message}`);
  return { bytes, constitution: bundle.value.constitution };
}

/** A file that holds JSON; what it means is for the caller. */
export async function readJsonFile(io: CliIo, file: string): Promise<unknown> {
  const text = await read(io, file);
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    throw failure(EXIT.usage, `${file} is not JSON`);
  }
}

export async function readSignersFile(io: CliIo, file: string): Promise<Signers> {
  const signers = parseSigners(await readJsonFile(io, file));
  if (!signers.ok) throw failure(EXIT.usage, `${file}: ${signers.refusal.message}`);
  return signers.value;
}

export async function read(io: CliIo, file: string): Promise<Buffer> {
  try {
    return await readFile(resolve(io.cwd, file));
  } catch (error) {
    throw failure(EXIT.usage, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
