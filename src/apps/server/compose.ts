import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { openConfirmation } from '#adapters/constitution-registry/confirmation-file.ts';
import { createFileRegistry } from '#adapters/constitution-registry/file-registry.ts';
import { openJournal } from '#adapters/journal/open-journal.ts';
import { createPrometheusTelemetry } from '#adapters/telemetry/prometheus.ts';
import { createTokenRoleHolders } from '#adapters/token-file/role-holders.ts';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { openCallers } from '#apps/server/callers.ts';
import { runCedarTask } from '#apps/server/cedar-process/run.ts';
import { type ServerClock, SYSTEM_CLOCK } from '#apps/server/clock.ts';
import { type Closing, createClosing } from '#apps/server/closing.ts';
import type { ServerConfig } from '#apps/server/config.ts';
import type { ConsoleEvent } from '#apps/server/console.ts';
import { type FolderEvent, tellOfFolder } from '#apps/server/constitution-folder.ts';
import { openDecision } from '#apps/server/decision.ts';
import { openDetail } from '#apps/server/detail.ts';
import { openGateway } from '#apps/server/gateway.ts';
import { createGoverning } from '#apps/server/governing.ts';
import { openHealth } from '#apps/server/health.ts';
import { heardJournal } from '#apps/server/heard-journal.ts';
import { openIntegrity } from '#apps/server/integrity.ts';
import { keepVerified } from '#apps/server/keep-verified.ts';
import type { LedgerEvent } from '#apps/server/ledger.ts';
import { createNewId } from '#apps/server/new-id.ts';
import { remoteLink, startNode } from '#apps/server/node.ts';
import { openOwnOrFollowed } from '#apps/server/own-or-followed.ts';
import { peopleOf } from '#apps/server/people.ts';
import { countingDenials, decisionFinder, prepareProceedings } from '#apps/server/proceedings.ts';
import { createReadiness } from '#apps/server/readiness.ts';
import { recall } from '#apps/server/recall.ts';
import { openReceiptKey } from '#apps/server/receipt-key.ts';
import { localLink, nodeSeen, openRollOuts } from '#apps/server/roll-outs.ts';
import { type SearchIndexEvent, startSearchIndex } from '#apps/server/search-index.ts';
import { openTls } from '#apps/server/tls.ts';
import { issueFirstTokens, watchTokens } from '#apps/server/tokens.ts';
import { createWarmGovernings } from '#apps/server/warm-governings.ts';
import { createAccess } from '#domain/access/access.ts';
import type { ConstitutionRef } from '#domain/decision/decision.ts';
import { assignableRoles } from '#domain/identity/role.ts';
import { ok, type Result } from '#domain/result.ts';
import { isStale } from '#domain/rollout/freshness.ts';
import { createLineageCheck } from '#services/constitution/lineage-check.ts';
import { registerConstitutionService } from '#services/constitution/service.ts';
import { createMemory } from '#services/decision/memory.ts';
import { createSideBySide } from '#services/decision/side-by-side.ts';
import { createEdge } from '#services/edge.ts';
import type { GuardedRoute } from '#services/guard.ts';
import { registerIdentityService } from '#services/identity/service.ts';
import { registerReceiptService } from '#services/integrity/receipt-service.ts';
import { createLastSeen, registerLastSeen } from '#services/last-seen.ts';

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

export type ServerEvent =
  | SearchIndexEvent
  | { readonly kind: 'ledger'; readonly event: LedgerEvent }
  | FolderEvent
  | ConsoleEvent;

/** Starts a server; whatever a start has opened before it is refused or fails is closed again. */
export async function startServer(
  config: ServerConfig,
  version: string,
  onEvent: (event: ServerEvent) => void,
  /** Another one only for scenarios that compose a server in their own process: nothing that is configured reaches it. */
  clock: ServerClock = SYSTEM_CLOCK,
): Promise<Result<Server>> {
  const closing = createClosing();
  try {
    const composed = await compose(config, version, onEvent, clock, closing);
    if (composed.ok) return ok({ ...composed.value, close: closing.close });
    await closing.close();
    return composed;
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** Puts the whole system together. Read from top to bottom, it says what there is and what uses what. */
async function compose(
  config: ServerConfig,
  version: string,
  onEvent: (event: ServerEvent) => void,
  clock: ServerClock,
  closing: Closing,
): Promise<Result<Omit<Server, 'close'>>> {
  await mkdir(config.home, { recursive: true, mode: 0o700 });
  await chmod(config.home, 0o700);

  const tls = await openTls(config);
  if (!tls.ok) return tls;
  const accessPolicies = await runCedarTask({ kind: 'access', folder: ACCESS });
  if (!accessPolicies.ok) return accessPolicies;

  // The first records are written before there is anything that counts.
  let countSync: (durationMs: number) => void = () => undefined;
  // Its lock keeps a second server out of this state folder, before anything else is touched.
  const opened = await openJournal({
    directory: join(config.home, 'journal'),
    ...(config.nodeId === undefined ? {} : { node: config.nodeId }),
    onSynced: (durationMs) => countSync(durationMs),
  });
  if (!opened.ok) return opened;
  const memory = createMemory();
  const journal = heardJournal(opened.value, memory.hear);
  closing.add(() => journal.close());

  const registry = createFileRegistry(config.home);
  const remote = config.follows === undefined ? undefined : remoteLink(config.follows);
  const verified = await openOwnOrFollowed({ registry, journal, remote, config });
  if (!verified.ok) return verified;
  // The first constitution is warmed up before there is anything that counts: those rounds are nobody's decisions.
  let countEvaluation: (isCacheHit: boolean) => void = () => undefined;
  const load = createWarmGovernings((constitution) =>
    createGoverning(constitution, { engine: config.engine, onEvaluation: (isHit) => countEvaluation(isHit) }),
  );
  // A node that follows is confirmed by the service; one that is its own service, by what it has verified itself.
  const confirmation = remote === undefined ? undefined : await openConfirmation(config.home, Date.now);
  const confirmedMs = () => (confirmation === undefined ? check.last().atMs : confirmation.atMs());
  const isNodeStale = () => isStale(confirmedMs(), Date.now(), governance.active().constitution.bundle.ageHoursMax);
  const sides = createSideBySide(
    { inForce: await load(verified.value.inForce.constitution) },
    { isStale: isNodeStale, elapsedMs: () => performance.now() },
  );
  const proceedings = prepareProceedings(sides.governance, (error) =>
    edge.app.log.error({ err: error }, 'an event of the constitution could not be recorded'),
  );
  const { governance } = proceedings;

  const access = createAccess({
    ...accessPolicies.value,
    approverRoles: () => governance.active().constitution.approverRoles,
  });

  await journal.append({ kind: 'node-started', timeMs: clock.nowMs(), version, constitution: governance.active().ref });

  const detail = await openDetail(config.home, (error, decisions) =>
    edge.app.log.error(
      { err: error, decisions },
      'what was redacted of decisions could not be kept: it cannot be disclosed',
    ),
  );
  if (!detail.ok) return detail;
  closing.add(() => detail.value.store.settled());
  const receiptKey = await openReceiptKey(config.home);
  if (!receiptKey.ok) return receiptKey;

  const newId = createNewId({ nowMs: Date.now, randomUuid: randomUUID });
  const lastSeen = createLastSeen(Date.now);
  await recall({ memory, proceedings, lastSeen }, journal);

  const tokens = createTokenFile(join(config.home, 'tokens.json'));
  const firstTokens = await issueFirstTokens(tokens, Date.now(), config.tokenTtlMs);
  closing.add(watchTokens(tokens));
  const calling = await openCallers(config, {
    journal,
    access,
    approverRoles: () => governance.active().constitution.approverRoles,
    tokens: tokens.current,
    certificates: tls.value.certificates,
    onError: (error, what) => edge.app.log.error({ err: error }, what),
    newId,
    nowMs: Date.now,
  });
  if (!calling.ok) return calling;
  const callers = calling.value;
  closing.add(() => callers.close());

  const decides = config.runs === 'all' || config.runs === 'decision';
  const search = decides
    ? startSearchIndex({
        journal,
        databaseUrl: config.databaseUrl,
        directory: join(config.home, 'index'),
        onEvent,
      })
    : undefined;
  closing.add(() => search?.close());

  const telemetry = createPrometheusTelemetry({
    governance,
    constitutionAgeSeconds: () => (Date.now() - Math.min(check.last().atMs, confirmedMs() ?? 0)) / 1000,
    inFlight: () => edge.inFlight(),
    journalSequence: () => journal.head().sequence,
    journalWritable: () => journal.writable,
    indexLagRecords: () => search?.lagRecords() ?? 0,
    approvalWaiters: () => deciding?.waiting() ?? 0,
  });
  const rollOutMetrics = telemetry.rollOutMetrics({
    stage: () => sides.sides().candidate?.stage ?? 'none',
    counts: sides.counts,
    flips: sides.flips,
    nodes: () =>
      own === undefined ? [] : own.nodes.list().map((known) => nodeSeen(known, own.nodes.ordered(), Date.now())),
  });
  countSync = telemetry.journalMetrics({ waiting: opened.value.waiting }).synced;
  telemetry.identityMetrics({ seen: callers.seen, directoryAgeMs: callers.ageMs });
  countEvaluation = (isHit) => telemetry.metrics.cached('evaluation', isHit);

  const integrity = await openIntegrity({
    config,
    journal,
    ledgerMetrics: telemetry.ledgerMetrics,
    nowMs: Date.now,
    onEvent: (event) => onEvent({ kind: 'ledger', event }),
  });
  if (!integrity.ok) return integrity;
  // After everything that records: its last records are shipped and come under a checkpoint.
  closing.add(() => integrity.value.close());

  const check = createLineageCheck(verified.value, {
    registry,
    parseBundle,
    metrics: telemetry.constitutionMetrics,
    nowMs: Date.now,
    async onInForce(lineage) {
      const { constitution } = lineage.inForce;
      const inForce = await load(constitution);
      await registry.raiseHighWater({ number: constitution.number, digest: constitution.digest });
      sides.place({ inForce });
      await own?.rollOuts.inForceChanged(lineage);
    },
  });

  const edge = await createEdge({
    governance,
    tokens,
    identity: callers.identity,
    access,
    metrics: telemetry.metrics,
    constitutionMetrics: telemetry.constitutionMetrics,
    telemetry,
    readiness: createReadiness({ journal, check, identity: callers.identity, search, ledger: integrity.value }),
    nowMs: Date.now,
    newId,
    inFlightMax: config.inFlightMax,
    trustedProxies: config.trustedProxies,
    seen: lastSeen.note,
    version,
    tls: tls.value.options,
    logger: loggerOf(config),
  });
  closing.add(() => edge.app.close());
  closing.add(tls.value.watch(edge.app));
  await callers.follow(edge.app.log);

  const opening =
    remote === undefined
      ? await openRollOuts({
          home: config.home,
          journal,
          registry,
          check,
          onEvent(event) {
            edge.app.log.info({ event }, 'a roll-out has moved');
            if (event.kind === 'rolled-back') rollOutMetrics.rolledBack(event.cause.kind);
          },
          onError: (error) => edge.app.log.error({ err: error }, 'a roll-out could not be looked after'),
          onNodeJournal: integrity.value.nodeTold,
          stricter: proceedings.stricter,
          nowMs: Date.now,
          elapsedMs: () => performance.now(),
          newId,
        })
      : ok(undefined);
  if (!opening.ok) return opening;
  const own = opening.value;
  closing.add(() => own?.rollOuts.close());

  const tokenHolders = createTokenRoleHolders({ tokens: tokens.current, nowMs: clock.nowMs });
  const roleHolders = peopleOf(callers.directory, tokenHolders);
  const decision =
    search === undefined
      ? ok(undefined)
      : await openDecision(edge.app, config, {
          governance,
          roleHolders,
          redact: detail.value.redact,
          journal,
          memory: countingDenials(memory, proceedings.decided),
          index: search.index,
          metrics: telemetry.metrics,
          nowMs: clock.nowMs,
          newId,
        });
  if (!decision.ok) return decision;
  const deciding = decision.value;
  closing.add(() => deciding?.stop());

  if (callers.service !== undefined) registerIdentityService(edge.app, callers.service);
  const approverRoles = () => governance.active().constitution.approverRoles;
  registerLastSeen(edge.app, { lastSeen, assignableRoles: () => assignableRoles(approverRoles()) });
  registerConstitutionService(edge.app, {
    governance,
    registry,
    check,
    draft: proceedings.draft,
    parseBundle,
    writePolicies: (policies) => runCedarTask({ kind: 'policy-texts', policies }),
    nowMs: Date.now,
  });
  const people = await proceedings.serve(edge.app, own, {
    home: config.home,
    journal,
    registry,
    check,
    roleHolders,
    readClock: clock.read,
    findDecision: decisionFinder(memory, search?.index),
    newId,
    ageHoursMax: () => governance.active().constitution.bundle.ageHoursMax,
  });
  closing.add(() => people?.close());
  const link = remote ?? (own === undefined ? undefined : localLink(own.nodes, registry));
  const node =
    link === undefined || !decides
      ? undefined
      : startNode({
          node: journal.node,
          link,
          registry,
          sides,
          journal,
          load,
          check,
          confirmed: confirmation ?? { atMs: confirmedMs, now: async () => undefined },
          isStale: isNodeStale,
          log: edge.app.log,
          onStricter: proceedings.follow,
          elapsedMs: () => performance.now(),
          nowMs: Date.now,
        });
  closing.add(async () => {
    // Whoever follows is let go first: an edge does not close while a question is held open.
    own?.nodes.close();
    await Promise.all([node?.close(), edge.app.close()]);
  });
  closing.add(await keepVerified(check, { home: config.home, log: edge.app.log }));

  await registerReceiptService(edge.app, {
    journal,
    signer: receiptKey.value,
    prove: integrity.value.prove,
    store: detail.value.store,
    nowMs: Date.now,
  });

  integrity.value.register(edge.app);
  const gateway = openGateway(edge.app, config, { journal, onEvent });
  closing.add(() => gateway?.close());
  closing.add(
    await openHealth(edge.app, {
      reader: telemetry.healthReader(Date.now),
      slowMs: () => governance.active().constitution.rollOut.objectives.slowMs,
      node: journal.node,
      version,
      startedMs: clock.nowMs(),
      onError: (error) => edge.app.log.error({ err: error }, 'the health of this process could not be read'),
    }),
  );

  const { listen } = config;
  if (listen.kind === 'unix') await rm(listen.path, { force: true }); // left by a server that was killed; the journal's lock keeps a second one out
  const address = await edge.app.listen(
    listen.kind === 'unix' ? { path: listen.path } : { host: listen.host, port: listen.port },
  );

  tellOfFolder({ ...config, folder: config.constitution, lineage: verified.value, onEvent, log: edge.app.log });

  return ok({
    address,
    constitution: governance.active().ref,
    recovered: opened.value.recovered,
    firstTokens,
    routes: edge.routes(),
  });
}

function loggerOf({ logLevel }: ServerConfig) {
  return logLevel === 'silent' ? false : { level: logLevel };
}
