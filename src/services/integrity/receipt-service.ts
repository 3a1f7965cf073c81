import type { DetailStore } from '#domain/detail/detail-store.ts';
import type { Journal } from '#domain/journal/journal.ts';
import type { Signer } from '#domain/signature/ed25519.ts';
import type { EdgeServer } from '#services/edge.ts';
import { createDiscloseDetail } from './disclose-detail.ts';
import { createIssueReceipt, type ProveEntry } from './issue-receipt.ts';
import { registerDetailRoutes } from './routes/detail.ts';
import { registerEventRoutes } from './routes/events.ts';
import { registerReceiptRoutes } from './routes/receipts.ts';
import { createShredDetail } from './shred-detail.ts';

export interface ReceiptServiceDeps {
  readonly journal: Journal;
  /** Signs receipts. */
  readonly signer: Signer;
  readonly prove: ProveEntry;
  readonly store: DetailStore;
  readonly nowMs: () => number;
}

/**
 * What a node shows of its own journal: receipts, what was redacted, events. It needs the journal and no ledger, so it runs
 * beside every journal. What was ordered to be shredded before a crash is shredded before anything is answered.
 */
export async function registerReceiptService(app: EdgeServer, deps: ReceiptServiceDeps): Promise<void> {
  const issueReceipt = createIssueReceipt(deps);
  const { shred, resume } = createShredDetail(deps);
  await resume();
  registerReceiptRoutes(app, { issueReceipt, signer: deps.signer });
  registerDetailRoutes(app, { issueReceipt, discloseDetail: createDiscloseDetail(deps), shredDetail: shred });
  registerEventRoutes(app, deps);
}
