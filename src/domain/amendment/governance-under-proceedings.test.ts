import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { loadConstitution } from '#adapters/constitution-files/load.ts';
import { governanceUnderProceedings } from '#domain/amendment/governance-under-proceedings.ts';
import { NOTHING_STRICTER, type Stricter } from '#domain/amendment/stricter.ts';
import { policyDigest } from '#domain/amendment/suspended-policies.ts';
import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { type Governing, governedBy, refOf } from '#domain/constitution/governance.ts';
import { createDenials } from '#domain/enforcement/denials.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { createEvaluate } from '#domain/policy/evaluate.ts';
import { orderDigest, orderOf } from '#domain/rollout/order.ts';

const FOLDER = fileURLToPath(new URL('../../../constitution', import.meta.url));
const FILES = 'files-ordinary' as PolicyId;

let constitution: Constitution;
let governing: Governing;
beforeAll(async () => {
  const loaded = await loadConstitution(FOLDER, cedarLanguage);
  if (!loaded.ok) throw new Error(loaded.refusal.message);
  constitution = loaded.value;
  governing = { constitution, ref: refOf(constitution), evaluate: evaluatorOf(constitution) };
});

let compiled = 0;
function evaluatorOf(of: Constitution) {
  compiled += 1;
  const { policies, schema } = of;
  return createEvaluate({
    constitution: of,
    authorizer: createCompiledAuthorizer({ policies, schema, mode: 'closures' }),
  });
}

const codex: Principal = { kind: 'agent', id: 'codex' as AgentId, agent: 'codex', teams: [] };

function suspendedFiles(): Stricter {
  const digest = policyDigest(constitution.policies[FILES] ?? {});
  return { policies: [{ policy: FILES, policyDigest: digest, reason: 'A leak.' }], agents: [] };
}

/** Reading a file in the workspace, as somebody. */
function read(stricter: () => Stricter, principal: Principal = codex, given: Governing = governing) {
  const governance = governanceUnderProceedings(governedBy(given), {
    stricter,
    denials: createDenials(),
    evaluatorOf,
  });
  const subject = { principalId: principal.id, workspaceRoots: ['/w'] };
  return () =>
    governance.governing(subject).evaluate({
      action: { kind: 'file', workspaceRoots: ['/w'] },
      effects: [{ kind: 'read', path: '/w/a', zones: ['workspace'], recursive: false }],
      principal,
      labels: [],
      timeMs: 0,
    });
}

describe('what governs under proceedings', () => {
  it('is the constitution itself where nothing is suspended', () => {
    const governance = governanceUnderProceedings(governedBy(governing), {
      stricter: () => NOTHING_STRICTER,
      denials: createDenials(),
      evaluatorOf,
    });
    expect(governance.governing({ principalId: 'codex', workspaceRoots: [] })).toBe(governing);
  });

  it('is stricter from one decision to the next, and then as it was; made once for each change', () => {
    let now = NOTHING_STRICTER;
    const ask = read(() => now);
    expect(ask().verdict.kind).toBe('allow');
    now = suspendedFiles();
    const before = compiled;
    expect(ask().verdict.kind).toBe('deny');
    expect(ask().reasons[0]).toMatchObject({ policy: FILES, reason: expect.stringContaining('A leak.') });
    expect(compiled - before).toBe(1);
    now = NOTHING_STRICTER;
    expect(ask().verdict.kind).toBe('allow');
  });

  it('does not suspend what an amendment has changed', () => {
    const changed = {
      ...constitution,
      digest: 'e'.repeat(64) as ConstitutionDigest,
      policies: { ...constitution.policies, [FILES]: { ...constitution.policies[FILES], annotations: { id: FILES } } },
    };
    const next = { constitution: changed, ref: refOf(changed), evaluate: evaluatorOf(changed) };
    expect(read(suspendedFiles, codex, next)().verdict.kind).toBe('allow');
  });

  it('stops a suspended agent in everything, and nobody else', () => {
    const stricter = (): Stricter => ({ policies: [], agents: [{ agent: 'codex', why: '3 denials' }] });
    expect(read(stricter)()).toMatchObject({ verdict: { kind: 'deny' }, reasons: [{ policy: 'enforcement' }, {}] });
    const cursor: Principal = { ...codex, id: 'cursor' as AgentId };
    expect(read(stricter, cursor)().verdict.kind).toBe('allow');
    // A person of the same name is another.
    const person: Principal = { kind: 'person', id: 'codex' as PersonId, roles: [] };
    expect(read(stricter, person)().verdict.kind).toBe('allow');
  });

  it('reaches other nodes with an order of its own, and leaves no trace when it is over', () => {
    const mark = { number: 1, digest: constitution.digest };
    const plain = orderOf(mark, undefined);
    const ordered = orderOf(mark, undefined, suspendedFiles());
    expect(ordered.stricter).toEqual(suspendedFiles());
    expect(orderDigest(ordered)).not.toBe(orderDigest(plain));
    expect(orderDigest(orderOf(mark, undefined, NOTHING_STRICTER))).toBe(orderDigest(plain));
  });
});
