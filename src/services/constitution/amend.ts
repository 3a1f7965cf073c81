import type { AmendmentEvent } from '#domain/amendment/event.ts';
import type { AmendmentId } from '#domain/amendment/ids.ts';
import { type Impact, impactDigest } from '#domain/amendment/impact.ts';
import { type Amendment, type AmendmentRefusalCode, holdsRole } from '#domain/amendment/proceedings.ts';
import type { AssembleRefusalCode } from '#domain/constitution/assemble.ts';
import type { ParseBundle } from '#domain/constitution/bundle.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { ConstitutionTexts, ReadConstitutionTexts } from '#domain/constitution/constitution-texts.ts';
import { canonicalConstitution, constitutionDigest } from '#domain/constitution/digest.ts';
import type { Example } from '#domain/constitution/example.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { ConstitutionRegistry } from '#domain/constitution/registry.ts';
import { canonicalJson } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { Envelope } from '#domain/signature/dsse.ts';
import { type AssessImpact, ImpactBusy } from '#services/constitution/assess-impact.ts';
import { actorOf, type Person } from '#services/constitution/person.ts';
import type { ProceedingsKeeper } from '#services/constitution/proceedings-keeper.ts';

export interface AmendDeps {
  readonly keeper: ProceedingsKeeper;
  readonly governance: Governance;
  readonly registry: ConstitutionRegistry;
  readonly parseBundle: ParseBundle;
  readonly readTexts: ReadConstitutionTexts;
  readonly assessImpact: AssessImpact;
  readonly newId: () => string;
}

type RefusalCode = AmendmentRefusalCode | AssembleRefusalCode | 'impact-busy' | 'rollback-nothing';

/**
 * A draft of the next constitution, from the texts of its folder, with its impact. Nothing is voted on yet.
 * @throws {JournalUnavailable}
 */
export async function draftAmendment(
  deps: AmendDeps,
  request: {
    readonly by: Person;
    readonly title: string;
    readonly emergency: boolean;
    readonly texts: ConstitutionTexts;
  },
): Promise<Result<Amendment, RefusalCode>> {
  // Before the work: whoever may not propose costs nothing.
  const { roles } = deps.keeper.current().inForce?.content.rules ?? {};
  if (roles === undefined || !holdsRole(actorOf(request.by), roles.propose)) {
    return refuse(
      'role-missing',
      `To propose an amendment takes one of the roles: ${roles?.propose.join(', ') ?? ''}.`,
    );
  }
  const read = await deps.readTexts(request.texts);
  if (!read.ok) return read;
  return draft(deps, { ...request, ...read.value, isRollback: false });
}

/**
 * A draft that brings back, under a new number, what was in force before: it waits for its signatures only.
 * @throws {JournalUnavailable, RegistryUnavailable}
 */
export async function draftRollback(
  deps: AmendDeps,
  request: { readonly by: Person; readonly title: string },
): Promise<Result<Amendment, RefusalCode>> {
  const former = deps.keeper.current().inForce?.before?.constitution;
  const kept = former === undefined ? undefined : await deps.registry.read(former.digest);
  const parsed = kept === undefined ? undefined : deps.parseBundle(kept.bytes);
  if (parsed?.ok !== true) {
    return refuse('rollback-nothing', 'No amendment has led to what is in force, so there is nothing to go back to.');
  }
  const { constitution: inForce } = deps.governance.active();
  const { digest: _, ...content } = {
    ...parsed.value.constitution,
    number: inForce.number + 1,
    parent: inForce.digest,
    // Keys are rotated by amendments only.
    signers: inForce.signers,
  };
  const constitution = { ...content, digest: constitutionDigest(content) };
  return draft(deps, { ...request, constitution, examples: [], emergency: false, isRollback: true });
}

async function draft(
  deps: AmendDeps,
  given: {
    readonly by: Person;
    readonly title: string;
    readonly emergency: boolean;
    readonly isRollback: boolean;
    readonly constitution: Constitution;
    readonly examples: readonly Example[];
  },
): Promise<Result<Amendment, RefusalCode>> {
  const { title, emergency, isRollback, constitution } = given;
  let impact: Impact | undefined;
  try {
    impact = isRollback
      ? undefined
      : await deps.assessImpact(deps.governance.active().constitution, constitution, given.examples);
  } catch (error) {
    if (error instanceof ImpactBusy) return refuse('impact-busy', error.message);
    throw error;
  }
  const amendment = deps.newId() as AmendmentId; // minted here, and nowhere else
  const drafted = await deps.keeper.record((at) =>
    ok({
      kind: 'amendment-drafted',
      at,
      amendment,
      by: actorOf(given.by),
      title,
      emergency,
      isRollback,
      bundle: canonicalJson(canonicalConstitution(constitution)),
    }),
  );
  if (!drafted.ok) return drafted;
  if (impact === undefined) return found(deps, amendment);
  const attached = { impact, digest: impactDigest(impact) };
  return step(deps, amendment, { kind: 'impact-attached', amendment, ...attached });
}

/** @throws {JournalUnavailable} */
export function proposeAmendment(deps: AmendDeps, amendment: AmendmentId, by: Person, impact: string) {
  return step(deps, amendment, { kind: 'amendment-proposed', amendment, by: actorOf(by), impact });
}

/** @throws {JournalUnavailable} */
export function withdrawAmendment(deps: AmendDeps, amendment: AmendmentId, by: Person) {
  return step(deps, amendment, { kind: 'amendment-withdrawn', amendment, by: actorOf(by) });
}

/** @throws {JournalUnavailable} */
export function vetoAmendment(deps: AmendDeps, amendment: AmendmentId, by: Person, reason: string) {
  return step(deps, amendment, { kind: 'amendment-vetoed', amendment, by: actorOf(by), reason });
}

/**
 * Takes the signatures of those whom the constitution in force names, and gives the constitution to the registry, from where it is
 * rolled out. The journal first: signatures that are only in the registry would be of nothing that was voted on.
 * @throws {JournalUnavailable, RegistryUnavailable} of which the second leaves it signed; `keepSigned` repeats what was left undone
 */
export async function signAmendment(
  deps: AmendDeps,
  amendment: AmendmentId,
  envelope: Envelope,
): Promise<Result<Amendment, AmendmentRefusalCode>> {
  const signed = await step(deps, amendment, { kind: 'amendment-signed', amendment, envelope });
  if (signed.ok) await keepSigned(deps);
  return signed;
}

/** Every signed constitution is in the registry: also after a crash between the journal and the registry. */
export async function keepSigned(deps: Pick<AmendDeps, 'keeper' | 'registry'>): Promise<void> {
  for (const { state, envelope, bundle, content } of deps.keeper.current().amendments.values()) {
    if (state.kind !== 'signed' || envelope === undefined) continue;
    const { number, digest } = content.constitution;
    if ((await deps.registry.read(digest)) !== undefined) continue;
    await deps.registry.add({ number, digest, bytes: Buffer.from(bundle, 'utf8'), envelope });
  }
}

async function step(
  deps: AmendDeps,
  id: AmendmentId,
  event: Omitted<AmendmentEvent>,
): Promise<Result<Amendment, AmendmentRefusalCode>> {
  const recorded = await deps.keeper.record((at) => ok({ ...event, at }));
  return recorded.ok ? found(deps, id) : recorded;
}

type Omitted<Event> = Event extends unknown ? Omit<Event, 'at'> : never;

function found({ keeper }: AmendDeps, id: AmendmentId): Result<Amendment, AmendmentRefusalCode> {
  const amendment = keeper.current().amendments.get(id);
  return amendment === undefined ? refuse('amendment-unknown', 'There is no such amendment.') : ok(amendment);
}
