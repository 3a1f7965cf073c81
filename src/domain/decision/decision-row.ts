import type { EffectKind } from '#domain/action/effect.ts';
import { subjectOf } from '#domain/action/subject.ts';
import type { Decision } from '#domain/decision/decision.ts';

/** Longest subject of a row, in UTF-16 units: a line of a list; the decision itself has the whole. */
const SUBJECT_LENGTH_MAX = 300;

/** A decision as one line of a list: hundreds are sent at once, and a single one may have a command of 256 KiB. */
export interface DecisionRow
  extends Pick<Decision, 'id' | 'timeMs' | 'principal' | 'agent' | 'actionKind' | 'verdict'> {
  readonly sessionId?: string;
  /** On whose behalf, the one who answers for all last. */
  readonly onBehalfOf?: string;
  readonly subject: string;
  readonly isCut: boolean;
  /** Each kind once, in the order in which they were found. */
  readonly effects: readonly EffectKind[];
  /** The policy that is named first. */
  readonly policy?: string;
  readonly constitution: number;
}

export function decisionRow(decision: Decision): DecisionRow {
  const { id, timeMs, principal, agent, actionKind, verdict, sessionId } = decision;
  const subject = subjectOf(decision.action);
  const onBehalfOf = decision.delegation?.at(-1)?.id;
  const policy = decision.reasons[0]?.policy;
  return {
    id,
    timeMs,
    principal,
    agent,
    actionKind,
    verdict,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    subject: subject.slice(0, SUBJECT_LENGTH_MAX).toWellFormed(),
    isCut: subject.length > SUBJECT_LENGTH_MAX,
    effects: [...new Set(decision.effects.map(({ kind }) => kind))],
    ...(policy === undefined ? {} : { policy }),
    constitution: decision.constitution.number,
  };
}
