import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createNodesFile } from '#adapters/ledger-files/nodes-file.ts';
import { createHttpLedgerLine } from '#adapters/ledger-line/http-line.ts';
import type { LedgerGauges } from '#adapters/telemetry/ledger.ts';
import type { ServerConfig } from '#apps/server/config.ts';
import { type LedgerEvent, startLedger } from '#apps/server/ledger.ts';
import { openIdentity, openReader, readPolicy } from '#apps/server/ledger-process/open-ledger.ts';
import { tokenOfFile } from '#domain/identity/token.ts';
import type { Journal } from '#domain/journal/journal.ts';
import type { LedgerMetrics } from '#domain/ledger/ledger-metrics.ts';
import type { LedgerPolicy } from '#domain/ledger/policy.ts';
import { ok, type Result } from '#domain/result.ts';
import type { EdgeServer } from '#services/edge.ts';
import { createProver } from '#services/integrity/prove.ts';
import { registerIntegrityService } from '#services/integrity/service.ts';

export interface Integrity {
  register(app: EdgeServer): void;
  /** A tlog-proof of a record; undefined while no published checkpoint covers it, or the ledger is elsewhere. */
  prove(record: { readonly node: string; readonly sequence: number }): Promise<string | undefined>;
  /** Records of this node's journal that the ledger does not have yet. */
  lagRecords(): number;
  /**
   * Somebody has seen this record of a node's journal: the ledger has it soon, or misses it. Nothing waits for it, and it may be called as often as it is heard.
   */
  nodeTold(node: string, sequence: number): void;
  close(): Promise<void>;
}

/**
 * What a process has to do with a ledger. It keeps one when it runs everything or the integrity service; any process ships its journal
 * when it is told where to; and one that does neither has its journal alone.
 */
export async function openIntegrity(deps: {
  readonly config: Pick<ServerConfig, 'home' | 'runs' | 'ledger'>;
  readonly journal: Pick<Journal, 'node' | 'head'> & { readonly directory: string };
  readonly ledgerMetrics: (gauges: LedgerGauges) => LedgerMetrics;
  readonly nowMs: () => number;
  readonly onEvent: (event: LedgerEvent) => void;
}): Promise<Result<Integrity>> {
  const { journal, nowMs, onEvent } = deps;
  const target = deps.config.ledger;
  const keepsOne = deps.config.runs === 'all' || deps.config.runs === 'integrity';
  if (target.kind === 'own' && !keepsOne) return ok(NONE);
  // Before anything is started: a policy that cannot be read is a wrong setting.
  const policy = await policyOf(target);
  if (!policy.ok) return policy;
  const { ledgerMetrics } = deps;
  const parts = { settings: { target }, journal, ledgerMetrics, nowMs, onEvent };
  if (target.kind === 'remote') {
    const ledger = startLedger(parts);
    const { lagRecords, close } = ledger;
    return ok({ ...NONE, lagRecords, nodeTold: tellElsewhere(target, journal.node, nowMs), close });
  }
  const file = createNodesFile(join(deps.config.home, 'ledger-nodes'));
  const ledger = startLedger({ ...parts, memory: { remembered: await file.read(), keep: file.write } });
  const { sequencer, nodes, watch } = ledger;
  const identity = await openIdentity(target.keyFile, target.name);
  if (!identity.ok) return identity;
  const store = await openReader(target.place);
  const prover = createProver(store);
  return ok({
    register: (app) =>
      registerIntegrityService(app, {
        identity: identity.value,
        store,
        sequencer,
        nodes,
        watch,
        policy: policy.value,
        nowMs,
      }),
    async prove({ node, sequence }) {
      // A receipt is good without its proof: what stands in the way of it is told by the ledger's own status.
      const proved = await prover.inclusion({ node, sequence }).catch(() => undefined);
      return proved?.ok === true ? proved.value.proof : undefined;
    },
    lagRecords: ledger.lagRecords,
    nodeTold(node, sequence) {
      const positionSequence = sequencer.status().positions.get(node)?.sequence ?? 0;
      // It is the node's own word, to the constitution service.
      nodes.told(node, { sequence, by: node, positionSequence });
    },
    close: ledger.close,
  });
}

/** How often one node is told of to a ledger elsewhere, in milliseconds; it is heard of every second or two. */
const TOLD_EVERY_MS = 5_000;

function tellElsewhere(
  { url, tokenFile }: { readonly url: string; readonly tokenFile: string },
  own: string,
  nowMs: () => number,
): Integrity['nodeTold'] {
  const line = createHttpLedgerLine({ url, token: async () => tokenOfFile(await readFile(tokenFile, 'utf8')) });
  const toldMs = new Map<string, number>();
  return (node, sequence) => {
    // This node ships to that ledger itself: its own word is no second one.
    if (node === own || nowMs() - (toldMs.get(node) ?? 0) < TOLD_EVERY_MS) return;
    toldMs.set(node, nowMs());
    // The ledger is down: its own silence is told by the shipper, and the node is heard of again.
    void line.tellOf(node, sequence).catch(() => undefined);
  };
}

async function policyOf(target: ServerConfig['ledger']): Promise<Result<Pick<LedgerPolicy, 'witnesses' | 'quorum'>>> {
  if (target.kind === 'own' && target.policyFile !== undefined) return readPolicy(target.policyFile);
  return ok({ witnesses: [], quorum: { kind: 'none' } });
}

const NONE: Integrity = {
  register: () => undefined,
  prove: async () => undefined,
  lagRecords: () => 0,
  nodeTold: () => undefined,
  close: async () => undefined,
};
