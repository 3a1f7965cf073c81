import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createDetailFiles } from '#adapters/detail-files/detail-files.ts';
import { openInstallationKey } from '#adapters/detail-files/installation-key.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { DetailStore } from '#domain/detail/detail-store.ts';
import { SALT_BYTES } from '#domain/redaction/marker.ts';
import { redact } from '#domain/redaction/redact.ts';
import { ok, type Result } from '#domain/result.ts';

/** What keeps secrets out of the records of an installation, and where it puts them instead. */
export async function openDetail(
  home: string,
  onLost: (error: unknown, decisions: number) => void,
): Promise<Result<{ readonly store: DetailStore; readonly redact: (decision: Decision) => Decision }>> {
  const installationKey = await openInstallationKey(join(home, 'keys', 'detail.key'));
  if (!installationKey.ok) return installationKey;
  const store = createDetailFiles({
    directory: join(home, 'detail'),
    installationKey: installationKey.value,
    onLost,
  });
  /** Decisions without a secret, by what was looked at: the action by its digest, effects and reasons by identity. */
  const clean = new WeakMap<Decision['effects'], Pick<Decision, 'actionDigest' | 'reasons'>>();
  return ok({
    store,
    redact(decision) {
      const { effects, reasons, actionDigest } = decision;
      const known = clean.get(effects);
      // Effects and reasons that are remembered come again as the same lists (`createCachedEffectsOf`, `createCachedEvaluate`).
      if (known?.reasons === reasons && known.actionDigest === actionDigest) return decision;
      const redacted = redact(decision, newSalt);
      if (redacted.details.length > 0) store.keep(redacted.decision, redacted.details);
      else clean.set(effects, { actionDigest, reasons });
      return redacted.decision;
    },
  });
}

function newSalt(): string {
  return randomBytes(SALT_BYTES).toString('hex');
}
