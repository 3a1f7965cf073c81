import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { createPrometheusTelemetry } from '#adapters/telemetry/prometheus.ts';
import { openIdentity } from '#apps/server/identity.ts';
import { openOpenid } from '#apps/server/openid.ts';
import type { OpenidConfig } from '#apps/server/openid-config.ts';
import { createAccess } from '#domain/access/access.ts';
import { governedBy, refOf } from '#domain/constitution/governance.ts';
import { createDirectory } from '#domain/identity/directory.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import { tokenHash } from '#domain/identity/token.ts';
import type { JournalReader } from '#domain/journal/journal.ts';
import { createEdge, type EdgeServer } from '#services/edge.ts';
import { registerIdentityService } from '#services/identity/service.ts';
import { readAccessPolicies } from './access.ts';
import { constitution } from './decision-service.ts';

export const IDENTITY_URL = 'http://127.0.0.1:8016';
export const IDENTITY_TOKENS = {
  operator: 'acgs_operator',
  developer: 'acgs_developer',
  nobody: 'acgs_nobody',
  agent: 'acgs_agent',
} as const;

/** The real identity service on a journal in memory and a clock that the test sets; its keys are in a folder of its own, or in that of one before. */
export async function startIdentityService(
  earlier?: string,
  more: {
    readonly clock?: { nowMs: number };
    readonly openid?: OpenidConfig;
    readonly trustedProxies?: readonly string[];
    readonly publicUrl?: string;
    /** More routes, before the service is ready. */
    readonly register?: (app: EdgeServer, journal: JournalReader) => void;
  } = {},
) {
  const folder = earlier ?? mkdtempSync(join(tmpdir(), 'acgs-identity-'));
  const clock = more.clock ?? { nowMs: 1_800_000_000_000 };
  const nowMs = () => clock.nowMs;
  const journal = createMemoryJournal('test-node');
  const directory = createDirectory();
  let ids = 0;
  const newId = () => `01890000-0000-7000-8000-${String(++ids).padStart(12, '0')}`;
  const governance = governedBy({
    constitution,
    ref: refOf(constitution),
    evaluate: () => ({ verdict: { kind: 'deny' }, reasons: [] }),
  });
  const approverRoles = () => constitution.approverRoles;
  const access = createAccess({ ...(await readAccessPolicies()), approverRoles });
  const person = (id: string, ...roles: string[]): Principal => ({ kind: 'person', id: id as PersonId, roles });
  const agent: Principal = { kind: 'agent', id: 'first' as AgentId, agent: 'codex', teams: [] };
  const tokens = new Map(
    (
      [
        [IDENTITY_TOKENS.operator, person('op', 'operator')],
        [IDENTITY_TOKENS.developer, person('dev', ...approverRoles())],
        [IDENTITY_TOKENS.nobody, person('nobody')],
        [IDENTITY_TOKENS.agent, agent],
      ] as const
    ).map(([text, principal]) => [
      tokenHash(text),
      { principal, sha256: tokenHash(text), createdMs: 0, expiresMs: Number.MAX_SAFE_INTEGER },
    ]),
  );
  const openid = await openOpenid(more.openid, { publicUrl: IDENTITY_URL, nowMs });
  if (!openid.ok) throw new Error(openid.refusal.message);
  let areKeysBroken = false;
  const identity = await openIdentity({
    openid: openid.value,
    home: folder,
    publicUrl: more.publicUrl ?? IDENTITY_URL,
    journal,
    directory,
    access,
    approverRoles,
    tokens: () => tokens,
    onError: (error) => {
      if (!areKeysBroken) throw error;
    },
    newId,
    nowMs,
  });
  const telemetry = createPrometheusTelemetry({
    governance,
    constitutionAgeSeconds: () => 0,
    inFlight: () => edge.inFlight(),
    journalSequence: () => journal.head().sequence,
    journalWritable: () => journal.writable,
    indexLagRecords: () => 0,
    approvalWaiters: () => 0,
  });
  const edge = await createEdge({
    governance,
    tokens: { current: () => tokens, load: async () => tokens },
    identity: {
      accessTokens: identity.service.accessTokens,
      directory,
      signIns: identity.signIns,
      isStale: () => false,
    },
    access,
    metrics: telemetry.metrics,
    constitutionMetrics: telemetry.constitutionMetrics,
    telemetry,
    readiness: () => ({ isReady: true, facts: {} }),
    nowMs,
    newId,
    inFlightMax: 100,
    trustedProxies: more.trustedProxies ?? [],
    version: '0.0.0',
    logger: false,
  });
  registerIdentityService(edge.app, identity.service);
  more.register?.(edge.app, journal);
  await edge.app.ready();

  async function call(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    given: {
      readonly authorization?: string;
      readonly token?: string;
      readonly proof?: string;
      readonly body?: object;
      readonly form?: Readonly<Record<string, string>>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    const authorization = given.authorization ?? (given.token === undefined ? undefined : `Bearer ${given.token}`);
    const response = await edge.app.inject({
      method,
      url,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(given.proof === undefined ? {} : { dpop: given.proof }),
        ...(given.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...given.headers,
      },
      ...(given.body === undefined ? {} : { payload: given.body }),
      ...(given.form === undefined ? {} : { payload: new URLSearchParams(given.form).toString() }),
    });
    return { status: response.statusCode, headers: response.headers, text: response.body, json: () => response.json() };
  }

  let isStopped = false;
  async function stop() {
    if (isStopped) return;
    isStopped = true;
    await edge.app.close();
    await identity.close();
  }

  return {
    ...edge,
    clock,
    lookAfterKeys: identity.lookAfterKeys,
    seen: identity.seen,
    /** From now on no signing key can be made. */
    breakKeys() {
      areKeysBroken = true;
      const keys = join(folder, 'token-keys');
      rmSync(keys, { recursive: true });
      writeFileSync(keys, 'a file where the folder was');
    },
    journal,
    directory,
    call,
    /** Every entry as text: what must not be in it can be looked for. */
    async written(): Promise<string> {
      const entries = [];
      for await (const { entry } of journal.read(1)) entries.push(JSON.stringify(entry));
      return entries.join('\n');
    },
    folder,
    revokeToken: (text: string) => tokens.delete(tokenHash(text)),
    stop,
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
