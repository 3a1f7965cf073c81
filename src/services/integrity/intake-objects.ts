import {
  encodeIntake,
  INTAKE_PREFIX,
  type Intake,
  intakeFirst,
  intakePath,
  parseIntake,
} from '#domain/ledger/intake.ts';
import { type IntakeLog, LedgerConflict, LedgerDamaged, type LedgerStore } from '#domain/ledger/store.ts';

/**
 * Batches as objects, each made only if its path is free: so two sequencers cannot both write entry n, whatever each believes. Unless that object was removed; then a
 * checkpoint beyond it was published before, which the look at the checkpoint finds.
 */
export function createIntakeObjects(store: LedgerStore): IntakeLog {
  /** First entries of the batches that are there, as far as this term knows. */
  let firsts: number[] = [];

  return {
    fencedBy: 'checkpoint',
    async recover(first) {
      const batches: Intake[] = [];
      for (let next = first; ; ) {
        const batch = await readBatch(store, next);
        if (batch === undefined) break;
        batches.push(batch);
        next += batch.entries.length;
      }
      firsts = (await store.list(INTAKE_PREFIX)).flatMap((path) => intakeFirst(path) ?? []);
      return batches;
    },
    async append(batch) {
      if (!(await store.create({ path: intakePath(batch.first), bytes: encodeIntake(batch) }))) {
        throw new LedgerConflict(`another sequencer has written entry ${batch.first}`);
      }
      firsts.push(batch.first);
    },
    async forget(size) {
      const covered = firsts.filter((first) => first < size);
      firsts = firsts.filter((first) => first >= size);
      if (covered.length > 0) await store.remove(covered.map(intakePath));
    },
    close: async () => {},
  };
}

async function readBatch(store: LedgerStore, first: number): Promise<Intake | undefined> {
  const path = intakePath(first);
  const bytes = await store.read(path);
  if (bytes === undefined) return undefined;
  const intake = parseIntake(bytes);
  if (!intake.ok || intake.value.first !== first) {
    throw new LedgerDamaged(`${path}: ${intake.ok ? `is of index ${intake.value.first}` : intake.refusal.message}`);
  }
  return intake.value;
}
