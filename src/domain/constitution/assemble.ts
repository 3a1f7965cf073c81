import { checkDocument } from '#domain/constitution/check-document.ts';
import type { Constitution, ConstitutionDocument, PolicyAnnotations } from '#domain/constitution/constitution.ts';
import { constitutionDigest } from '#domain/constitution/digest.ts';
import type { Example } from '#domain/constitution/example.ts';
import { schemaFits } from '#domain/constitution/schema-fits.ts';
import type { JsonObject } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { ParsedPolicy, PolicyLanguage } from '#domain/policy/language.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

export type AssembleRefusalCode =
  | 'constitution-document'
  | 'constitution-schema'
  | 'constitution-policies'
  | 'constitution-examples';

/** A file of the constitution's folder; `name` is for telling where something stands. */
export interface ConstitutionText {
  readonly name: string;
  readonly text: string;
}

/**
 * Makes a constitution of its parts. Everything is refused that does not validate strictly, is not explained (`@id`,
 * `@article`, `@reason`), cites an unknown article, or has no example of what it lets through and of what it stops.
 * Whether the examples hold is for `acgs policy test`.
 */
export function assembleConstitution(parts: {
  readonly document: ConstitutionDocument;
  readonly schema: ConstitutionText;
  readonly policyFiles: readonly ConstitutionText[];
  readonly examples: readonly Example[];
  readonly language: PolicyLanguage;
}): Result<Constitution, AssembleRefusalCode> {
  const { document, language } = parts;
  const consistent = checkDocument(document);
  if (!consistent.ok) return consistent;
  const articles = new Set(document.articles.map((article) => article.number));
  const schema = language.parseSchema(parts.schema.text);
  if (!schema.ok) return refuse('constitution-schema', `${parts.schema.name}: ${schema.refusal.message}`);
  const fits = schemaFits(schema.value, language);
  if (!fits.ok) return fits;
  const named = policiesOf(parts.policyFiles, articles, language);
  if (!named.ok) return named;
  const { policies, annotations } = named.value;
  if (annotations.size > document.limits.policies) {
    const counts = `${annotations.size} policies, and the limit is ${document.limits.policies}.`;
    return refuse('constitution-policies', counts);
  }
  const valid = language.validate(policies, schema.value);
  if (!valid.ok) return refuse('constitution-policies', valid.refusal.message);
  const shown = everyPolicyIsShown(annotations, parts.examples);
  if (!shown.ok) return shown;
  const content = { ...document, policies, annotations, schema: schema.value };
  return ok({ ...content, digest: constitutionDigest(content) });
}

function policiesOf(
  files: readonly ConstitutionText[],
  articles: ReadonlySet<string>,
  language: PolicyLanguage,
): Result<Pick<Constitution, 'policies' | 'annotations'>, 'constitution-policies'> {
  const policies: Record<string, JsonObject> = {};
  const annotations = new Map<PolicyId, PolicyAnnotations>();
  for (const file of files) {
    const parsed = language.parsePolicies(file.text);
    if (!parsed.ok) return refuse('constitution-policies', `${file.name}: ${parsed.refusal.message}`);
    for (const [index, policy] of parsed.value.entries()) {
      const names = namesOf(policy, articles);
      if (!names.ok) {
        return refuse('constitution-policies', `${file.name}, policy ${index + 1}: ${names.refusal.message}`);
      }
      const { id, ...rest } = names.value;
      if (annotations.has(id)) {
        return refuse('constitution-policies', `${file.name}: a second policy has the id ${id}.`);
      }
      policies[id] = policy.json;
      annotations.set(id, rest);
    }
  }
  return ok({ policies, annotations });
}

const KNOWN_ANNOTATIONS = new Set(['id', 'article', 'reason', 'advice']);

/** Ids that ACGS gives itself, and one that every JavaScript object has. */
const RESERVED_IDS = new Set(['default-deny', 'evaluation-error', 'limit', 'constructor']);

function namesOf(
  policy: ParsedPolicy,
  articles: ReadonlySet<string>,
): Result<PolicyAnnotations & { readonly id: PolicyId }, 'policy-unnamed'> {
  const { id, article, reason, advice } = policy.annotations;
  if (!isPolicyId(id)) {
    return refuse('policy-unnamed', 'It needs an @id of small letters, digits and hyphens, which is not reserved.');
  }
  const unknown = Object.keys(policy.annotations).find((name) => !KNOWN_ANNOTATIONS.has(name));
  if (unknown !== undefined) return refuse('policy-unnamed', `${id} has an unknown annotation @${unknown}.`);
  if (!reason) return refuse('policy-unnamed', `${id} has no @reason.`);
  if (article === undefined || !articles.has(article)) {
    const cited = article === undefined ? 'no @article' : `the unknown article ${article}`;
    return refuse('policy-unnamed', `${id} cites ${cited}.`);
  }
  return ok({ id, article, reason, ...(advice ? { advice } : {}) });
}

function isPolicyId(id: string | undefined): id is PolicyId {
  return id !== undefined && /^[a-z][a-z0-9-]{0,62}$/.test(id) && !RESERVED_IDS.has(id);
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
