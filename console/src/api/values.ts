import type { Reply } from './client.ts';

/** Names for what several pages show; each is a part of an answer of the API, so that nothing is described twice. */
export type Decision = Reply<'GET /v1/decisions'>['decisions'][number];
export type VerdictKind = Decision['verdict']['kind'];
export type ApprovalRequest = Reply<'GET /v1/approvals'>['requests'][number];
