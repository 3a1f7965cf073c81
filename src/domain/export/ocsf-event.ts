import type { Decision, Outcome } from '#domain/decision/decision.ts';
import { entryTimeMs } from '#domain/journal/entry-time.ts';
import type { JournalEntry, JournalRecord } from '#domain/journal/journal.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Verdict } from '#domain/policy/verdict.ts';
import { never } from '#domain/result.ts';
import { positionText } from './position.ts';

/** The version of the schema whose attributes are used: API Activity, base event, and the profile security_control. */
export const OCSF_VERSION = '1.6.0';

/** API Activity, in the category Application Activity. An agent's call of a tool is one, whatever the tool then does. */
const CLASS_UID = 6003;
const CATEGORY_UID = 6;
/** Other: a decision about a call is none of create, read, update, delete. `activity_name` says what it is. */
const ACTIVITY_OTHER = 99;
const TYPE_UID = CLASS_UID * 100 + ACTIVITY_OTHER;

const SEVERITY = { informational: 1, low: 2, medium: 3, high: 4 } as const;
const STATUS = { unknown: 0, success: 1, failure: 2 } as const;
/** Values of `action_id` and `disposition_id` of the profile security_control. */
const ACTION = { unknown: 0, allowed: 1, denied: 2 } as const;
const DISPOSITION = { allowed: 1, blocked: 2, approved: 8, corrected: 11, delayed: 14 } as const;

/**
 * A record as an OCSF event. What OCSF has no attribute for is in `unmapped` by its own name; nothing is put into an attribute
 * that means something else. `metadata.uid` is the same each time the record is exported.
 */
export function ocsfEvent(record: JournalRecord): JsonObject {
  const { entry } = record;
  const common: JsonObject = {
    class_uid: CLASS_UID,
    class_name: 'API Activity',
    category_uid: CATEGORY_UID,
    category_name: 'Application Activity',
    activity_id: ACTIVITY_OTHER,
    type_uid: TYPE_UID,
    time: entryTimeMs(entry),
    metadata: {
      version: OCSF_VERSION,
      uid: positionText(record),
      sequence: record.sequence,
      log_name: 'acgs-journal',
      product: { name: 'ACGS', vendor_name: 'ACGS' },
      profiles: ['security_control'],
    },
    // The node is where the agent's call was met; the agent's own address is not known to it.
    src_endpoint: { uid: record.node },
  };
  const unmapped: JsonObject = { node: record.node, sequence: record.sequence, record_hash: record.hash };
  switch (entry.kind) {
    case 'decision':
      return { ...common, ...decisionFields(entry.decision, unmapped) };
    case 'outcome':
      return { ...common, ...outcomeFields(entry.outcome, unmapped) };
    default:
      return { ...common, ...otherFields(entry, unmapped) };
  }
}

function decisionFields(decision: Decision, unmapped: JsonObject): JsonObject {
  const { verdict, reasons, constitution } = decision;
  const [first] = reasons;
  return {
    activity_name: 'Decide',
    severity_id: severityOf(verdict),
    status_id: STATUS.success,
    ...controlOf(verdict, decision.approvalId !== undefined),
    is_alert: verdict.kind === 'deny',
    message: `${verdict.kind}: ${first?.effect ?? decision.actionKind}`,
    actor: actorOf(decision),
    api: {
      operation: decision.actionKind,
      service: { name: decision.agent },
      request: { uid: decision.id, data: decision.action },
      response: { message: verdict.kind },
    },
    ...(first === undefined ? {} : { policy: { uid: first.policy, name: first.policy, desc: first.reason } }),
    unmapped: {
      ...unmapped,
      action_digest: decision.actionDigest,
      constitution: { ...constitution },
      reasons: reasons.map(({ policy, article, reason, effect }) => ({
        policy,
        ...(article === undefined ? {} : { article }),
        reason,
        effect,
      })),
      ...(decision.toolUseId === undefined ? {} : { tool_use_id: decision.toolUseId }),
      ...(decision.approvalId === undefined ? {} : { approval_id: decision.approvalId }),
    },
  };
}

function outcomeFields(outcome: Outcome, unmapped: JsonObject): JsonObject {
  const isGoverned = outcome.decisionId !== undefined;
  return {
    activity_name: isGoverned ? 'Report outcome' : 'Report ungoverned action',
    severity_id: isGoverned ? SEVERITY.informational : SEVERITY.high,
    status_id:
      outcome.status === 'succeeded' ? STATUS.success : outcome.status === 'failed' ? STATUS.failure : STATUS.unknown,
    is_alert: !isGoverned,
    message: isGoverned ? `the action ${outcome.status}` : 'an action was seen to happen without a decision',
    actor: actorOf(outcome),
    api: {
      operation: 'outcome',
      service: { name: outcome.agent },
      ...(outcome.decisionId === undefined ? {} : { request: { uid: outcome.decisionId } }),
    },
    ...(outcome.durationMs === undefined ? {} : { duration: Math.round(outcome.durationMs) }),
    unmapped: {
      ...unmapped,
      ...(outcome.actionDigest === undefined ? {} : { action_digest: outcome.actionDigest }),
      constitution: { ...outcome.constitution },
    },
  };
}

/** What the installation itself does, and people to it: the entry goes along as it is. */
function otherFields(
  entry: Exclude<JournalEntry, { readonly kind: 'decision' | 'outcome' }>,
  unmapped: JsonObject,
): JsonObject {
  return {
    activity_name: entry.kind,
    severity_id:
      entry.kind === 'detail-shredded' || entry.kind === 'detail-disclosed' ? SEVERITY.medium : SEVERITY.informational,
    status_id: STATUS.success,
    message: entry.kind === 'approval' ? `a person has ${entry.approval.answer} a request` : entry.kind,
    actor: entry.kind === 'approval' ? { user: { uid: entry.approval.by.id, type_id: 1 } } : { app_name: 'ACGS' },
    api: { operation: entry.kind, service: { name: 'ACGS' } },
    // Entries are JSON: they were read from a journal.
    unmapped: { ...unmapped, entry: JSON.parse(JSON.stringify(entry)) as JsonObject },
  };
}

function actorOf({ principal, agent, sessionId }: Decision | Outcome): JsonObject {
  return {
    // type_id: 1 a user, 4 a service.
    user: { uid: principal.id, type_id: principal.kind === 'agent' ? 4 : 1 },
    app_name: agent,
    ...(sessionId === undefined ? {} : { session: { uid: sessionId } }),
  };
}

function severityOf(verdict: Verdict): number {
  switch (verdict.kind) {
    case 'allow':
    case 'modify':
      return SEVERITY.informational;
    case 'ask':
    case 'defer':
      return SEVERITY.low;
    case 'deny':
      return SEVERITY.medium;
    default:
      return never(verdict);
  }
}

function controlOf(verdict: Verdict, isApproved: boolean): JsonObject {
  switch (verdict.kind) {
    case 'allow':
      return { action_id: ACTION.allowed, disposition_id: isApproved ? DISPOSITION.approved : DISPOSITION.allowed };
    case 'modify':
      return { action_id: ACTION.allowed, disposition_id: DISPOSITION.corrected };
    case 'deny':
      return { action_id: ACTION.denied, disposition_id: DISPOSITION.blocked };
    // Neither allowed nor denied for good.
    case 'ask':
    case 'defer':
      return { action_id: ACTION.unknown, disposition_id: DISPOSITION.delayed };
    default:
      return never(verdict);
  }
}
