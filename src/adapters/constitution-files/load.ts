import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCedarWasmAuthorizer } from '#adapters/cedar/authorizer.ts';
import { type ParsedPolicy, parsePolicies, validatePolicies } from '#adapters/cedar/policies.ts';
import { parseSchema } from '#adapters/cedar/schema.ts';
import { type Document, parseDocument } from '#adapters/constitution-files/document.ts';
import { parseExamples } from '#adapters/constitution-files/examples.ts';
import type { Constitution, PolicyAnnotations } from '#domain/constitution/constitution.ts';
import { constitutionDigest } from '#domain/constitution/digest.ts';
import type { Example } from '#domain/constitution/example.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import type { JsonObject } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { requestsOf, withApproval } from '#domain/policy/requests.ts';
import { SAMPLE_EFFECTS } from '#domain/policy/sample-effects.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

export type ConstitutionRefusalCode =
  | 'constitution-unreadable'
  | 'constitution-document'
  | 'constitution-schema'
  | 'constitution-policies'
  | 'constitution-examples';

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
 * Loads `constitution.yaml`, `schema.cedarschema`, `policies/*.cedar` and `tests/*.yaml` of a folder. Everything is refused that
 * does not validate strictly, is not explained (`@id`, `@article`, `@reason`), cites an unknown article, or has no example
 * of what it lets through and of what it stops. Whether the examples hold is for `acgs policy test`.
 *
 * @throws when the file system fails otherwise than by a missing file.
 */
export async function loadConstitution(folder: string): Promise<Result<Constitution, ConstitutionRefusalCode>> {
  const loaded = await loadConstitutionFolder(folder);
  return loaded.ok ? ok(loaded.value.constitution) : loaded;
}

export async function loadConstitutionFolder(
  folder: string,
): Promise<Result<ConstitutionFolder, ConstitutionRefusalCode>> {
  const [documentText, schemaText, policyFiles, testFiles] = await Promise.all([
    readText(join(folder, 'constitution.yaml')),
    readText(join(folder, 'schema.cedarschema')),
    readFolder(folder, 'policies', '.cedar'),
    readFolder(folder, 'tests', '.yaml'),
  ]);
  for (const read of [documentText, schemaText, policyFiles, testFiles]) if (!read.ok) return read;
  if (!documentText.ok || !schemaText.ok || !policyFiles.ok || !testFiles.ok) throw new Error('checked above');

  const document = parseDocument(documentText.value);
  if (!document.ok) return refuse('constitution-document', `constitution.yaml: ${document.refusal.message}`);
  const articles = articlesOf(document.value);
  if (!articles.ok) return articles;
  const schema = parseSchema(schemaText.value);
  if (!schema.ok) return refuse('constitution-schema', `schema.cedarschema: ${schema.refusal.message}`);
  const fits = schemaFits(schema.value, document.value.approverRoles);
  if (!fits.ok) return fits;

  const policies = policiesOf(policyFiles.value, document.value, articles.value);
  if (!policies.ok) return policies;
  const valid = validatePolicies(policies.value.policies, schema.value);
  if (!valid.ok) return refuse('constitution-policies', valid.refusal.message);

  const examples: Example[] = [];
  for (const file of testFiles.value) {
    const parsed = parseExamples(file.text, file.name);
    if (!parsed.ok) return parsed;
    examples.push(...parsed.value);
  }
  const shown = everyPolicyIsShown(policies.value.annotations, examples);
  if (!shown.ok) return shown;

  const content = { ...document.value, ...policies.value, schema: schema.value };
  return ok({ constitution: { ...content, digest: constitutionDigest(content) }, examples });
}

function articlesOf(document: Document): Result<ReadonlySet<string>, 'constitution-document'> {
  const numbers = new Set(document.articles.map((article) => article.number));
  if (numbers.size === document.articles.length) return ok(numbers);
  return refuse('constitution-document', 'constitution.yaml: two articles have the same number.');
}

/** Every request that ACGS will make must be one that this schema knows; a policy could not speak about it otherwise. */
function schemaFits(schema: JsonObject, roles: readonly string[]): Result<undefined, 'constitution-schema'> {
  const authorizer = createCedarWasmAuthorizer({ policies: {}, schema, validateRequests: true });
  const action = { kind: 'shell', workspaceRoots: ['/work'] } as const;
  const principals = [
    { kind: 'agent', id: 'sample' as AgentId, agent: 'custom', teams: ['sample'] },
    { kind: 'operator', id: 'sample' as never },
  ] as const;
  for (const principal of principals) {
    const requests = requestsOf({ action, effects: SAMPLE_EFFECTS, principal, labels: ['read-untrusted'], timeMs: 0 });
    for (const { effect, request } of requests) {
      try {
        authorizer.authorize(request);
        authorizer.authorize(withApproval(request, { role: roles[0] ?? 'nobody', by: 'sample' }));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return refuse('constitution-schema', `schema.cedarschema does not fit the effect "${effect.kind}": ${why}`);
      }
    }
  }
  return ok(undefined);
}

function policiesOf(
  files: readonly TextFile[],
  document: Document,
  articles: ReadonlySet<string>,
): Result<Pick<Constitution, 'policies' | 'annotations'>, 'constitution-policies'> {
  const policies: Record<string, JsonObject> = {};
  const annotations = new Map<PolicyId, PolicyAnnotations>();
  for (const file of files) {
    const parsed = parsePolicies(file.text);
    if (!parsed.ok) return refuse('constitution-policies', `${file.name}: ${parsed.refusal.message}`);
    for (const [index, policy] of parsed.value.entries()) {
      const named = namesOf(policy, articles);
      if (!named.ok)
        return refuse('constitution-policies', `${file.name}, policy ${index + 1}: ${named.refusal.message}`);
      const { id, ...rest } = named.value;
      if (annotations.has(id))
        return refuse('constitution-policies', `${file.name}: a second policy has the id ${id}.`);
      policies[id] = policy.json;
      annotations.set(id, rest);
    }
  }
  if (annotations.size > document.limits.policies) {
    return refuse(
      'constitution-policies',
      `${annotations.size} policies, and the limit is ${document.limits.policies}.`,
    );
  }
  return ok({ policies, annotations });
}

const KNOWN_ANNOTATIONS = new Set(['id', 'article', 'reason', 'advice']);

/** Ids that ACGS gives itself, or that JavaScript would take for something else. */
const RESERVED_IDS = new Set(['default-deny', 'evaluation-error', 'limit', 'constructor']);

function namesOf(
  policy: ParsedPolicy,
  articles: ReadonlySet<string>,
): Result<PolicyAnnotations & { readonly id: PolicyId }, 'policy-unnamed'> {
  const { id, article, reason, advice } = policy.annotations;
  if (id === undefined || !/^[a-z][a-z0-9-]{0,62}$/.test(id) || RESERVED_IDS.has(id)) {
    return refuse('policy-unnamed', 'it needs an @id of small letters, digits and hyphens, which is not reserved.');
  }
  const unknown = Object.keys(policy.annotations).find((name) => !KNOWN_ANNOTATIONS.has(name));
  if (unknown !== undefined) return refuse('policy-unnamed', `${id} has an unknown annotation @${unknown}.`);
  if (!reason) return refuse('policy-unnamed', `${id} has no @reason.`);
  if (article === undefined || !articles.has(article)) {
    return refuse(
      'policy-unnamed',
      `${id} cites ${article === undefined ? 'no @article' : `the unknown article ${article}`}.`,
    );
  }
  return ok({ id: id as PolicyId, article, reason, ...(advice ? { advice } : {}) });
}

function everyPolicyIsShown(
  annotations: ReadonlyMap<PolicyId, PolicyAnnotations>,
  examples: readonly Example[],
): Result<undefined, 'constitution-examples'> {
  const unknown = examples.find((example) => !annotations.has(example.policy));
  if (unknown) return refuse('constitution-examples', `${unknown.at}: there is no policy ${unknown.policy}.`);
  for (const id of annotations.keys()) {
    const own = examples.filter((example) => example.policy === id);
    if (!own.some((example) => example.expected.verdict === 'allow')) {
      return refuse('constitution-examples', `${id} has no example of what is allowed.`);
    }
    if (!own.some((example) => example.expected.verdict !== 'allow')) {
      return refuse('constitution-examples', `${id} has no example of what is refused.`);
    }
  }
  return ok(undefined);
}

interface TextFile {
  /** Relative to the constitution's folder. */
  readonly name: string;
  readonly text: string;
}

async function readFolder(
  folder: string,
  name: string,
  extension: string,
): Promise<Result<readonly TextFile[], 'constitution-unreadable'>> {
  let entries: readonly string[];
  try {
    entries = await readdir(join(folder, name));
  } catch (error) {
    if (isMissing(error)) return refuse('constitution-unreadable', `There is no folder ${join(folder, name)}.`);
    throw error;
  }
  const names = entries.filter((entry) => entry.endsWith(extension)).sort();
  if (names.length > FILE_COUNT_MAX)
    return refuse('constitution-unreadable', `${name}: more than ${FILE_COUNT_MAX} files.`);
  const files: TextFile[] = [];
  for (const entry of names) {
    const text = await readText(join(folder, name, entry));
    if (!text.ok) return text;
    files.push({ name: `${name}/${entry}`, text: text.value });
  }
  return ok(files);
}

async function readText(path: string): Promise<Result<string, 'constitution-unreadable'>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (isMissing(error)) return refuse('constitution-unreadable', `There is no file ${path}.`);
    throw error;
  }
  if (bytes.byteLength > FILE_BYTES_MAX)
    return refuse('constitution-unreadable', `${path} is larger than ${FILE_BYTES_MAX} bytes.`);
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return refuse('constitution-unreadable', `${path} is not UTF-8.`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
