import type { DueNotice, Recipient } from '#domain/approval/escalation.ts';
import type { ApprovalRequest } from '#domain/approval/request.ts';
import type { DecisionId } from '#domain/decision/decision.ts';

/**
 * What is told to people outside ACGS. It says what is asked, and where and by which commands it is looked at and answered: the
 * page asks who one is, and no link grants anything. It carries no more of the action than its first line: a channel is read by many.
 */
export interface Notice {
  /** The same for every attempt to tell the same: receivers may drop what they have seen. */
  readonly id: string;
  readonly decisionId: DecisionId;
  readonly recipient: Recipient;
  /** Who asks: `codex-ci (codex)`. */
  readonly asker: string;
  /** The beginning of the action, as recorded: without the secrets in it. */
  readonly subject: string;
  /** Why it is asked, in the words of the policy that stands first. */
  readonly reason: string;
  /** Where the server is that asks. */
  readonly server: string;
  /** The console's page of the request; absent where people have no address of it. */
  readonly page?: string;
  readonly askedMs: number;
}

/** Delivers a notice, or rejects with what went wrong. One that is delivered twice does no harm. */
export interface Channel {
  readonly name: string;
  /** Whom it reaches. */
  readonly reaches: readonly Recipient[];
  send(notice: Notice): Promise<void>;
}

const SUBJECT_CHARACTERS_MAX = 200;

export function noticeOf(
  request: ApprovalRequest,
  due: DueNotice,
  subject: string,
  at: { readonly server: string; readonly console?: string },
): Notice {
  const { id, principal, agent, reasons, timeMs } = request.decision;
  const [line = ''] = subject.split('\n', 1);
  const isCut = line.length > SUBJECT_CHARACTERS_MAX || line.length < subject.length;
  return {
    id: `${id}-${due.step}`,
    decisionId: id,
    recipient: due.recipient,
    asker: principal.id === agent ? agent : `${principal.id} (${agent})`,
    subject: isCut ? `${line.slice(0, SUBJECT_CHARACTERS_MAX)} …` : line,
    reason: reasons[0]?.reason ?? 'A person must approve this.',
    server: at.server,
    ...(at.console === undefined ? {} : { page: `${at.console.replace(/\/$/, '')}/approvals/${id}` }),
    askedMs: timeMs,
  };
}

export function isReachedBy({ kind, ...rest }: Recipient, channel: Pick<Channel, 'reaches'>): boolean {
  return channel.reaches.some(
    (one) => one.kind === kind && (!('role' in one) || ('role' in rest && one.role === rest.role)),
  );
}
