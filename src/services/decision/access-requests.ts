import { LRUCache } from 'lru-cache';
import Type, { type Static } from 'typebox';
import type { Approval } from '#domain/approval/approval.ts';
import { type ApprovalRequest, stateOf } from '#domain/approval/request.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { canonicalJson, type JsonValue, sha256Hex } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { ApprovalBook } from '#services/decision/approval-book.ts';
import { ActionName, type Evaluation, Resource, Subject } from '#services/decision/authzen.ts';

/**
 * OpenID AuthZEN Access Request and Approval Profile, Draft 1 (docs/reference/access-requests.md says what of it is done). Section
 * names below are the draft's. We are PDP and Access Request Service in one, so both bindings are by reference ("Shared-State
 * Deployments"): a denial by its `evaluation_id`, an approval by its `id`.
 */
export const ACCESS_REQUEST_CAPABILITY = 'urn:openid:authzen:capability:access-request';

/** "Error Responses": the problem types of the draft. */
export type AccessRequestProblem =
  | 'not_requestable'
  | 'expired_denial'
  | 'invalid_denial_binding'
  | 'duplicate_request'
  | 'unknown_task'
  | 'unauthorized_requester';

const Text = Type.String({ minLength: 1, maxLength: 512 });
const Fields = Type.Record(Type.String(), Type.Unknown());

/** "Access Request Submission". `items` and `callback` are not taken: what is asked for with them would not be done. */
export const SubmissionBody = Type.Object(
  {
    subject: Subject,
    resource: Type.Optional(Resource),
    action: Type.Optional(ActionName),
    context: Type.Optional(Fields),
    denial: Type.Optional(
      Type.Object(
        {
          evaluation_id: Type.Optional(Text),
          binding_token: Type.Optional(Type.String({ maxLength: 16_384 })),
          expires_at: Type.String({ maxLength: 64 }),
        },
        { additionalProperties: true },
      ),
    ),
    requested_access: Type.Optional(Fields),
    client: Type.Optional(
      Type.Object(
        { actor: Type.Optional(Type.Object({ id: Text }, { additionalProperties: true })) },
        { additionalProperties: true },
      ),
    ),
    items: Type.Optional(Type.Never()),
    callback: Type.Optional(Type.Never()),
  },
  { additionalProperties: true },
);
export type Submission = Static<typeof SubmissionBody>;

/** "Task Status Values" that are used here; nobody cancels, and what fails is told as an error. */
type TaskStatus = 'pending' | 'approved' | 'denied' | 'expired';

export interface TaskReply {
  readonly task: {
    readonly id: string;
    readonly status: TaskStatus;
    readonly status_endpoint: string;
    readonly expires_at: string;
    readonly display: { readonly title: string };
  };
  readonly result?: { readonly mode: 'reevaluate'; readonly approval: ApprovalReference };
}

interface ApprovalReference {
  readonly id: string;
  readonly approved_at: string;
  readonly approved_until: string;
}

/** Denials whose evaluation is remembered, and idempotency keys: past them a gateway must evaluate, or submit, anew. */
const BINDINGS_MAX = 10_000;
const KEYS_MAX = 10_000;
/** "Access Request Submission": keys are kept for a day at least. */
const KEY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

/** "Authorization-Relevant Context": what of the context becomes part of the action (`toAction`). */
const RELEVANT = ['cwd', 'workspace', 'session'] as const;

export function createAccessRequests(deps: {
  readonly approvals: ApprovalBook;
  readonly governance: Governance;
  readonly publicUrl: string;
  readonly nowMs: () => number;
}) {
  const { approvals, governance } = deps;
  // "PDP Metadata": the endpoint is an HTTPS URI. Without one there is nothing to offer.
  const endpoint = deps.publicUrl.startsWith('https://') ? `${deps.publicUrl}/access/v1/requests` : undefined;
  const bindings = new LRUCache<DecisionId, string>({ max: BINDINGS_MAX });
  const keys = new LRUCache<string, string>({ max: KEYS_MAX, ttl: KEY_MS });

  const rulesOf = ({ constitution }: Decision) =>
    (governance.inForce(constitution.digest) ?? governance.active()).constitution.approvals;
  const expiresAt = (decision: Decision) => iso(decision.timeMs + rulesOf(decision).requestMinutes * MINUTE_MS);

  /** "Requestable Denial Context", for a denial that a person could lift; and what became of the approval that was shown. */
  function denialContext(decision: Decision, evaluation: Evaluation): Readonly<Record<string, unknown>> {
    const shown = referenceIn(evaluation);
    const isRequestable = endpoint !== undefined && decision.verdict.kind === 'ask';
    if (isRequestable) bindings.set(decision.id, bindingOf(evaluation));
    const next = shown === undefined ? undefined : nextAction(decision, shown, isRequestable);
    return {
      evaluation_id: decision.id,
      evaluated_at: iso(decision.timeMs),
      ...(isRequestable
        ? {
            reason: 'approval_required',
            access_request: {
              endpoint,
              expires_at: expiresAt(decision),
              display: {
                title: `Ask a person with the role ${decision.verdict.kind === 'ask' ? decision.verdict.role : ''}`,
              },
            },
          }
        : {}),
      ...next,
    };
  }

  /** "Approval and Re-evaluation": why the approval that was shown did not help, and what to do. */
  function nextAction(decision: Decision, approvalId: string, isRequestable: boolean) {
    if (decision.verdict.kind === 'deny') return { reason: 'policy_denied', next_action: 'none' };
    const request = approvals.requestOf(approvalId);
    if (request === undefined || request.decision.principal.id !== decision.principal.id) {
      return { reason: 'approval_unverifiable', next_action: 'none' };
    }
    const reason = request.decision.actionDigest === decision.actionDigest ? 'approval_expired' : 'out_of_scope';
    return { reason, next_action: isRequestable ? 'request' : 'none' };
  }

  /** In the answer to a re-evaluation that an approval has allowed. */
  function allowContext({ approvalId }: Decision): Readonly<Record<string, unknown>> {
    const approval = approvalId === undefined ? undefined : grantedIn(approvals.requestOf(approvalId));
    if (approval === undefined) return {};
    return { approval: { id: approval.id, approved_until: iso(approval.expiresMs) } };
  }

  /** "Access Request Submission" and "Access Request Service Processing Rules". What is asked is a request since it was decided. */
  function submit(
    body: Submission,
    by: Principal,
    idempotencyKey: string | undefined,
  ): Result<TaskReply, AccessRequestProblem> {
    const { subject, resource, action, context, denial } = body;
    if (!mayAskFor(body, by)) {
      return refuse('unauthorized_requester', 'The caller may not ask for this subject or actor.');
    }
    if (denial?.binding_token !== undefined)
      return refuse('invalid_denial_binding', 'This service issues no binding_token.');
    if (denial?.evaluation_id === undefined || resource === undefined || action === undefined) {
      return refuse('invalid_denial_binding', 'resource, action and denial.evaluation_id are required.');
    }
    const id = denial.evaluation_id as DecisionId; // branded at the edge; one that is not known is refused
    const request = approvals.request(id);
    const binding = bindings.get(id);
    if (request === undefined) return refuse('not_requestable', 'No denial of this evaluation_id can be asked for.');
    if (
      binding === undefined ||
      binding !== bindingOf({ subject, resource, action, ...(context === undefined ? {} : { context }) })
    ) {
      return refuse(
        'invalid_denial_binding',
        'The submission is not what was evaluated, or that was too long ago to be known.',
      );
    }
    const reply = replyOf(request);
    // The recorded end counts, not the one that is echoed ("Denial Binding by Reference").
    if (reply.task.status === 'expired') return refuse('expired_denial', 'The denial has expired: evaluate anew.');
    if (isKeyOfAnother(body, by, idempotencyKey)) {
      return refuse('duplicate_request', 'The Idempotency-Key was used for another submission.');
    }
    return ok(reply);
  }

  /** Remembers the key, where there is one; tells whether it was another submission's. */
  function isKeyOfAnother(body: Submission, by: Principal, idempotencyKey: string | undefined): boolean {
    if (idempotencyKey === undefined) return false;
    const key = JSON.stringify([by.id, idempotencyKey]);
    const sent = sha256Hex(canonicalJson(body as JsonValue)); // parsed JSON
    const known = keys.get(key) ?? sent;
    keys.set(key, known);
    return known !== sent;
  }

  /** "Task Status Endpoint". Another's task is as unknown as none. */
  function status(id: string, by: Principal): Result<TaskReply, AccessRequestProblem> {
    const request = approvals.request(id as DecisionId); // as above
    const isTask = endpoint !== undefined && request?.decision.verdict.kind === 'ask';
    if (!isTask || request === undefined || (by.kind === 'agent' && request.decision.principal.id !== by.id)) {
      return refuse('unknown_task', 'There is no such task.');
    }
    return ok(replyOf(request));
  }

  function replyOf(request: ApprovalRequest): TaskReply {
    const { decision } = request;
    const approval = grantedIn(request);
    const task = {
      id: decision.id,
      status: statusOf(request),
      status_endpoint: `${endpoint}/${decision.id}`,
      expires_at: expiresAt(decision),
      display: { title: 'A person was asked' },
    };
    if (approval === undefined) return { task };
    const reference = { id: approval.id, approved_at: iso(approval.timeMs), approved_until: iso(approval.expiresMs) };
    return { task, result: { mode: 'reevaluate', approval: reference } };
  }

  /** "State Transitions": what is settled stays so, also when the yes has expired or was used. */
  function statusOf(request: ApprovalRequest): TaskStatus {
    if (grantedIn(request) !== undefined) return 'approved';
    const { kind } = stateOf(request, rulesOf(request.decision), deps.nowMs());
    if (kind === 'refused') return 'denied';
    return kind === 'expired' ? 'expired' : 'pending';
  }

  return { endpoint, denialContext, allowContext, submit, status };
}

export type AccessRequests = ReturnType<typeof createAccessRequests>;

/** A person with the permission (a gateway's token) asks for any agent; an agent for itself, as itself ("Actor and Source Verification"). */
function mayAskFor({ subject, client }: Submission, by: Principal): boolean {
  const actor = client?.actor;
  const isActor = actor === undefined || (actor.id === by.id && !('act' in actor));
  return isActor && (by.kind === 'person' || subject.id === by.id);
}

/** The last yes, once enough persons have said it. */
function grantedIn(request: ApprovalRequest | undefined): Approval | undefined {
  const last = request?.answers.at(-1);
  return last?.answer === 'granted' && last.outstanding === 0 ? last : undefined;
}

/** `context.approval` of a re-evaluation. */
function referenceIn({ context }: Evaluation): string | undefined {
  const approval = context?.['approval'];
  if (typeof approval !== 'object' || approval === null || !('id' in approval)) return undefined;
  return typeof approval.id === 'string' ? approval.id : undefined;
}

/** "Structural Comparison": equal values have one RFC 8785 form. The actor may be told elsewhere, and is left out. */
function bindingOf({ subject, resource, action, context = {} }: Evaluation): string {
  const { act: _, ...properties } = subject.properties ?? {};
  const relevant = Object.fromEntries(RELEVANT.filter((name) => name in context).map((name) => [name, context[name]]));
  const bound = { subject: { ...subject, properties }, resource, action, context: relevant };
  return sha256Hex(canonicalJson(JSON.parse(JSON.stringify(bound))));
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
