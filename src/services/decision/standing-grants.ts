import type { Governance } from '#domain/constitution/governance.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { RoleHolders } from '#domain/identity/directory.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { Journal } from '#domain/journal/journal.ts';
import type { JsonObject } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { Clause } from '#domain/standing-grant/clause.ts';
import { type ClauseBounds, clausePolicyText, isPolicyOf } from '#domain/standing-grant/clause-policy.ts';
import { agree, propose, revoke } from '#domain/standing-grant/give.ts';
import { proposeClauses, type Widening, widen } from '#domain/standing-grant/propose.ts';
import { letsThrough, rootsOf } from '#domain/standing-grant/replay.ts';
import { loadGrant } from '#domain/standing-grant/stand-in.ts';
import type {
  GrantedClause,
  StandingGrant,
  StandingGrantEvent,
  StandingGrantFile,
  StandingGrantId,
} from '#domain/standing-grant/standing-grant.ts';
import type { Memory } from '#services/decision/memory.ts';

/** Recorded questions of the agent that a preview decides again, the latest first. */
const PREVIEWED_MAX = 200;

/** Reads one policy with the official Cedar and holds it to a schema, strictly; to the language's JSON form. */
export type ReadPolicy = (text: string, schema: JsonObject) => Promise<Result<JsonObject>>;

export interface Proposal {
  readonly decisionId: DecisionId;
  readonly widening: Widening;
  /** Unix milliseconds. */
  readonly expiresMs: number;
}

export interface Preview {
  readonly grant: StandingGrant;
  /** Persons who must agree, the one who proposes among them. */
  readonly persons: number;
  /** Of the agent's recorded questions, how many were decided again, and which it would have let through. */
  readonly looked: number;
  readonly letThrough: readonly Decision[];
}

export interface StandingGrantDeps {
  readonly governance: Governance;
  readonly roleHolders: RoleHolders;
  readonly journal: Journal;
  readonly memory: Memory;
  readonly readPolicy: ReadPolicy;
  readonly nowMs: () => number;
  readonly newId: () => string;
}

/**
 * Standing grants, from proposal to end; each step is in the journal before it counts.
 * @throws {JournalUnavailable}
 */
export function createStandingGrants(deps: StandingGrantDeps) {
  const { governance, memory } = deps;
  const { standingGrants, approvals } = memory;
  /** One step after the other: of two persons who agree at once, the second sees what the first did. */
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(step: () => Promise<T>): Promise<T> {
    const next = last.then(step);
    last = next.catch(() => undefined);
    return next;
  }

  const isHeld = (role: string) => deps.roleHolders.peopleWithRole(role).length > 0;
  const governingOf = ({ constitution }: Decision) => governance.inForce(constitution.digest) ?? governance.active();

  /** The grant as it would be. Everything but who gives it is checked. */
  async function draft(proposal: Proposal, by: Principal): Promise<Result<StandingGrantEvent & { kind: 'proposed' }>> {
    const request = approvals.request(proposal.decisionId);
    if (request === undefined) return unknownRequest();
    const { decision } = request;
    const clauses = proposeClauses(decision);
    if (!clauses.ok) return clauses;
    const wider = widen(clauses.value, proposal.widening);
    if (!wider.ok) return wider;
    const { constitution, ref } = governingOf(decision);
    const granted = await written(
      wider.value,
      { principalId: decision.principal.id, expiresMs: proposal.expiresMs },
      constitution.schema,
    );
    if (!granted.ok) return granted;
    const workspaceRoots = rootsOf(decision);
    if (workspaceRoots.length === 0) return refuse('standing-grant-not-possible', 'The record names no workspace.');
    const nowMs = deps.nowMs();
    const isOpen = ({ ended, grant }: StandingGrantFile) => ended === undefined && grant.expiresMs > nowMs;
    return propose({
      id: deps.newId() as StandingGrantId, // minted here, and nowhere else
      request,
      by,
      clauses: granted.value,
      workspaceRoots,
      expiresMs: proposal.expiresMs,
      held: standingGrants.filesOf(decision.principal.id).filter(isOpen).length,
      constitution,
      ref,
      isHeld,
      nowMs,
    });
  }

  /** No wider than shown: the text is read by Cedar itself, and what it read is held to what people are shown. */
  async function written(
    clauses: readonly Clause[],
    bounds: ClauseBounds,
    schema: JsonObject,
  ): Promise<Result<readonly GrantedClause[]>> {
    const granted: GrantedClause[] = [];
    for (const clause of clauses) {
      if (!Number.isSafeInteger(bounds.expiresMs)) return refuse('standing-grant-too-long', 'The end is no time.');
      const policy = await deps.readPolicy(clausePolicyText(clause, bounds), schema);
      if (!policy.ok) return policy;
      if (!isPolicyOf(policy.value, clause, bounds))
        throw new Error('the policy of a standing grant is not what it was made of');
      granted.push({ clause, policy: policy.value });
    }
    return ok(granted);
  }

  async function record(event: StandingGrantEvent): Promise<void> {
    const { entry } = await deps.journal.append({ kind: 'standing-grant', event });
    memory.apply(entry);
  }

  return {
    async preview(proposal: Proposal, by: Principal): Promise<Result<Preview>> {
      const drafted = await draft(proposal, by);
      if (!drafted.ok) return drafted;
      const { grant, outstanding } = drafted.value;
      const { constitution, evaluate } = governance.inForce(grant.constitution.digest) ?? governance.active();
      const loaded = loadGrant(grant, constitution.schema);
      if (loaded === undefined) throw new Error('a grant that was just drafted does not load');
      // What this node was asked, from memory: a person can judge a grant while the index is down.
      const own = approvals.requests().filter(({ decision }) => decision.principal.id === grant.principalId);
      const asked = own
        .slice(-PREVIEWED_MAX)
        .map(({ decision }) => decision)
        .reverse();
      return ok({
        grant,
        persons: outstanding + 1,
        looked: asked.length,
        letThrough: asked.filter((decision) => letsThrough(loaded, decision, { evaluate, by: by.id })),
      });
    },

    propose: (proposal: Proposal, by: Principal) =>
      inTurn(async (): Promise<Result<StandingGrantFile>> => {
        const drafted = await draft(proposal, by);
        if (!drafted.ok) return drafted;
        await record(drafted.value);
        return fileOf(drafted.value.grant.id);
      }),

    agree: (id: StandingGrantId, by: Principal) =>
      inTurn(async (): Promise<Result<StandingGrantFile>> => {
        const file = standingGrants.file(id);
        if (file === undefined) return unknownGrant();
        const request = approvals.request(file.grant.decisionId);
        if (request === undefined) return unknownRequest();
        const { constitution, ref } = governingOf(request.decision);
        const agreed = agree({ file, request, by, constitution, ref, isHeld, nowMs: deps.nowMs() });
        if (!agreed.ok) return agreed;
        await record(agreed.value);
        return fileOf(id);
      }),

    revoke: (id: StandingGrantId, by: Principal) =>
      inTurn(async (): Promise<Result<StandingGrantFile>> => {
        const file = standingGrants.file(id);
        if (file === undefined) return unknownGrant();
        const revoked = revoke(file, by, deps.nowMs());
        if (!revoked.ok) return revoked;
        await record(revoked.value);
        return fileOf(id);
      }),

    file: fileOf,
    files: standingGrants.files,
  };

  function fileOf(id: StandingGrantId): Result<StandingGrantFile> {
    const file = standingGrants.file(id);
    return file === undefined ? unknownGrant() : ok(file);
  }
}

export type StandingGrants = ReturnType<typeof createStandingGrants>;

function unknownGrant() {
  return refuse('standing-grant-unknown', 'No standing grant with this id is known here.');
}

function unknownRequest() {
  return refuse('decision-unknown', 'No request with this id is open here: a standing grant is proposed from one.');
}
