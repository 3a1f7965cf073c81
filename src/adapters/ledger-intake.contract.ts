import { expect, it } from 'vitest';
import type { Intake } from '#domain/ledger/intake.ts';
import type { IntakeLog } from '#domain/ledger/store.ts';

export function someBatch(first: number, count: number): Intake {
  const entries = Array.from({ length: count }, (_, at) => Buffer.from(`{"entry":${first + at}}`));
  return { first, entries };
}

/** What every intake must do, whatever it is kept in. `make` opens the same one as often as it is called with the same number. */
export function intakeContract(make: (place: number) => Promise<IntakeLog>): void {
  it('has nothing at first, and gives back what was put in, to whoever comes next', async () => {
    const intake = await make(1);
    expect(await intake.recover(0)).toEqual([]);
    const batches = [someBatch(0, 3), someBatch(3, 1), someBatch(4, 2)];
    for (const batch of batches) await intake.append(batch);
    // Gone without a word: `close` is not called.
    expect(await (await make(1)).recover(0)).toEqual(batches);
  });

  it('forgets what a checkpoint covers, and keeps what follows', async () => {
    const intake = await make(2);
    await intake.recover(0);
    for (let first = 0; first < 6; first += 2) await intake.append(someBatch(first, 2));
    await intake.forget(4);
    expect(await intake.recover(4)).toEqual([someBatch(4, 2)]);
    await intake.append(someBatch(6, 1));
    await intake.close();
    expect(await (await make(2)).recover(4)).toEqual([someBatch(4, 2), someBatch(6, 1)]);
  });

  it('begins where the tree ends, with nothing before it', async () => {
    const intake = await make(3);
    expect(await intake.recover(1_000)).toEqual([]);
    await intake.append(someBatch(1_000, 5));
    await intake.forget(1_005);
    await intake.close();
    const next = await make(3);
    expect(await next.recover(1_005)).toEqual([]);
    await next.append(someBatch(1_005, 1));
    expect(await next.recover(1_005)).toEqual([someBatch(1_005, 1)]);
    await next.close();
  });
}
