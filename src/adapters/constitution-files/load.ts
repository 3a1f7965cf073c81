import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from '#adapters/constitution-files/document.ts';
import { parseExamples } from '#adapters/constitution-files/examples.ts';
import {
  type AssembleRefusalCode,
  assembleConstitution,
  type ConstitutionText,
} from '#domain/constitution/assemble.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { Example } from '#domain/constitution/example.ts';
import type { PolicyLanguage } from '#domain/policy/language.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

export type ConstitutionRefusalCode = AssembleRefusalCode | 'constitution-unreadable';

/** A constitution with its examples, which cannot change a decision and are therefore not part of its digest. */
export interface ConstitutionFolder {
  readonly constitution: Constitution;
  readonly examples: readonly Example[];
}

/** Of one file, in bytes: no policy file comes near it. */
const FILE_BYTES_MAX = 1 << 20;
/** Files in one folder. */
const FILE_COUNT_MAX = 1_000;

/**
 * Loads the constitution in a folder: `constitution.yaml`, `schema.cedarschema`, `policies/*.cedar` and `tests/*.yaml`.
 * What `assembleConstitution` does not accept is refused.
 *
 * @throws when the file system fails otherwise than by a missing file.
 */
export async function loadConstitution(
  folder: string,
  language: PolicyLanguage,
): Promise<Result<Constitution, ConstitutionRefusalCode>> {
  const loaded = await loadConstitutionFolder(folder, language);
  return loaded.ok ? ok(loaded.value.constitution) : loaded;
}

export async function loadConstitutionFolder(
  folder: string,
  language: PolicyLanguage,
): Promise<Result<ConstitutionFolder, ConstitutionRefusalCode>> {
  const documentText = await readText(folder, 'constitution.yaml');
  if (!documentText.ok) return documentText;
  const document = parseDocument(documentText.value.text);
  if (!document.ok) return refuse('constitution-document', `constitution.yaml: ${document.refusal.message}`);
  const schema = await readText(folder, 'schema.cedarschema');
  if (!schema.ok) return schema;
  const policyFiles = await readFolder(folder, 'policies', '.cedar');
  if (!policyFiles.ok) return policyFiles;
  const testFiles = await readFolder(folder, 'tests', '.yaml');
  if (!testFiles.ok) return testFiles;
  const examples: Example[] = [];
  for (const file of testFiles.value) {
    const parsed = parseExamples(file.text, file.name);
    if (!parsed.ok) return parsed;
    examples.push(...parsed.value);
  }
  const constitution = assembleConstitution({
    document: document.value,
    schema: schema.value,
    policyFiles: policyFiles.value,
    examples,
    language,
  });
  return constitution.ok ? ok({ constitution: constitution.value, examples }) : constitution;
}

/** The files of `policies` or `tests`, by name. */
export async function readFolder(
  folder: string,
  name: 'policies' | 'tests',
  extension: string,
): Promise<Result<readonly ConstitutionText[], 'constitution-unreadable'>> {
  let entries: readonly string[];
  try {
    entries = await readdir(join(folder, name));
  } catch (error) {
    if (isMissing(error)) return refuse('constitution-unreadable', `There is no folder ${join(folder, name)}.`);
    throw error;
  }
  const names = entries.filter((entry) => entry.endsWith(extension)).sort();
  if (names.length > FILE_COUNT_MAX) {
    return refuse('constitution-unreadable', `${name}: more than ${FILE_COUNT_MAX} files.`);
  }
  const files: ConstitutionText[] = [];
  for (const entry of names) {
    const file = await readText(folder, `${name}/${entry}`);
    if (!file.ok) return file;
    files.push(file.value);
  }
  return ok(files);
}

export async function readText(
  folder: string,
  name: string,
): Promise<Result<ConstitutionText, 'constitution-unreadable'>> {
  const path = join(folder, name);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (isMissing(error)) return refuse('constitution-unreadable', `There is no file ${path}.`);
    throw error;
  }
  if (bytes.byteLength > FILE_BYTES_MAX) {
    return refuse('constitution-unreadable', `${path} is larger than ${FILE_BYTES_MAX} bytes.`);
  }
  try {
    return ok({ name, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) });
  } catch {
    return refuse('constitution-unreadable', `${path} is not UTF-8.`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
