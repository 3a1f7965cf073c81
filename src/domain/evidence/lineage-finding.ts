import type { ParseBundle } from '#domain/constitution/bundle.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import type { KeptConstitution } from '#domain/constitution/registry.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import { verifyAmendment } from '#domain/constitution/verify-amendment.ts';
import { decodeUtf8 } from '#domain/ledger/text.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { type BundleFiles, constitutionFile } from './bundle.ts';

/** Whom the auditor believes to be the founders: they sign number 1, and every later one is signed by those whom its parent names. */
export interface LineageTrust {
  readonly founders: Signers;
  readonly parseBundle: ParseBundle;
}

export interface LineageFinding {
  readonly part: 'lineage';
  readonly state: 'proved' | 'open' | 'false';
  readonly code: string;
  readonly text: string;
}

/** Constitutions of one bundle: more than anybody amends in a span, and a bound for a file that names itself as its parent. */
const LINEAGE_LENGTH_MAX = 10_000;

/** Whether each of these constitutions descends from the genesis by amendments that were signed by those who may. */
export function lineageFinding(
  files: BundleFiles,
  digests: readonly string[],
  trust: LineageTrust | undefined,
): LineageFinding {
  const part = 'lineage';
  if (trust === undefined) {
    const text = 'Who signed the constitutions was not checked: no founders were given.';
    return { part, state: 'open', code: 'founders-unknown', text };
  }
  for (const digest of digests) {
    const verified = verifyChain(files, digest, trust);
    if (verified.ok) continue;
    const { code, message } = verified.refusal;
    const state = code === 'lineage-missing' ? 'open' : 'false';
    return { part, state, code, text: `Of constitution ${digest.slice(0, 16)}…: ${message}` };
  }
  const text =
    'Each constitution descends from the genesis, and was signed by as many as its parent asks for; the first by the founders that you gave.';
  return { part, state: 'proved', code: 'signed-by-parents', text };
}

function verifyChain(files: BundleFiles, digest: string, { founders, parseBundle }: LineageTrust): Result<undefined> {
  const chain = ancestry(files, digest, parseBundle);
  if (!chain.ok) return chain;
  let parent: Parameters<typeof verifyAmendment>[1] = { founders };
  for (const kept of chain.value) {
    const verified = verifyAmendment(kept, parent, parseBundle);
    if (!verified.ok) return verified;
    parent = verified.value;
  }
  return ok(undefined);
}

/** From number 1 on. That each file has its digest is for `constitutions` to say, and is needed here: parents are named by it. */
function ancestry(files: BundleFiles, digest: string, parseBundle: ParseBundle): Result<readonly KeptConstitution[]> {
  const chain: KeptConstitution[] = [];
  for (let next = digest; chain.length < LINEAGE_LENGTH_MAX; ) {
    const bytes = files.get(constitutionFile(next));
    const envelope = files.get(constitutionFile(next, '.envelope'));
    if (bytes === undefined || envelope === undefined) {
      return refuse(
        'lineage-missing',
        `${next.slice(0, 16)}…, which it descends from, is not in the bundle with its signatures.`,
      );
    }
    const parsed = parseBundle(bytes);
    if (!parsed.ok) return parsed;
    chain.unshift({ bytes, envelope: jsonIn(envelope) });
    if (parsed.value.constitution.parent === GENESIS_DIGEST) return ok(chain);
    next = parsed.value.constitution.parent;
  }
  return refuse('lineage-length', `The lineage has more than ${LINEAGE_LENGTH_MAX} constitutions.`);
}

/** What is no JSON is no envelope, which whoever verifies it says. */
function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? '');
  } catch {
    return undefined;
  }
}
