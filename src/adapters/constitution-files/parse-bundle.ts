import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { CompleteDocument } from '#adapters/constitution-files/document.ts';
import { BUNDLE_BYTES_MAX, type Bundle } from '#domain/constitution/bundle.ts';
import { checkDocument } from '#domain/constitution/check-document.ts';
import type { Constitution, ConstitutionDigest, PolicyAnnotations } from '#domain/constitution/constitution.ts';
import { CONSTITUTION_FORMAT_VERSION } from '#domain/constitution/digest.ts';
import { canonicalJson, type JsonObject, type JsonValue, sha256Hex } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

const closed = { additionalProperties: false } as const;

const Annotations = Type.Object(
  { id: Type.String(), article: Type.String(), reason: Type.String(), advice: Type.Optional(Type.String()) },
  closed,
);

const BundleForm = Type.Object(
  {
    ...CompleteDocument.properties,
    format: Type.Literal(CONSTITUTION_FORMAT_VERSION),
    actionVersion: Type.Integer({ minimum: 1 }),
    effectCatalogueVersion: Type.Integer({ minimum: 1 }),
    schema: Type.Record(Type.String(), Type.Unknown()),
    policies: Type.Record(
      Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' }),
      Type.Object(
        { effect: Type.Enum(['permit', 'forbid']), annotations: Annotations },
        { additionalProperties: true },
      ),
    ),
    // What a folder cannot give, a bundle cannot smuggle in.
    templates: Type.Object({}, closed),
    entities: Type.Array(Type.Unknown(), { maxItems: 0 }),
  },
  closed,
);

const bundleForm = Compile(BundleForm);

/**
 * Reads a bundle without Cedar. Whatever is not the canonical form of what was read is refused: other white space, a key given
 * twice, a number written in another way, a byte order mark.
 */
export function parseBundle(bytes: Uint8Array): Result<Bundle, 'bundle-malformed'> {
  if (bytes.byteLength > BUNDLE_BYTES_MAX) return malformed(`it is larger than ${BUNDLE_BYTES_MAX} bytes`);
  const value = parseCanonical(bytes);
  if (value === undefined) return malformed('it is not JSON in RFC 8785 form');
  if (!bundleForm.Check(value)) {
    const [first] = bundleForm.Errors(value).toReversed();
    return malformed(`${first?.instancePath ?? ''} ${first?.message ?? 'is not what is expected'}`);
  }
  const { format: _, actionVersion, effectCatalogueVersion, templates: _none, entities: _neither, ...content } = value;
  // JSON that was checked above: the policies and the schema are Cedar's, and are read by the policy engine.
  const document = content as unknown as Omit<Constitution, 'digest' | 'annotations'>;
  const consistent = checkDocument(document);
  if (!consistent.ok) return malformed(consistent.refusal.message);
  const annotations = new Map<PolicyId, PolicyAnnotations>();
  for (const [name, { annotations: given }] of Object.entries(value.policies)) {
    const { id, ...shown } = given;
    if (id !== name) return malformed(`the policy ${name} says that its id is ${id}`);
    annotations.set(name as PolicyId, shown); // its form was checked above
  }
  const digest = sha256Hex(bytes) as ConstitutionDigest; // of the canonical bytes: this is what a digest is
  return ok({ constitution: { ...document, annotations, digest }, actionVersion, effectCatalogueVersion });
}

function parseCanonical(bytes: Uint8Array): JsonObject | undefined {
  const text = decode(bytes);
  if (text === undefined) return undefined;
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return isCanonical(value, text) ? (value as JsonObject) : undefined; // neither null nor a list, as checked
}

function isCanonical(value: JsonValue, text: string): boolean {
  try {
    return canonicalJson(value) === text;
  } catch (error) {
    // A lone surrogate in an escape: JSON can carry it, RFC 8785 cannot.
    if (error instanceof Error) return false;
    throw error;
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function malformed(why: string) {
  return refuse('bundle-malformed', `This is not the bundle of a constitution: ${why}.`);
}
