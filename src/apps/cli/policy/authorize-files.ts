import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { parseExactJson } from '#adapters/policy-engine/exact-json.ts';
import { readPolicyText, readSchemaText } from '#adapters/policy-engine/policy-text.ts';
import { failure } from '#apps/cli/failure.ts';
import { EXIT } from '#apps/cli/io.ts';
import type { Entity } from '#domain/policy/authorization.ts';
import type { PreparedRequest } from '#domain/policy/engine/authorizer.ts';
import type { CompileInput, TemplateLink } from '#domain/policy/engine/compile.ts';
import { isObject, type JsonLike } from '#domain/policy/engine/policy-form.ts';

/** Policies, data and requests, read from files. */
export interface AuthorizeCase {
  readonly name: string;
  readonly policySet: Pick<CompileInput, 'policies' | 'templates' | 'templateLinks'>;
  readonly schema?: JsonLike;
  readonly entities: readonly Entity[];
  readonly requests: readonly AuthorizeRequest[];
}

export interface AuthorizeRequest {
  readonly request: PreparedRequest;
  readonly expected?: Expected;
}

/** What a request says it expects. */
export interface Expected {
  readonly decision?: 'allow' | 'deny';
  readonly reason?: readonly string[];
  readonly errors?: readonly string[];
}

interface CaseFiles {
  readonly name: string;
  readonly policies: string;
  readonly schema?: string;
  readonly entities?: string;
  readonly requests: string;
}

/** Bytes of one file: 60,000 requests with a context each are some tens of megabytes. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;

/** Reads one case from its files. What is wrong with one of them ends the command with exit code 2. */
export async function readCase(files: CaseFiles): Promise<AuthorizeCase> {
  const requests = await readRequests(files.requests);
  return assemble(files, requests.map(requestOf));
}

/**
 * Reads every case below a folder: JSON files with `requests`, and paths of `policies`, `entities` and `schema` that are
 * relative to that folder or one between it and the file.
 */
export async function readSuite(folder: string): Promise<readonly AuthorizeCase[]> {
  const names = await listFiles(folder);
  const found = new Set(names);
  const cases: AuthorizeCase[] = [];
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const file = join(folder, name);
    const json = await readJson(file);
    if (!isObject(json) || json.requests === undefined) continue;
    const path = (member: string) => locate(json[member], file, folder, found, member);
    const [policies, schema, entities] = [path('policies'), path('schema'), path('entities')];
    if (policies === undefined) throw failure(EXIT.usage, `${file} names no policies`);
    const requests = listOf(json.requests, file).map(requestOf);
    cases.push(
      await assemble(
        {
          name,
          policies,
          requests: file,
          ...(schema === undefined ? {} : { schema }),
          ...(entities === undefined ? {} : { entities }),
        },
        requests,
      ),
    );
  }
  return cases;
}

async function listFiles(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder, { recursive: true })).toSorted();
  } catch (error) {
    throw failure(EXIT.usage, `cannot read the folder ${folder}: ${messageOf(error)}`);
  }
}

/** The file that a case means by a relative path: looked for from the case's own folder up to the suite's. */
function locate(
  named: JsonLike | undefined,
  file: string,
  folder: string,
  found: ReadonlySet<string>,
  what: string,
): string | undefined {
  if (named === undefined || named === null || named === '') return undefined;
  if (typeof named === 'string')
    for (let base = dirname(file); ; base = dirname(base)) {
      const candidate = resolve(base, named);
      if (found.has(relative(folder, candidate))) return candidate;
      if (base === folder || base === dirname(base)) break;
    }
  throw failure(EXIT.usage, `${file}: there is no ${what} ${JSON.stringify(named)} below ${folder}`);
}

async function assemble(files: CaseFiles, requests: readonly AuthorizeRequest[]): Promise<AuthorizeCase> {
  const entities = files.entities === undefined ? [] : listOf(await readJson(files.entities), files.entities);
  return {
    name: files.name,
    policySet: await readPolicies(files.policies),
    ...(files.schema === undefined ? {} : { schema: await readSchema(files.schema) }),
    // What is in them is checked by the engine, which refuses the requests if it is not Cedar's form.
    entities: entities as readonly unknown[] as readonly Entity[],
    requests,
  };
}

async function readPolicies(file: string): Promise<AuthorizeCase['policySet']> {
  if (!file.endsWith('.json')) {
    const policies = readPolicyText(await readText(file));
    if (!policies.ok) throw failure(EXIT.usage, `${file}: ${policies.refusal.message}`);
    return { policies: policies.value };
  }
  const json = await readJson(file);
  if (!isObject(json)) throw failure(EXIT.usage, `${file} is not a policy set`);
  const { staticPolicies = {}, templates = {}, templateLinks = [] } = json;
  if (!isObject(staticPolicies) || !isObject(templates))
    throw failure(EXIT.usage, `${file}: policies and templates are objects, by id`);
  return {
    policies: staticPolicies,
    templates,
    templateLinks: listOf(templateLinks, file).map((link) => linkOf(link, file)),
  };
}

function linkOf(json: JsonLike, file: string): TemplateLink {
  if (isObject(json) && typeof json.templateId === 'string' && typeof json.newId === 'string' && isObject(json.values))
    return { templateId: json.templateId, newId: json.newId, values: json.values };
  throw failure(EXIT.usage, `${file}: a template link is { templateId, newId, values }`);
}

async function readSchema(file: string): Promise<JsonLike> {
  if (file.endsWith('.json')) return readJson(file);
  const schema = readSchemaText(await readText(file));
  if (!schema.ok) throw failure(EXIT.usage, `${file}: ${schema.refusal.message}`);
  return schema.value;
}

/** A JSON list, or a JSON object a line. */
async function readRequests(file: string): Promise<readonly JsonLike[]> {
  const text = await readText(file);
  if (/^\s*\[/.test(text)) return listOf(parse(text, file), file);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => parse(line, `${file}:${index + 1}`));
}

function requestOf(json: JsonLike): AuthorizeRequest {
  const fields = isObject(json) ? json : {};
  const { principal, action, resource, context = {}, decision, reason, errors } = fields;
  const expected: Expected = {
    ...(decision === 'allow' || decision === 'deny' ? { decision } : {}),
    ...(isIds(reason) ? { reason } : {}),
    ...(isIds(errors) ? { errors } : {}),
  };
  return {
    // Checked by the engine, as the entities are.
    request: { principal, action, resource, context } as unknown as PreparedRequest,
    ...(Object.keys(expected).length === 0 ? {} : { expected }),
  };
}

function isIds(json: JsonLike | undefined): json is readonly string[] {
  return Array.isArray(json) && json.every((id) => typeof id === 'string');
}

function listOf(json: JsonLike, file: string): readonly JsonLike[] {
  if (Array.isArray(json)) return json;
  throw failure(EXIT.usage, `${file}: a list was expected`);
}

async function readJson(file: string): Promise<JsonLike> {
  return parse(await readText(file), file);
}

function parse(text: string, file: string): JsonLike {
  try {
    return parseExactJson(text);
  } catch (error) {
    throw failure(EXIT.usage, `${file}: ${messageOf(error)}`);
  }
}

async function readText(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    if (bytes.byteLength > FILE_BYTES_MAX) throw new Error(`larger than ${FILE_BYTES_MAX} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    throw failure(EXIT.usage, `cannot read ${file}: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
