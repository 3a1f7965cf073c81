/** Keeps what was used last, up to a number of entries and a total weight; what is older is forgotten. */
export interface RecentCache<Value> {
  get(key: string): Value | undefined;
  /** `weight`: about how much memory the entry takes, in whatever unit the bound is. */
  set(key: string, value: Value, weight: number): void;
  readonly size: number;
}

export function createRecentCache<Value>(bounds: {
  readonly entriesMax: number;
  readonly weightMax: number;
}): RecentCache<Value> {
  // A Map keeps the order of insertion: the first entry is the one that was used longest ago.
  const entries = new Map<string, { readonly value: Value; readonly weight: number }>();
  let weightTotal = 0;

  function forget(key: string): void {
    weightTotal -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, weight) {
      forget(key);
      if (weight > bounds.weightMax) return;
      entries.set(key, { value, weight });
      weightTotal += weight;
      for (const oldest of entries.keys()) {
        if (entries.size <= bounds.entriesMax && weightTotal <= bounds.weightMax) break;
        forget(oldest);
      }
    },
    get size() {
      return entries.size;
    },
  };
}
