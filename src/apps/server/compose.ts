import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { loadAccess } from '#adapters/access-files/load.ts';
import { createCedarWasmAuthorizer } from '#adapters/cedar/authorizer.ts';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { loadConstitution } from '#adapters/constitution-files/load.ts';
import { createResolveLinks } from '#adapters/file-links/resolve-links.ts';
import { openJournal } from '#adapters/journal/open-journal.ts';
import { loadAuthorizer } from '#adapters/policy-engine/load.ts';
import { parseShell } from '#adapters/shell-parser/parse.ts';
import { createPrometheusTelemetry } from '#adapters/telemetry/prometheus.ts';
import { createTokenFile, type TokenFile } from '#adapters/token-file/token-file.ts';
import { AGENTS } from '#agents/agents.ts';
import type { ServerConfig } from '#apps/server/config.ts';
import { createNewId } from '#apps/server/new-id.ts';
import { openDetail } from '#apps/server/detail.ts';
import { type SearchIndexEvent, startSearchIndex } from '#apps/server/search-index.ts';
import { issueFirstTokens } from '#apps/server/tokens.ts';
import { createAccess } from '#domain/access/access.ts';
import { createCachedEffectsOf } from '#domain/action/cached-effects.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { governedBy, refOf } from '#domain/constitution/governance.ts';
import type { ConstitutionRef } from '#domain/decision/decision.ts';
import type { Journal } from '#domain/journal/journal.ts';
import type { Authorizer } from '#domain/policy/authorization.ts';
import { createCachedEvaluate } from '#domain/policy/cached-evaluate.ts';
import { createEvaluate } from '#domain/policy/evaluate.ts';
import { ok, type Result } from '#domain/result.ts';
import { createMemory, type Memory, REPLAY_RECORDS_MAX } from '#services/decision/memory.ts';
import { registerDecisionService } from '#services/decision/service.ts';
import { createEdge } from '#services/edge.ts';
import type { GuardedRoute } from '#services/guard.ts';

/** How often the token file is looked at, in milliseconds: a revoked token is refused after that at the latest. */
const TOKEN_RELOAD_MS = 500;

/** Who may call what: part of the product, not of a team's constitution. */
const ACCESS = fileURLToPath(new URL('../../../access', import.meta.url));

export interface Server {
  /** Where it listens: `http://127.0.0.1:8010`, or the socket's path. */
  readonly address: string;
  readonly constitution: ConstitutionRef;
  readonly recovered: { readonly records: number; readonly tornBytes: number };
  /** Every endpoint, and what it asks of its caller. */
  readonly routes: readonly GuardedRoute[];
  /** By principal, to be shown once; empty but on the first start. */
  readonly firstTokens: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** Puts the whole system together. Read from top to bottom, it says what there is and what uses what. */
export async function startServer(
  config: ServerConfig,
  version: string,
  onEvent: (event: SearchIndexEvent) => void,
): Promise<Result<Server>> {
  await mkdir(config.home, { recursive: true, mode: 0o700 });
  await chmod(config.home, 0o700);

  const loaded = await loadConstitution(config.constitution, cedarLanguage);
  if (!loaded.ok) return loaded;
  const constitution = loaded.value;
  const governance = governedBy({
    constitution,
    ref: refOf(constitution),
    evaluate: createCachedEvaluate(
      {
        constitution,
        evaluate: createEvaluate({ constitution, authorizer: await createAuthorizer(config.engine, constitution) }),
      },
      (isHit) => telemetry.metrics.cached('evaluation', isHit),
    ),
  });

  const accessPolicies = await loadAccess(ACCESS, cedarLanguage);
  if (!accessPolicies.ok) return accessPolicies;
  const access = createAccess({
    ...accessPolicies.value,
    approverRoles: () => governance.active().constitution.approverRoles,
  });

  const opened = await openJournal({ directory: join(config.home, 'journal') });
  if (!opened.ok) return opened;
  const journal = opened.value;
  await journal.append({ kind: 'node-started', timeMs: Date.now(), version, constitution: governance.active().ref });

  const detail = await openDetail(config.home, (error, decisions) =>
    edge.app.log.error({ err: error, decisions }, 'what was redacted of decisions could not be kept: it cannot be disclosed'),
  );
  if (!detail.ok) return detail;

  const newId = createNewId({ nowMs: Date.now, randomUuid: randomUUID });
  const memory = createMemory();
  await recall(memory, journal);

  const tokens = createTokenFile(join(config.home, 'tokens.json'));
  const firstTokens = await issueFirstTokens(tokens, Date.now(), config.tokenTtlMs);
  const stopWatching = watchTokens(tokens);

  const search = startSearchIndex({
    journal,
    databaseUrl: config.databaseUrl,
    directory: join(config.home, 'index'),
    onEvent,
  });

  const telemetry = createPrometheusTelemetry({
    governance,
    constitutionAgeSeconds: () => 0,
    inFlight: () => edge.inFlight(),
    journalSequence: () => journal.head().sequence,
    journalWritable: () => journal.writable,
    indexLagRecords: search.lagRecords,
  });

  const edge = await createEdge({
    governance,
    tokens,
    access,
    metrics: telemetry.metrics,
    constitutionMetrics: telemetry.constitutionMetrics,
    telemetry,
    readiness: () => ({
      isReady: journal.writable,
      facts: {
        journal: journal.writable ? 'writable' : 'failed',
        journalSequence: journal.head().sequence,
        // A node decides without its index, so a lag is told and does not take it out of service.
        indexLagRecords: search.lagRecords(),
      },
    }),
    nowMs: Date.now,
    newId,
    inFlightMax: config.inFlightMax,
    version,
    logger: config.logLevel === 'silent' ? false : { level: config.logLevel },
  });

  registerDecisionService(edge.app, {
    governance,
    effectsOf: createCachedEffectsOf(
      {
        parseShell,
        resolveLinks: createResolveLinks(),
        home: homedir(),
        temporaryDirectories: [tmpdir()],
        nowMs: () => performance.now(),
      },
      (isHit) => telemetry.metrics.cached('effects', isHit),
    ),
    redact: detail.value.redact,
    journal,
    memory,
    index: search.index,
    agents: new Map(Object.entries(AGENTS)),
    metrics: telemetry.metrics,
    nowMs: Date.now,
    elapsedMs: () => performance.now(),
    newId,
    publicUrl: config.publicUrl,
    toolhiveSecret: await readSecret(config.toolhiveSecretFile),
  });

  const { listen } = config;
  if (listen.kind === 'unix') await rm(listen.path, { force: true }); // left by a server that was killed; the journal's lock keeps a second one out
  const address = await edge.app.listen(
    listen.kind === 'unix' ? { path: listen.path } : { host: listen.host, port: listen.port },
  );

  return ok({
    address,
    constitution: refOf(constitution),
    recovered: opened.value.recovered,
    firstTokens,
    routes: edge.routes(),
    async close() {
      stopWatching();
      await edge.app.close();
      await search.close();
      await detail.value.store.settled();
      await journal.close();
    },
  });
}

async function createAuthorizer(
  engine: ServerConfig['engine'],
  { policies, schema }: Constitution,
): Promise<Authorizer> {
  return engine === 'compiled'
    ? loadAuthorizer({ policies, schema, mode: 'generated' })
    : createCedarWasmAuthorizer({ policies, schema });
}

/** Folds the tail of the journal, so that a node that restarts knows its sessions and open approvals. */
async function recall(memory: Memory, journal: Journal): Promise<void> {
  const from = Math.max(1, journal.head().sequence - REPLAY_RECORDS_MAX + 1);
  for await (const { entry } of journal.read(from)) memory.apply(entry);
}

function watchTokens(tokens: TokenFile): () => void {
  const timer = setInterval(() => {
    // A file that cannot be read keeps the last tokens that could; the next look may find it repaired.
    tokens.load().catch(() => undefined);
  }, TOKEN_RELOAD_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function readSecret(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : (await readFile(path, 'utf8')).trim();
}
