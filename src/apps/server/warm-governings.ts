import { setImmediate as afterOthers } from 'node:timers/promises';
import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { Governing } from '#domain/constitution/governance.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import { SAMPLE_EFFECTS } from '#domain/policy/sample-effects.ts';

/** Compiled constitutions that are kept: the one in force, the one that is tried, and those just before, for the way back. */
const KEPT_MAX = 4;
/** Rounds over one effect of every kind before a constitution decides its first action: what V8 compiles lazily is compiled then. */
const WARM_UP_ROUNDS = 2;

/**
 * Makes constitutions ready to decide by, in slices, and keeps the last few: going back to one that has just governed takes no
 * compiling. Those who ask for the same at once share one making.
 */
export function createWarmGovernings(
  make: (constitution: Constitution) => Promise<Governing>,
): (constitution: Constitution) => Promise<Governing> {
  const kept = new Map<ConstitutionDigest, Promise<Governing>>();
  return (constitution) => {
    const { digest } = constitution;
    const governing = kept.get(digest) ?? make(constitution).then(warmedUp);
    // The last used at the end: a Map keeps the order of insertion.
    kept.delete(digest);
    kept.set(digest, governing);
    governing.catch(() => kept.delete(digest));
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_MAX) break;
      kept.delete(oldest);
    }
    return governing;
  };
}

async function warmedUp(governing: Governing): Promise<Governing> {
  const principal = { kind: 'agent', id: 'warm-up' as AgentId, agent: 'custom', teams: [] } as const;
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    for (const effect of SAMPLE_EFFECTS) {
      const action = { kind: 'shell', workspaceRoots: ['/work'] } as const;
      governing.evaluate({ action, effects: [effect], principal, labels: [], timeMs: 0 });
      await afterOthers();
    }
  }
  return governing;
}
