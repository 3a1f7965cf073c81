import { between, randomFrom } from '../support/random.ts';
import { MUTATION_KINDS, type MutationKind, mutate } from './mutations.ts';
import { firstFinding } from './verify.ts';
import { createWorld } from './world.ts';

/** One log serves for so many mutations: making it costs as much as checking it. */
const MUTATIONS_OF_ONE_LOG = 20;

export interface CampaignResult {
  /** How many mutations of each kind were made, and found. */
  readonly mutated: Readonly<Record<MutationKind, number>>;
  readonly untouched: number;
  /** How often each first finding was made; to see that the checks all have their part. */
  readonly findings: Readonly<Record<string, number>>;
  /** Tamperings that were not found, and sound logs that were said not to be: with what repeats them. */
  readonly failures: readonly string[];
}

/** Mutates generated logs, every kind equally often, and checks untouched ones; everything follows from the seed. */
export async function runCampaign(options: {
  readonly seed: number;
  readonly mutations: number;
  readonly untouched: number;
}): Promise<CampaignResult> {
  const mutated: Record<MutationKind, number> = {
    edit: 0,
    delete: 0,
    insert: 0,
    reorder: 0,
    truncate: 0,
    rollback: 0,
    'key-swap': 0,
    fork: 0,
  };
  const findings: Record<string, number> = {};
  const failures: string[] = [];
  let untouched = 0;
  let made = 0;
  for (let log = 0; made < options.mutations || untouched < options.untouched; log += 1) {
    const logSeed = (options.seed + log * 7919) | 0;
    const random = randomFrom(logSeed);
    const world = createWorld(random);
    // Everything that was once published is sound too, for whoever has not seen more.
    const sound = [{ files: world.files, known: world.known }];
    for (const [at, files] of world.past.entries()) {
      const known = world.known.slice(0, at + 1);
      sound.push({ files, known });
      // A ledger that has not yet taken in what the journals have.
      sound.push({ files: { ...files, journals: world.files.journals }, known });
    }
    for (const { files, known } of sound) {
      if (untouched >= options.untouched) break;
      untouched += 1;
      const finding = await firstFinding(files, known);
      if (finding !== undefined) failures.push(`log seed ${logSeed}: sound, and found ${finding}`);
    }
    for (let number = 0; number < MUTATIONS_OF_ONE_LOG && made < options.mutations; number += 1) {
      const kind = MUTATION_KINDS[made % MUTATION_KINDS.length] ?? 'edit';
      const caseSeed = between(random, 0, 2 ** 31);
      const mutation = mutate(world, kind, randomFrom(caseSeed));
      // A log of one record cannot be reordered: its turn goes to the next log.
      if (mutation === undefined) continue;
      made += 1;
      mutated[kind] += 1;
      const finding = await firstFinding(mutation.files, world.known);
      if (finding === undefined) failures.push(`log seed ${logSeed}, case ${caseSeed}: ${kind}: ${mutation.what}`);
      else {
        const code = finding.split(' ', 1)[0] ?? '';
        findings[code] = (findings[code] ?? 0) + 1;
      }
    }
  }
  return { mutated, untouched, findings, failures };
}
