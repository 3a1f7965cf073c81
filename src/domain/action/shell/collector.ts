import { EFFECT_COUNT_MAX, type Effect, type Span } from '#domain/action/effect.ts';

/** Gathers the effects of one action: each once, in the order seen, at most `EFFECT_COUNT_MAX`. */
export interface Collector {
  emit(effect: Effect, span?: Span): void;
  /** No room is left: what follows need not be looked at. */
  readonly full: boolean;
  effects(): readonly Effect[];
}

export function createCollector(countMax: number = EFFECT_COUNT_MAX): Collector {
  const seen = new Map<string, Effect>();
  let full = false;
  return {
    emit(effect, span) {
      if (full) return;
      const key = JSON.stringify(effect);
      if (seen.has(key)) return;
      if (seen.size >= countMax - 1) {
        full = true;
        const rest: Effect = { kind: 'dynamic', cause: 'limit', detail: `more than ${countMax} effects` };
        seen.set(JSON.stringify(rest), rest);
        return;
      }
      seen.set(key, span === undefined ? effect : { ...effect, span });
    },
    get full() {
      return full;
    },
    effects: () => [...seen.values()],
  };
}
