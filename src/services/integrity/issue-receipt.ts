import type { Decision } from '#domain/decision/decision.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { JournalReader } from '#domain/journal/journal.ts';
import type { LedgerEntry } from '#domain/ledger/entry.ts';
import { findRecord } from '#domain/receipt/find-record.ts';
import { type ReceiptFile, signReceipt } from '#domain/receipt/receipt-file.ts';
import { receiptOf, recordBytes } from '#domain/receipt/statement.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { Signer } from '#domain/signature/ed25519.ts';

/** The tlog-proof of an entry, once a published checkpoint covers it. */
export type ProveEntry = (entry: LedgerEntry) => Promise<string | undefined>;

export interface IssuedReceipt {
  readonly receipt: ReceiptFile;
  readonly decision: Decision;
  /** The record as it is in the journal. */
  readonly record: string;
}

export type IssueReceipt = (id: string, caller: Principal) => Promise<Result<IssuedReceipt, 'receipt-unknown'>>;

/**
 * Signs the receipt of a decision on demand, from the journal: what is signed is what was written, not what somebody remembers,
 * and it works while the search index is down.
 * @throws {JournalDamaged} {JournalUnavailable}
 */
export function createIssueReceipt(deps: {
  readonly journal: JournalReader;
  readonly signer: Signer;
  readonly prove: ProveEntry;
}): IssueReceipt {
  const { journal, signer, prove } = deps;
  return async function issueReceipt(id, caller) {
    const found = await findRecord(journal, id, 'decision', ({ decision }) => decision.id);
    // Another agent's decision is as unknown as none.
    if (found === undefined || !mayRead(caller, found.record.entry.decision)) {
      return refuse('receipt-unknown', 'There is no such receipt.');
    }
    const { record, previousHash } = found;
    const { decision } = record.entry;
    const approval =
      decision.approvalId === undefined
        ? undefined
        : await findRecord(journal, decision.approvalId, 'approval', (entry) => entry.approval.id);
    const granted =
      decision.standingGrantId === undefined
        ? undefined
        : await findRecord(journal, decision.standingGrantId, 'standing-grant', ({ event }) =>
            event.kind === 'proposed' ? event.grant.id : '',
          );
    const proposed = granted?.record.entry.event;
    const receipt = receiptOf({
      decision,
      record,
      previousHash,
      ...(approval === undefined ? {} : { approval: approval.record.entry.approval }),
      ...(proposed?.kind === 'proposed' ? { standingGrant: proposed } : {}),
    });
    const proof = await prove({ node: record.node, sequence: record.sequence, hash: record.hash });
    return ok({
      receipt: signReceipt(receipt, signer, proof),
      decision,
      record: recordBytes(record.entry).toString('utf8'),
    });
  };
}

function mayRead(caller: Principal, decision: Decision): boolean {
  return caller.kind === 'person' || decision.principal.id === caller.id;
}
