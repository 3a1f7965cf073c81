import { cedarLanguage } from '#adapters/cedar/language.ts';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { createPrometheusTelemetry } from '#adapters/telemetry/prometheus.ts';
import type { AgentAdapter } from '#agents/agent.ts';
import { createAccess } from '#domain/access/access.ts';
import { type Action, AGENT_KINDS, type AgentKind } from '#domain/action/action.ts';
import type { Effect } from '#domain/action/effect.ts';
import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { type Governance, governedBy, refOf } from '#domain/constitution/governance.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import { DEFAULT_SECTIONS } from '#domain/constitution/sections.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { DecisionIndex } from '#domain/decision/decision-index.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import { tokenHash } from '#domain/identity/token.ts';
import type { JsonObject } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Evaluate } from '#domain/policy/evaluate.ts';
import { readPolicy } from '#domain/policy/read-policy.ts';
import { redact } from '#domain/redaction/redact.ts';
import { createMemory, type Memory } from '#services/decision/memory.ts';
import { registerDecisionService } from '#services/decision/service.ts';
import { createEdge, type EdgeServer } from '#services/edge.ts';
import { readAccessPolicies } from './access.ts';

export const AGENT: Principal = { kind: 'agent', id: 'codex' as AgentId, agent: 'codex', teams: [] };
export const OPERATOR: Principal = { kind: 'person', id: 'op' as PersonId, roles: ['operator'] };
export const TOKENS = { codex: 'acgs_codex', operator: 'acgs_operator', expired: 'acgs_expired' } as const;

/** Of an agent of this kind that is called like it. */
export function agentToken(agent: AgentKind): string {
  return `acgs_agent_${agent}`;
}

const NOW_MS = 1_800_000_000_000;

export const constitution: Constitution = {
  number: 1,
  title: 'of the tests',
  parent: GENESIS_DIGEST,
  articles: [],
  approverRoles: ['maintainer'],
  policies: {},
  annotations: new Map(),
  schema: {},
  limits: { effectsPerAction: 10_000, policies: 1_000, approvalMinutes: 60 },
  ...DEFAULT_SECTIONS,
  digest: 'a'.repeat(64) as ConstitutionDigest,
};

/** Three commands with three verdicts: what the service does with a verdict is tested here, not how it is found. */
const effectsOf = (action: Action): readonly Effect[] => {
  if (action.kind !== 'shell') return [{ kind: 'call', server: 's', tool: 't' }];
  if (action.command === 'bug') throw new Error('a bug in the analysis');
  return [{ kind: 'run', program: action.command.split(' ')[0] ?? '', arguments: [] }];
};
const evaluate: Evaluate = ({ effects, approval }) => {
  const program = effects.map((effect) => (effect.kind === 'run' ? effect.program : 'other'))[0];
  const reasons = [
    { policy: `about-${program}` as PolicyId, reason: `because of ${program}`, advice: 'do less', effect: 'run' },
  ];
  if (program === 'rm') return { verdict: { kind: 'deny' }, reasons };
  if (program === 'sudo' && approval?.role !== 'maintainer')
    return { verdict: { kind: 'ask', role: 'maintainer' }, reasons };
  return { verdict: { kind: 'allow' }, reasons };
};

export function shell(command: string): Action {
  return { kind: 'shell', command, background: false, cwd: '/w', workspaceRoots: ['/w'] };
}

/** The real service on a journal in memory and a clock that the test sets. */
export async function startTestService(
  options: {
    readonly adapters?: readonly AgentAdapter[];
    readonly index?: Partial<DecisionIndex>;
    readonly inFlightMax?: number;
    readonly toolhiveSecret?: string;
    readonly memory?: Memory;
    readonly approverRoles?: readonly string[];
    readonly governance?: Governance;
    readonly publicUrl?: string;
    /** More routes, before the service is ready. */
    readonly register?: (app: EdgeServer) => void;
  } = {},
) {
  const clock = { nowMs: NOW_MS };
  const journal = createMemoryJournal('test-node');
  const memory = options.memory ?? createMemory();
  let ids = 0;
  const governance =
    options.governance ??
    governedBy({
      constitution: {
        ...constitution,
        ...(options.approverRoles === undefined ? {} : { approverRoles: options.approverRoles }),
      },
      ref: refOf(constitution),
      evaluate,
    });
  const telemetry = createPrometheusTelemetry({
    governance,
    constitutionAgeSeconds: () => 0,
    inFlight: () => service.inFlight(),
    journalSequence: () => journal.head().sequence,
    journalWritable: () => journal.writable,
    indexLagRecords: () => 7,
    approvalWaiters: () => waiting(),
  });
  const unavailable = async () => {
    throw Object.assign(new Error('no index in this test'), { name: 'IndexUnavailable' });
  };
  const record = (principal: Principal, text: string, expiresMs: number) =>
    [tokenHash(text), { principal, sha256: tokenHash(text), createdMs: 0, expiresMs }] as const;
  const tokens = new Map([
    record(AGENT, TOKENS.codex, NOW_MS * 2),
    ...AGENT_KINDS.map((agent) =>
      record({ kind: 'agent', id: agent as AgentId, agent, teams: [] }, agentToken(agent), NOW_MS * 2),
    ),
    record(OPERATOR, TOKENS.operator, NOW_MS * 2),
    record(AGENT, TOKENS.expired, NOW_MS - 1),
  ]);
  const deps = {
    governance,
    roleHolders: { peopleWithRole: () => [] },
    effectsOf,
    redact: (decision: Decision) => redact(decision, () => '0'.repeat(64)).decision,
    journal,
    memory,
    index: {
      apply: unavailable,
      position: unavailable,
      find: unavailable,
      list: unavailable,
      outline: unavailable,
      timeline: unavailable,
      rebuild: unavailable,
      close: async () => {},
      ...options.index,
    } as DecisionIndex,
    readiness: () => ({ isReady: journal.writable, facts: { indexLagRecords: 7 } }),
    agents: new Map((options.adapters ?? []).map((adapter) => [adapter.kind, adapter])),
    tokens: { current: () => tokens, load: async () => tokens },
    access: createAccess({
      ...(await readAccessPolicies()),
      approverRoles: () => governance.active().constitution.approverRoles,
    }),
    metrics: telemetry.metrics,
    constitutionMetrics: telemetry.constitutionMetrics,
    telemetry,
    nowMs: () => clock.nowMs,
    elapsedMs: () => performance.now(),
    newId: () => `01890000-0000-7000-8000-${String(++ids).padStart(12, '0')}`,
    inFlightMax: options.inFlightMax ?? 100,
    readPolicy: async (text: string, schema: JsonObject) => readPolicy(text, schema, cedarLanguage),
    publicUrl: options.publicUrl ?? 'http://127.0.0.1:8010',
    toolhiveSecret: options.toolhiveSecret,
    version: '0.0.0',
    logger: false,
  } as const;
  const service = await createEdge(deps);
  const { waiting } = registerDecisionService(service.app, deps);
  options.register?.(service.app);
  await service.app.ready();

  async function call(
    method: 'GET' | 'POST',
    url: string,
    token: string | undefined,
    body?: unknown,
    headers: Record<string, string> = {},
  ) {
    const response = await service.app.inject({
      method,
      url,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return { status: response.statusCode, headers: response.headers, text: response.body, json: () => response.json() };
  }
  return { ...service, waiting, deps, journal, memory, clock, call };
}
