import { SAMPLE_AMENDMENT_EVENTS } from '#adapters/journal/sample-amendment-events.ts';
import type { Action } from '#domain/action/action.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import type { Effect, EffectKind } from '#domain/action/effect.ts';
import type { ApprovalId } from '#domain/approval/approval.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { CONSTITUTIONAL_HASH } from '#domain/constitution/lineage.ts';
import { DEFAULT_SECTIONS } from '#domain/constitution/sections.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import { detailKeyId } from '#domain/detail/detail-key.ts';
import type { Shredding } from '#domain/detail/detail-store.ts';
import type { KeyThumbprint } from '#domain/identity/agent.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import type { JournalEntry } from '#domain/journal/journal.ts';
import { sha256Hex } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { RollOutEvent, RollOutId } from '#domain/rollout/roll-out.ts';
import type { Measurement } from '#domain/rollout/watch.ts';
import type { SessionId } from '#domain/session/session.ts';
import type { Clause } from '#domain/standing-grant/clause.ts';
import type { StandingGrantEvent, StandingGrantId } from '#domain/standing-grant/standing-grant.ts';

/** Entries for tests and the bench: the shape and about the size (1.2 KB) of real ones. */
const constitution = {
  lineage: CONSTITUTIONAL_HASH,
  number: 1,
  // A digest of this form is one; that no constitution has it does not matter here.
  digest: sha256Hex('sample') as ConstitutionDigest,
};

/** One effect of every kind: a new kind does not compile until it is here, and then not until the journal can read it. */
const EFFECTS: {
  readonly [Kind in EffectKind]: Extract<Effect, { readonly kind: unknown }> & { readonly kind: Kind };
} = {
  run: { kind: 'run', program: 'npm', arguments: ['test', '--', '--run'], span: { start: 0, end: 12 } },
  read: { kind: 'read', path: '/home/u/project/package.json', zones: ['workspace', 'manifest'], recursive: false },
  write: { kind: 'write', path: '/home/u/project/a.ts', zones: ['workspace'], recursive: false },
  delete: { kind: 'delete', path: '/home/u/project/dist', zones: ['workspace'], recursive: true },
  connect: { kind: 'connect', host: 'registry.npmjs.org', port: 443, scheme: 'https' },
  install: {
    kind: 'install',
    manager: 'npm',
    package: 'left-pad',
    version: '1.3.0',
    source: 'registry',
    global: false,
  },
  git: { kind: 'git', operation: 'push', remote: 'origin', ref: 'feature/x', force: false, deletes: false },
  escalate: { kind: 'escalate', means: 'sudo' },
  persist: { kind: 'persist', means: 'scheduler', detail: 'crontab' },
  credential: { kind: 'credential', store: 'file', detail: '~/.ssh/id_ed25519' },
  destroy: { kind: 'destroy', target: 'database', detail: 'DROP TABLE' },
  send: { kind: 'send', host: 'example.org', source: 'files' },
  detach: { kind: 'detach', means: 'nohup' },
  dynamic: { kind: 'dynamic', cause: 'variable', detail: '$CMD' },
  call: { kind: 'call', server: 'files', tool: 'list' },
  search: { kind: 'search', query: 'node fdatasync' },
  prompt: { kind: 'prompt', secrets: false },
  delegate: { kind: 'delegate', name: 'reviewer' },
  deploy: { kind: 'deploy', environment: 'staging', artifact: 'app:1' },
  expose: { kind: 'expose', what: 'private key' },
};
export const SAMPLE_EFFECTS: readonly Effect[] = Object.values(EFFECTS);

export function sampleDecision(number: number, effects: readonly Effect[] = SAMPLE_EFFECTS.slice(0, 3)): Decision {
  const action: Action = {
    kind: 'shell',
    command: `npm test -- --run ${number}`,
    background: false,
    cwd: '/home/u/project',
    workspaceRoots: ['/home/u/project'],
  };
  const canonical = canonicalAction(action);
  return {
    // A UUIDv7 by its form.
    id: `01890a5d-ac96-774b-bcce-${String(number).padStart(12, '0')}` as DecisionId,
    timeMs: 1_700_000_000_000 + number,
    principal: { kind: 'agent', id: 'alice-laptop' },
    agent: 'claude-code',
    sessionId: 'session-1' as SessionId,
    toolUseId: `toolu_${number}`,
    actionKind: 'shell',
    action: canonical,
    actionDigest: actionDigest(canonical),
    effects,
    verdict: { kind: 'allow' },
    reasons: [
      {
        policy: 'workspace-write' as PolicyId,
        article: '2',
        reason: 'Work inside the workspace is what the agent is for.',
        effect: 'write /home/u/project/a.ts',
      },
    ],
    constitution,
  };
}

export function sampleEntry(number: number): JournalEntry {
  return { kind: 'decision', decision: sampleDecision(number) };
}

const by = { kind: 'person', id: 'operator' } as const;
const personId = 'ada' as PersonId;
const agentId = 'alice-laptop' as AgentId;
const key = { thumbprint: 'x'.repeat(43) as KeyThumbprint, publicKey: 'y'.repeat(43), sinceMs: 7 }; // of the form of a thumbprint

/** One identity event of every kind: as with effects, a new kind does not compile until it is here. */
const IDENTITY_EVENTS: {
  readonly [Kind in IdentityEvent['kind']]: Omit<IdentityEvent & { kind: Kind }, 'kind' | 'timeMs'>;
} = {
  'person-added': { by, personId, name: 'Ada', roles: ['maintainer'] },
  'person-roles-set': { by, personId, roles: [] },
  'person-status-set': { by, personId, status: 'suspended' },
  'person-bound': { by, personId, openid: { issuer: 'https://id.example', subject: '7', rolesBy: 'directory' } },
  'person-unbound': { by, personId },
  'person-provisioned': {
    personId,
    name: 'Ada',
    roles: ['maintainer'],
    openid: { issuer: 'https://id.example', subject: '7', rolesBy: 'groups' },
  },
  'person-regrouped': { personId, roles: [] },
  'agent-invited': {
    by,
    agentId,
    agent: 'codex',
    owner: personId,
    teams: ['web'],
    codeSha256: sha256Hex('code'),
    expiresMs: 8,
  },
  'agent-enrolled': { agentId, key },
  'agent-key-rotated': { agentId, key },
  'agent-status-set': { by, agentId, status: 'compromised', why: 'a lost laptop' },
  'token-revoked': { by, tokenId: 'token-1', expiresMs: 9 },
  'signed-in': { personId, method: 'openid', address: '127.0.0.1', issuer: 'https://id.example' },
  'signed-out': { personId, everywhere: true },
  'authentication-refused': { method: 'code', code: 'code-unknown', address: '127.0.0.1' },
  'locked-out': { subject: by, address: '127.0.0.1', untilMs: 9 },
  'password-set': { by, personId },
  'person-invited': { by, personId, expiresMs: 9 },
  'passkey-added': { by, personId, passkeyId: 'AQID' },
  'passkey-removed': { by, personId, passkeyId: 'AQID' },
  'token-issued': { agentId, tokenId: 'token-1', bound: true, expiresMs: 9 },
  'signing-key-rotated': { by, keyId: 'k' },
};

const rollOut = 'roll-out-1' as RollOutId;
const mark = { number: 1, digest: constitution.digest };
const measured: Measurement = {
  objective: 'deny-rate',
  candidate: { count: 20, of: 50 },
  control: { count: 0, of: 50 },
  risePercent: 40,
  riseAtLeastPercent: 12,
  risePercentMax: 5,
  isBroken: true,
};

/** A roll-out that goes well, and the ends of others. */
const ROLL_OUT_EVENTS: readonly RollOutEvent[] = [
  {
    kind: 'begun',
    timeMs: 8,
    id: rollOut,
    by: 'operator',
    candidate: { ...constitution, number: 2 },
    inForce: constitution,
    plan: DEFAULT_SECTIONS.rollOut,
  },
  { kind: 'canary-begun', timeMs: 8, id: rollOut, mover: { kind: 'plan' } },
  { kind: 'activated', timeMs: 8, id: rollOut, mover: { kind: 'person', by: 'operator' } },
  ...(
    [
      { kind: 'person', by: 'operator', why: 'it asks too much' },
      { kind: 'objective', measured },
      { kind: 'node', node: 'node-1', measured },
      { kind: 'overtaken' },
    ] as const
  ).map((cause) => ({ kind: 'rolled-back' as const, timeMs: 8, id: rollOut, cause })),
];

/** One clause of every kind. */
const SAMPLE_CLAUSES: readonly Clause[] = [
  {
    kind: 'git',
    operation: 'push',
    remote: 'origin',
    ref: { kind: 'begins', text: 'feature/' },
    mayForce: true,
    mayDelete: false,
  },
  {
    kind: 'path',
    access: 'write',
    at: { kind: 'below', path: '/work/docs' },
    mayRecurse: false,
    outside: ['credentials'],
  },
  { kind: 'connect', host: { kind: 'domain', name: 'example.org' }, port: 443, scheme: 'https' },
  { kind: 'send', host: { kind: 'exact', name: 'api.example.org' }, source: 'output' },
  { kind: 'run', program: 'npm', path: '/bin/npm', line: { kind: 'exact', text: 'npm test' } },
  {
    kind: 'install',
    manager: 'npm',
    package: 'a',
    version: { kind: 'exact', text: '1' },
    source: 'registry',
    global: false,
  },
  { kind: 'call', server: 's', tool: 't' },
  { kind: 'deploy', environment: 'staging', artifact: 'a' },
];

const SHREDDINGS: readonly Shredding[] = [
  { selection: { kind: 'before', beforeMs: 1 }, keys: [], by: 'operator' },
  {
    selection: { kind: 'session', sessionId: 'session-1', principalId: 'alice-laptop' },
    keys: [detailKeyId(sampleDecision(1))],
    by: 'operator',
  },
];

const standingGrant = '01997f2e-6c1a-7cc3-9a51-000000000001' as StandingGrantId; // as the service makes them
const granted = { timeMs: 6, by: { kind: 'person', id: 'operator' } } as const;
const STANDING_GRANT_EVENTS: readonly StandingGrantEvent[] = [
  {
    ...granted,
    kind: 'proposed',
    outstanding: 1,
    grant: {
      id: standingGrant,
      decisionId: sampleDecision(2).id,
      principalId: 'alice-laptop',
      role: 'maintainer',
      workspaceRoots: ['/work'],
      constitution,
      clauses: SAMPLE_CLAUSES.map((clause) => ({ clause, policy: { effect: 'permit' } })),
      expiresMs: 900_000,
    },
  },
  { ...granted, kind: 'agreed', id: standingGrant, outstanding: 0 },
  { ...granted, kind: 'revoked', id: standingGrant },
];

/** One entry of every kind. */
export const SAMPLE_ENTRIES: readonly JournalEntry[] = [
  { kind: 'node-started', timeMs: 1, version: '0.1.0', constitution },
  { kind: 'decision', decision: sampleDecision(1, SAMPLE_EFFECTS) },
  { kind: 'decision', decision: { ...sampleDecision(2), verdict: { kind: 'ask', role: 'maintainer' } } },
  { kind: 'decision', decision: { ...sampleDecision(3), verdict: { kind: 'modify', input: { command: 'true' } } } },
  { kind: 'decision', decision: { ...sampleDecision(4), verdict: { kind: 'defer', retryAfterMs: 1000 } } },
  {
    kind: 'outcome',
    outcome: {
      timeMs: 5,
      principal: { kind: 'agent', id: 'alice-laptop' },
      agent: 'claude-code',
      status: 'succeeded',
      durationMs: 12.5,
      constitution,
    },
  },
  {
    kind: 'approval',
    approval: {
      id: 'approval-1' as ApprovalId,
      timeMs: 6,
      decisionId: sampleDecision(2).id,
      answer: 'granted',
      by: { kind: 'person', id: 'operator' },
      role: 'maintainer',
      outstanding: 0,
      principalId: 'alice-laptop',
      actionDigest: sampleDecision(2).actionDigest,
      constitution,
      expiresMs: 900_000,
    },
  },
  ...STANDING_GRANT_EVENTS.map((event) => ({ kind: 'standing-grant' as const, event })),
  ...Object.entries(IDENTITY_EVENTS).map(([kind, fields]) => ({
    kind: 'identity' as const,
    // The table above has checked that these fields are those of this kind.
    event: { kind, timeMs: 7, ...fields } as IdentityEvent,
  })),
  ...SAMPLE_AMENDMENT_EVENTS.map((event) => ({ kind: 'amendment' as const, event })),
  ...ROLL_OUT_EVENTS.map((event) => ({ kind: 'roll-out' as const, event })),
  { kind: 'order-taken', timeMs: 9, order: { inForce: mark } },
  {
    kind: 'order-taken',
    timeMs: 10,
    order: {
      inForce: mark,
      candidate: {
        rollOut,
        mark,
        stage: 'canary',
        cohort: { salt: rollOut, canaryPercent: 10, canaryRepositories: ['api'] },
        objectives: DEFAULT_SECTIONS.rollOut.objectives,
      },
    },
  },
  ...SHREDDINGS.map((shredding) => ({ kind: 'detail-shredded' as const, timeMs: 11, shredding })),
  { kind: 'detail-disclosed', timeMs: 12, disclosed: { decisionId: sampleDecision(2).id, numbers: [1, 2], by: 'ada' } },
];
