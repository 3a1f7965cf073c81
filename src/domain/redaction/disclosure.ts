import { actionDigest } from '#domain/action/digest.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { JsonObject, JsonValue } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { JSON_VALUE, type RedactionDetail, redactionCommitment, wholeMarker, withoutMarkers } from './marker.ts';

/** What somebody shows of a decision's redactions: some of them, or all. */
export interface Disclosure {
  readonly decisionId: string;
  readonly details: readonly RedactionDetail[];
}

export interface VerifiedDisclosure {
  /** The action with everything that was disclosed in its place. */
  readonly action: JsonObject;
  /** Numbers of the redactions that are still closed. */
  readonly closed: readonly number[];
  /** Whether the action is the very one that was decided: its digest is the record's. False while any redaction is closed. */
  readonly isWhole: boolean;
}

export type DisclosureCode =
  | 'disclosure-other-decision'
  | 'disclosure-unknown'
  | 'disclosure-wrong'
  | 'action-different';

/** Checks a disclosure against the record: each value against its commitment, and all of them together against the action's digest. */
export function verifyDisclosure(
  decision: Pick<Decision, 'id' | 'action' | 'actionDigest' | 'redactions'>,
  disclosure: Disclosure,
): Result<VerifiedDisclosure, DisclosureCode> {
  if (disclosure.decisionId !== decision.id) {
    return refuse(
      'disclosure-other-decision',
      `The disclosure is of decision ${disclosure.decisionId}, not of this one.`,
    );
  }
  const redactions = decision.redactions ?? [];
  const values = new Map<number, string>();
  for (const detail of disclosure.details) {
    const redaction = redactions[detail.number - 1];
    if (redaction === undefined) return refuse('disclosure-unknown', `The record has no redaction ${detail.number}.`);
    if (redaction.kind !== detail.kind || redaction.commitment !== redactionCommitment(decision.id, detail)) {
      return refuse(
        'disclosure-wrong',
        `Redaction ${detail.number} is not what was committed to: the value, its salt or its kind is another.`,
      );
    }
    values.set(detail.number, detail.value);
  }
  const action = restoredAction(decision.action, (number) => values.get(number));
  const closed = redactions.map((_, at) => at + 1).filter((number) => !values.has(number));
  if (closed.length > 0) return ok({ action, closed, isWhole: false });
  if (actionDigest(action) !== decision.actionDigest) {
    return refuse('action-different', 'With everything disclosed, the action is not the one that the digest is of.');
  }
  return ok({ action, closed, isWhole: true });
}

function restoredAction(action: JsonObject, disclosed: (number: number) => string | undefined): JsonObject {
  const restore = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') {
      const whole = wholeMarker(value, JSON_VALUE);
      const json = whole === undefined ? undefined : disclosed(whole);
      // What was committed to under this kind is the JSON text that was made of a value.
      return json === undefined ? withoutMarkers(value, disclosed) : (JSON.parse(json) as JsonValue);
    }
    if (Array.isArray(value)) return value.map(restore);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, restore(field)]));
  };
  return Object.fromEntries(Object.entries(action).map(([key, value]) => [key, restore(value)]));
}
