import type { LogIdentity } from '#domain/ledger/log-identity.ts';
import type { LedgerPolicy } from '#domain/ledger/policy.ts';
import type { LedgerStoreReader } from '#domain/ledger/store.ts';
import type { EdgeServer } from '#services/edge.ts';
import type { Nodes } from './nodes.ts';
import { createProver } from './prove.ts';
import { registerLedgerRoutes } from './routes/ledger.ts';
import { registerRecordRoutes } from './routes/records.ts';
import { registerTileRoutes } from './routes/tiles.ts';
import { registerWatchRoutes } from './routes/watch.ts';
import type { Sequencer } from './sequencer.ts';
import type { LedgerWatch } from './watch.ts';

export interface IntegrityServiceDeps {
  readonly identity: Pick<LogIdentity, 'origin' | 'verifier'>;
  readonly store: LedgerStoreReader;
  /** Often in another process: the service needs only these two. */
  readonly sequencer: Pick<Sequencer, 'append' | 'status'>;
  readonly nodes: Nodes;
  readonly watch: LedgerWatch;
  /** Whom this ledger asks to cosign, and who must have. */
  readonly policy: Pick<LedgerPolicy, 'witnesses' | 'quorum'>;
  readonly nowMs: () => number;
}

/** The integrity service: takes in journals, serves the ledger, and proves from it. */
export function registerIntegrityService(app: EdgeServer, deps: IntegrityServiceDeps): void {
  registerTileRoutes(app, deps);
  registerWatchRoutes(app, deps);
  registerRecordRoutes(app, deps);
  registerLedgerRoutes(app, { ...deps, prover: createProver(deps.store) });
}
