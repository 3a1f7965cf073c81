import type { ParseBundle } from '#domain/constitution/bundle.ts';
import type { ConstitutionMetrics } from '#domain/constitution/constitution-metrics.ts';
import { type LineageRefusalCode, loadVerified, type VerifiedLineage } from '#domain/constitution/load-verified.ts';
import { type ConstitutionRegistry, RegistryUnavailable } from '#domain/constitution/registry.ts';
import { type Refusal, type Result, refuse } from '#domain/result.ts';

export type LineageCheckRefusalCode = LineageRefusalCode | 'registry-unavailable';

/** A lineage that was verified, and when (Unix milliseconds). */
export interface Verified {
  readonly lineage: VerifiedLineage;
  readonly atMs: number;
}

/** What this node knows of its own trust. */
export interface LineageCheck {
  /** The last that verified. It stays when a later try is refused: a node goes on by its last good constitution, and grows older. */
  last(): Verified;
  /** Why the latest try was refused; undefined when it was not. */
  refusal(): Refusal<LineageCheckRefusalCode> | undefined;
  /** Verifies again from the bytes. Those who call meanwhile share one run. */
  run(): Promise<Result<VerifiedLineage, LineageCheckRefusalCode>>;
}

export interface LineageCheckDeps {
  readonly registry: ConstitutionRegistry;
  readonly parseBundle: ParseBundle;
  readonly metrics: Pick<ConstitutionMetrics, 'verified' | 'refused'>;
  readonly nowMs: () => number;
  /** Awaited before the run ends, when another constitution is in force than the last time. */
  readonly onInForce: (lineage: VerifiedLineage) => Promise<void>;
}

/** @param first what the node has started with */
export function createLineageCheck(first: VerifiedLineage, deps: LineageCheckDeps): LineageCheck {
  let last: Verified = { lineage: first, atMs: deps.nowMs() };
  let refusal: Refusal<LineageCheckRefusalCode> | undefined;
  let running: Promise<Result<VerifiedLineage, LineageCheckRefusalCode>> | undefined;
  deps.metrics.verified();

  async function run(): Promise<Result<VerifiedLineage, LineageCheckRefusalCode>> {
    const checked = await verifyNow(deps);
    if (!checked.ok) {
      refusal = checked.refusal;
      deps.metrics.refused(checked.refusal.code);
      return checked;
    }
    const before = last.lineage.inForce.constitution.digest;
    refusal = undefined;
    last = { lineage: checked.value, atMs: deps.nowMs() };
    deps.metrics.verified();
    if (checked.value.inForce.constitution.digest !== before) await deps.onInForce(checked.value);
    return checked;
  }

  return {
    last: () => last,
    refusal: () => refusal,
    run() {
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

/** An outage is a "no" as well: what cannot be read is not verified. */
async function verifyNow(deps: LineageCheckDeps): Promise<Result<VerifiedLineage, LineageCheckRefusalCode>> {
  try {
    return await loadVerified(deps);
  } catch (error) {
    if (error instanceof RegistryUnavailable) return refuse('registry-unavailable', error.message);
    throw error;
  }
}
