import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { loadConstitution } from '#adapters/constitution-files/load.ts';
import { createEvaluateSuspended } from '#domain/amendment/evaluate-suspended.ts';
import {
  canBeSuspended,
  policyDigest,
  type SuspendedPolicy,
  withSuspended,
} from '#domain/amendment/suspended-policies.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { createEvaluate, type Evaluate } from '#domain/policy/evaluate.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import { SAMPLE_EFFECTS } from '#domain/policy/sample-effects.ts';
import type { Verdict } from '#domain/policy/verdict.ts';
import { SESSION_LABELS } from '#domain/session/session.ts';

const FOLDER = fileURLToPath(new URL('../../../constitution', import.meta.url));

let constitution: Constitution;
let ids: readonly PolicyId[];
let evaluate: Evaluate;
beforeAll(async () => {
  const loaded = await loadConstitution(FOLDER, cedarLanguage);
  if (!loaded.ok) throw new Error(loaded.refusal.message);
  constitution = loaded.value;
  ids = [...constitution.annotations.keys()];
  evaluate = evaluatorOf(constitution);
});

function evaluatorOf(of: Constitution): Evaluate {
  const { policies, schema } = of;
  return createEvaluate({
    constitution: of,
    authorizer: createCompiledAuthorizer({ policies, schema, mode: 'closures' }),
  });
}

function suspended(policy: PolicyId): SuspendedPolicy {
  const found = constitution.policies[policy];
  if (found === undefined) throw new Error(policy);
  return { policy, policyDigest: policyDigest(found), reason: 'A leak.' };
}

function evaluateUnder(policies: readonly PolicyId[]): Evaluate {
  const given = policies.map(suspended);
  const strict = evaluatorOf(withSuspended(constitution, given));
  return createEvaluateSuspended({ constitution, suspended: given, evaluate, evaluateStrict: strict });
}

/** Higher is stricter; an ask of a later role is stricter than one of an earlier. */
function strictness(verdict: Verdict): number {
  if (verdict.kind === 'allow') return 0;
  if (verdict.kind === 'ask') return 1 + constitution.approverRoles.indexOf(verdict.role);
  return 100;
}

const input: fc.Arbitrary<PolicyInput> = fc.record({
  action: fc.constant({ kind: 'shell' as const, workspaceRoots: ['/home/u/project'] }),
  effects: fc.subarray([...SAMPLE_EFFECTS], { minLength: 1, maxLength: 3 }),
  principal: fc.constant({ kind: 'agent' as const, id: 'a' as AgentId, agent: 'codex', teams: [] }),
  labels: fc.subarray([...SESSION_LABELS]),
  timeMs: fc.constant(1_768_000_000_000),
});
const approval = fc.option(
  fc.record({ role: fc.constantFrom('developer', 'maintainer', 'security'), by: fc.constant('p') }),
);

describe('a suspension', () => {
  it('never allows what was not allowed, and never asks less, whichever policies and whoever approves', () => {
    let made = 0;
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.nat()),
        fc.array(fc.tuple(input, approval), { minLength: 40, maxLength: 40 }),
        (picks, asked) => {
          const policies = [
            ...new Set([...picks.take(6)].map((pick) => ids[pick % ids.length]).filter((id) => id !== undefined)),
          ];
          const under = evaluateUnder(policies);
          for (const [one, held] of asked) {
            const given = held === null ? one : { ...one, approval: held };
            const [was, is] = [evaluate(given), under(given)];
            expect(strictness(is.verdict), policies.join()).toBeGreaterThanOrEqual(strictness(was.verdict));
            if (strictness(is.verdict) > strictness(was.verdict)) made += 1;
          }
        },
      ),
      { numRuns: 25 },
    );
    // One that never changed anything would pass too.
    expect(made).toBeGreaterThan(0);
  });

  it('of every policy makes at least one sample stricter or leaves all as they were, and loosens none', () => {
    for (const id of ids) {
      const under = evaluateUnder([id]);
      for (const effect of SAMPLE_EFFECTS) {
        for (const role of [undefined, ...constitution.approverRoles]) {
          const given: PolicyInput = {
            action: { kind: 'shell', workspaceRoots: ['/home/u/project'] },
            effects: [effect],
            principal: { kind: 'agent', id: 'a' as AgentId, agent: 'codex', teams: [] },
            labels: [],
            timeMs: 1_768_000_000_000,
            ...(role === undefined ? {} : { approval: { role, by: 'p' } }),
          };
          expect(strictness(under(given).verdict), id).toBeGreaterThanOrEqual(strictness(evaluate(given).verdict));
        }
      }
    }
  }, 120_000);

  it('of a permit says so among the reasons', () => {
    const given: PolicyInput = {
      action: { kind: 'file', workspaceRoots: ['/home/u/project'] },
      effects: [{ kind: 'read', path: '/home/u/project/a.ts', zones: ['workspace'], recursive: false }],
      principal: { kind: 'agent', id: 'a' as AgentId, agent: 'codex', teams: [] },
      labels: [],
      timeMs: 0,
    };
    expect(evaluate(given).verdict).toEqual({ kind: 'allow' });
    const { verdict, reasons } = evaluateUnder(['files-ordinary' as PolicyId])(given);
    expect(verdict).toEqual({ kind: 'deny' });
    expect(reasons[0]).toMatchObject({ policy: 'files-ordinary', reason: expect.stringContaining('A leak.') });
  });

  it('of a forbid takes away its exceptions and not the forbid', () => {
    const given: PolicyInput = {
      action: { kind: 'file', workspaceRoots: ['/home/u/project'] },
      effects: [{ kind: 'write', path: '/srv/x', zones: [], recursive: false }],
      principal: { kind: 'agent', id: 'a' as AgentId, agent: 'codex', teams: [] },
      labels: [],
      timeMs: 0,
      approval: { role: 'security', by: 'p' },
    };
    expect(evaluate(given).verdict).toEqual({ kind: 'allow' });
    const { verdict, reasons } = evaluateUnder(['files-outside' as PolicyId])(given);
    expect(verdict).toEqual({ kind: 'deny' });
    expect(reasons[0]).toMatchObject({ policy: 'files-outside~suspended', article: '1' });
  });

  it('is refused for a forbid without exceptions, and for what is no policy', () => {
    expect(canBeSuspended(constitution, 'files-whole' as PolicyId)).toMatchObject({
      refusal: { code: 'suspension-without-effect' },
    });
    expect(canBeSuspended(constitution, 'toString' as PolicyId)).toMatchObject({ refusal: { code: 'policy-unknown' } });
    expect(canBeSuspended(constitution, 'files-ordinary' as PolicyId).ok).toBe(true);
  });

  it('holds for the policy as it stood, not for what bears its name later', () => {
    const other = { ...suspended('files-ordinary' as PolicyId), policyDigest: 'f'.repeat(64) };
    expect(withSuspended(constitution, [other]).policies).toEqual(constitution.policies);
  });
});
