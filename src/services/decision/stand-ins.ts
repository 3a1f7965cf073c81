import { LRUCache } from 'lru-cache';
import type { Effect } from '#domain/action/effect.ts';
import type { Governing } from '#domain/constitution/governance.ts';
import type { Evaluation } from '#domain/policy/evaluate.ts';
import type { ApprovalFacts } from '#domain/policy/requests.ts';
import type { PlacedAction } from '#domain/standing-grant/place.ts';
import { evaluateStandIn, type LoadedGrant, loadGrant } from '#domain/standing-grant/stand-in.ts';
import { type StandingGrant, type StandingGrantId, standingGrantState } from '#domain/standing-grant/standing-grant.ts';
import type { StandingGrantBook } from '#services/decision/standing-grant-book.ts';

/** Grants that are kept compiled; the rest are compiled again when their agent is asked about something. */
const LOADED_MAX = 1_000;

export interface StandInFound {
  readonly evaluation: Evaluation;
  readonly grant: StandingGrant;
}

export type FindStandIn = (asked: {
  readonly asked: Evaluation;
  readonly principalId: string;
  /** The agent's kind. */
  readonly agent: string;
  readonly action: PlacedAction;
  readonly effects: readonly Effect[];
  /** What governs this action: only a grant that was given under it stands in. */
  readonly governing: Pick<Governing, 'constitution' | 'ref'>;
  readonly nowMs: number;
  readonly evaluate: (approval: ApprovalFacts) => Evaluation;
}) => StandInFound | undefined;

/** Finds the standing grant that lets an action through that is asked about, if there is one. Everything is looked at anew each time. */
export function createFindStandIn(book: StandingGrantBook): FindStandIn {
  const loaded = new LRUCache<StandingGrantId, LoadedGrant>({ max: LOADED_MAX });

  function load(grant: StandingGrant, schema: Governing['constitution']['schema']): LoadedGrant | undefined {
    const known = loaded.get(grant.id);
    if (known !== undefined) return known;
    const fresh = loadGrant(grant, schema);
    if (fresh !== undefined) loaded.set(grant.id, fresh);
    return fresh;
  }

  return function findStandIn({ principalId, governing, nowMs, ...given }) {
    const isInForce = ({ digest }: StandingGrant['constitution']) => digest === governing.ref.digest;
    for (const file of book.filesOf(principalId)) {
      const { grant } = file;
      if (standingGrantState(file, { timeMs: nowMs, isInForce }).kind !== 'in-force') continue;
      const ready = load(grant, governing.constitution.schema);
      const by = file.agreed.at(-1);
      if (ready === undefined || by === undefined) continue;
      const evaluation = evaluateStandIn(ready, { ...given, by });
      if (evaluation !== undefined) return { evaluation, grant };
    }
    return undefined;
  };
}
