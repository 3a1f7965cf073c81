import { describe, expect, it } from 'vitest';
import { intakeContract, someBatch } from '#adapters/ledger-intake.contract.ts';
import { createMemoryLedgerStore } from '#adapters/ledger-memory/memory-store.ts';
import { intakePath } from '#domain/ledger/intake.ts';
import { LedgerConflict, LedgerDamaged, type LedgerStore } from '#domain/ledger/store.ts';
import { createIntakeObjects } from './intake-objects.ts';

describe('an intake of objects', () => {
  const stores = new Map<number, LedgerStore>();
  intakeContract(async (place) => {
    const store = stores.get(place) ?? createMemoryLedgerStore();
    stores.set(place, store);
    return createIntakeObjects(store);
  });

  it('takes no batch where another sequencer has written', async () => {
    const store = createMemoryLedgerStore();
    await createIntakeObjects(store).append(someBatch(0, 3));
    const late = createIntakeObjects(store);
    await expect(late.append(someBatch(0, 1))).rejects.toBeInstanceOf(LedgerConflict);
    expect(await late.recover(0)).toEqual([someBatch(0, 3)]);
  });

  it('is damaged where an object is no batch', async () => {
    const store = createMemoryLedgerStore();
    await store.create({ path: intakePath(0), bytes: Buffer.from('nonsense') });
    await expect(createIntakeObjects(store).recover(0)).rejects.toBeInstanceOf(LedgerDamaged);
  });
});
