import { canonicalJson, type JsonValue } from '#domain/json.ts';
import { decodeUtf8 } from '#domain/ledger/text.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { RECEIPT_PREDICATE_TYPE, type Receipt, STATEMENT_TYPE, SUBJECT_NAME } from './statement.ts';

type Fields = { readonly [key: string]: JsonValue };

/**
 * The receipt in a payload. Refuses every other form: bytes that are not the RFC 8785 form of what they say, a field that is
 * not known, absent or of another type. What a verifier does not understand could change the meaning of what it does.
 */
export function parseReceipt(payload: Uint8Array): Result<Receipt, 'statement-malformed'> {
  // A lenient reading would put one character for many bytes, and so let two statements be one.
  const text = decodeUtf8(payload);
  if (text === undefined) return malformed('it is not UTF-8');
  try {
    const value: JsonValue = JSON.parse(text);
    if (canonicalJson(value) !== text) return malformed('it is not in its canonical form (RFC 8785)');
    return ok(receiptIn(value));
  } catch (error) {
    if (error instanceof Malformed) return malformed(error.message);
    return malformed('it is not JSON');
  }
}

function malformed(why: string) {
  return refuse('statement-malformed', `The signed statement is not one of a receipt: ${why}.`);
}

class Malformed extends Error {}

function receiptIn(value: JsonValue): Receipt {
  const statement = fields(value, 'the statement', ['_type', 'subject', 'predicateType', 'predicate']);
  equal(statement._type, STATEMENT_TYPE, '_type');
  equal(statement.predicateType, RECEIPT_PREDICATE_TYPE, 'predicateType');
  const [subject, ...rest] = list(statement.subject, 'subject');
  if (rest.length > 0) throw new Malformed('it has more than one subject');
  const { name, digest } = fields(subject, 'the subject', ['name', 'digest']);
  equal(name, SUBJECT_NAME, 'the name of the subject');
  const { sha256 } = fields(digest, "the subject's digest", ['sha256']);
  const predicate = fields(
    statement.predicate,
    'the predicate',
    ['id', 'timeMs', 'agent', 'delegation', 'action', 'verdict', 'reasons', 'constitution', 'journal', 'record'],
    ['approval', 'standingGrant'],
  );
  const action = fields(predicate.action, 'action', ['kind']);
  const read: unknown = {
    id: text(predicate.id, 'id'),
    timeMs: count(predicate.timeMs, 'timeMs'),
    agent: agentIn(predicate.agent),
    delegation: list(predicate.delegation, 'delegation').map((step) => {
      const { kind, id } = fields(step, 'a delegation', ['kind', 'id']);
      if (kind !== 'agent' && kind !== 'person') throw new Malformed('a delegation is by neither agent nor person');
      return { kind, id: text(id, 'delegation id') };
    }),
    action: { kind: text(action.kind, 'action kind'), digest: hash(sha256, "the action's digest") },
    verdict: verdictIn(predicate.verdict),
    reasons: list(predicate.reasons, 'reasons').map(reasonIn),
    constitution: constitutionIn(predicate.constitution),
    ...(predicate.approval === undefined ? {} : { approval: approvalIn(predicate.approval, 'approval') }),
    ...(predicate.standingGrant === undefined
      ? {}
      : { standingGrant: approvalIn(predicate.standingGrant, 'standingGrant') }),
    journal: journalIn(predicate.journal),
    record: { sha256: hash(fields(predicate.record, 'record', ['sha256']).sha256, "the record's hash") },
  };
  return read as Receipt; // every field was checked above; brands exist at compile time only
}

function agentIn(value: JsonValue | undefined): Fields {
  const agent = fields(value, 'agent', ['kind', 'id', 'agent'], ['agentVersion', 'sessionId', 'toolUseId']);
  if (agent.kind !== 'agent' && agent.kind !== 'person') throw new Malformed('agent.kind is neither agent nor person');
  for (const [name, field] of Object.entries(agent)) text(field, `agent.${name}`);
  return agent;
}

function verdictIn(value: JsonValue | undefined): Fields {
  const { kind } = fields(value, 'verdict', ['kind'], ['role', 'input', 'retryAfterMs']);
  switch (kind) {
    case 'allow':
    case 'deny':
      return fields(value, 'verdict', ['kind']);
    case 'ask': {
      const ask = fields(value, 'verdict', ['kind', 'role']);
      text(ask.role, 'verdict.role');
      return ask;
    }
    case 'modify': {
      const modify = fields(value, 'verdict', ['kind', 'input']);
      fields(modify.input, 'verdict.input', []);
      return modify;
    }
    case 'defer': {
      const defer = fields(value, 'verdict', ['kind', 'retryAfterMs']);
      count(defer.retryAfterMs, 'verdict.retryAfterMs');
      return defer;
    }
    default:
      throw new Malformed('its verdict is not known');
  }
}

function reasonIn(value: JsonValue): Fields {
  const reason = fields(value, 'a reason', ['policy', 'reason', 'effect'], ['article', 'advice']);
  for (const [name, field] of Object.entries(reason)) text(field, `reason.${name}`);
  return reason;
}

function constitutionIn(value: JsonValue | undefined): Fields {
  const constitution = fields(value, 'constitution', ['lineage', 'number', 'digest']);
  text(constitution.lineage, 'constitution.lineage');
  count(constitution.number, 'constitution.number');
  hash(constitution.digest, 'constitution.digest');
  return constitution;
}

/** Of one form: both say who let it through, as what, and for how long. */
function approvalIn(value: JsonValue, what: 'approval' | 'standingGrant'): Fields {
  const approval = fields(value, what, ['id', 'decisionId', 'by', 'role', 'timeMs', 'expiresMs']);
  for (const name of ['id', 'decisionId', 'by', 'role']) text(approval[name], `${what}.${name}`);
  for (const name of ['timeMs', 'expiresMs']) count(approval[name], `${what}.${name}`);
  return approval;
}

function journalIn(value: JsonValue | undefined): Fields {
  const journal = fields(value, 'journal', ['node', 'sequence', 'hash', 'previousHash']);
  text(journal.node, 'journal.node');
  if (count(journal.sequence, 'journal.sequence') === 0) throw new Malformed('journal.sequence is 0');
  hash(journal.hash, 'journal.hash');
  hash(journal.previousHash, 'journal.previousHash');
  return journal;
}

/** An object with these fields; with no others, unless none are named. */
function fields(
  value: JsonValue | undefined,
  what: string,
  names: readonly string[],
  optional: readonly string[] = [],
): Fields {
  if (typeof value !== 'object' || value === null || isList(value)) throw new Malformed(`${what} is not an object`);
  const missing = names.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw new Malformed(`${what} has no ${missing}`);
  const other = Object.keys(value).find((name) => !names.includes(name) && !optional.includes(name));
  if (other !== undefined && names.length > 0) throw new Malformed(`${what} has a field that is not known (${other})`);
  return value;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function list(value: JsonValue | undefined, what: string): readonly JsonValue[] {
  if (value === undefined || !isList(value)) throw new Malformed(`${what} is not a list`);
  return value;
}

function text(value: JsonValue | undefined, what: string): string {
  if (typeof value !== 'string') throw new Malformed(`${what} is not a text`);
  return value;
}

function count(value: JsonValue | undefined, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Malformed(`${what} is not a whole number`);
  }
  return value;
}

function hash(value: JsonValue | undefined, what: string): string {
  if (!/^[0-9a-f]{64}$/.test(text(value, what))) throw new Malformed(`${what} is not a SHA-256`);
  return text(value, what);
}

function equal(value: JsonValue | undefined, expected: string, what: string): void {
  if (value !== expected) throw new Malformed(`${what} is not ${expected}`);
}
