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
  const stray = await refuseStray(folder, ['constitution.yaml', 'schema.cedarschema', 'policies', 'tests']);
  if (!stray.ok) return stray;
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

/** Told apart from what decides by its name: for people only. */
const FOR_PEOPLE = /^\.|\.md$/;

/**
 * What lies in the folder and is not read would be outside of the digest in silence: entities, templates, a policy file that is called
 * otherwise. A folder that is not there is for whoever reads it to tell.
 */
async function refuseStray(
  folder: string,
  isKnown: readonly string[] | ((name: string) => boolean),
): Promise<Result<undefined, 'constitution-unreadable'>> {
  const known = typeof isKnown === 'function' ? isKnown : (name: string) => isKnown.includes(name);
  const entries = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const stray = entries.toSorted().find((name) => !known(name) && !FOR_PEOPLE.test(name));
  if (stray === undefined) return ok(undefined);
  return refuse(
    'constitution-unreadable',
    `${join(folder, stray)} would not be part of the digest: entities, templates and files of other kinds are not supported.`,
  );
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
  const stray = await refuseStray(join(folder, name), (entry) => entry.endsWith(extension));
  if (!stray.ok) return stray;
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
