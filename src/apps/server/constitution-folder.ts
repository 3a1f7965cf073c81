import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import Type from 'typebox';
import Value from 'typebox/value';
import { folderFingerprint } from '#adapters/constitution-files/fingerprint.ts';
import { buildFolder } from '#apps/server/constitution-in-force.ts';
import type { VerifiedLineage } from '#domain/constitution/load-verified.ts';
import { ok, type Refusal, type Result } from '#domain/result.ts';

/** What the folder in `ACGS_CONSTITUTION` is, once there is a registry: never what decides. */
export type FolderFinding =
  | { readonly kind: 'in-force' }
  /** It was in force before. */
  | { readonly kind: 'earlier'; readonly number: number }
  /** A draft that nobody has enacted here. */
  | { readonly kind: 'different'; readonly digest: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Holds the folder against what is in force. It neither wins (what is in force changes by amendments only) nor is passed over in
 * silence: whoever edits it must learn that their edit does not count yet, and what to do.
 */
export async function compareFolder(deps: {
  readonly folder: string;
  readonly home: string;
  readonly lineage: VerifiedLineage;
}): Promise<FolderFinding> {
  const { chain, inForce } = deps.lineage;
  const digest = await digestOf(deps.folder, join(deps.home, 'constitutions', 'folder.json'));
  if (!digest.ok) return { kind: 'refused', refusal: digest.refusal };
  if (digest.value === inForce.constitution.digest) return { kind: 'in-force' };
  const earlier = chain.find(({ constitution }) => constitution.digest === digest.value);
  return earlier === undefined
    ? { kind: 'different', digest: digest.value }
    : { kind: 'earlier', number: earlier.constitution.number };
}

/** Once after the start: what the folder is that the operator has named, beside what is in force. */
export interface FolderEvent {
  readonly kind: 'constitution-folder';
  readonly folder: string;
  /** Number. */
  readonly inForce: number;
  readonly finding: FolderFinding;
}

/** Does not hold the start up, and what it finds decides nothing. */
export function tellOfFolder(deps: {
  readonly folder: string;
  readonly home: string;
  readonly lineage: VerifiedLineage;
  readonly onEvent: (event: FolderEvent) => void;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
}): void {
  const { folder, lineage } = deps;
  const inForce = lineage.inForce.constitution.number;
  void compareFolder(deps).then(
    (finding) => deps.onEvent({ kind: 'constitution-folder', folder, inForce, finding }),
    (error: unknown) => deps.log.warn({ err: error }, 'the folder of the constitution could not be compared'),
  );
}

/** One line for the operator; undefined where there is nothing to tell. */
export function folderMessage(finding: FolderFinding, folder: string, inForce: number): string | undefined {
  switch (finding.kind) {
    case 'in-force':
      return undefined;
    case 'earlier':
      return `The folder ${folder} is number ${finding.number} of the lineage; number ${inForce} is in force.`;
    case 'different':
      return (
        `The folder ${folder} differs from number ${inForce}, which is in force, and decides nothing. ` +
        `"acgs constitution diff ${folder}" shows how, "acgs constitution propose ${folder}" asks for it.`
      );
    case 'refused':
      return `The folder ${folder} is refused [${finding.refusal.code}] and decides nothing; number ${inForce} is in force: ${finding.refusal.message}`;
  }
}

const Stamp = Type.Object({ fingerprint: Type.String(), digest: Type.String() });

/** Building needs Cedar and a second; so the answer is kept for as long as the texts stay the same. It decides about a message only. */
async function digestOf(folder: string, stampFile: string): Promise<Result<string>> {
  const fingerprint = await folderFingerprint(folder);
  if (!fingerprint.ok) return fingerprint;
  const stamp = await readStamp(stampFile);
  if (stamp?.fingerprint === fingerprint.value) return ok(stamp.digest);
  const built = await buildFolder(folder);
  if (!built.ok) return built;
  const { digest } = built.value;
  await writeFile(stampFile, `${JSON.stringify({ fingerprint: fingerprint.value, digest })}\n`, { mode: 0o600 });
  return ok(digest);
}

async function readStamp(file: string) {
  try {
    const stamp: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Value.Check(Stamp, stamp) ? stamp : undefined;
  } catch {
    return undefined;
  }
}
