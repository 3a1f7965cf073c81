export interface ReplayCache {
  /**
   * Takes note of an id that is good until `expiresMs`. False when it was seen before, or when so many are remembered that this
   * one could not be: what cannot be checked is refused.
   */
  claim(id: string, expiresMs: number, nowMs: number): boolean;
}

/** Remembers ids until they expire. `countMax` bounds its memory. */
export function createReplayCache(countMax: number): ReplayCache {
  const seen = new Map<string, number>();
  function forgetExpired(nowMs: number): void {
    for (const [id, expiresMs] of seen) if (expiresMs <= nowMs) seen.delete(id);
  }
  return {
    claim(id, expiresMs, nowMs) {
      const known = seen.get(id);
      if (known !== undefined && known > nowMs) return false;
      if (seen.size >= countMax) forgetExpired(nowMs);
      if (seen.size >= countMax) return false;
      seen.delete(id);
      seen.set(id, expiresMs);
      return true;
    },
  };
}
