import { describe } from 'vitest';
import { ledgerStoreContract } from '#adapters/ledger-store.contract.ts';
import { createMemoryLedgerStore } from './memory-store.ts';

describe('a ledger in memory', () => {
  ledgerStoreContract(async () => createMemoryLedgerStore());
});
