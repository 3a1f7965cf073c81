import type { FastifyReply } from 'fastify';
import { ok, type Refusal, type Result, refuse } from '#domain/result.ts';
import type { EdgeServer } from '#services/edge.ts';

/** Bytes of a form: two tokens and a few words. An OpenID provider's logout token may have many claims. */
const FORM_BYTES_MAX = 32_768;

/** What the endpoints of OAuth, and of OpenID Connect, read (RFC 6749, appendix B); handlers get the text. */
export function acceptForms(scope: Pick<EdgeServer, 'addContentTypeParser'>): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_BYTES_MAX },
    (_request, body, done) => done(null, body),
  );
}

/** RFC 6749, section 3.2: no parameter twice. */
export function parseForm(body: unknown): Result<ReadonlyMap<string, string>, 'body-invalid'> {
  const entries = typeof body === 'string' ? [...new URLSearchParams(body)] : [];
  const form = new Map(entries);
  if (entries.length === 0 || form.size !== entries.length) {
    return refuse('body-invalid', 'Send application/x-www-form-urlencoded, each parameter once.');
  }
  return ok(form);
}

/** RFC 6749, section 5.2: clients of OAuth read `error`; ours also the code. */
export function sendOauthError(reply: FastifyReply, status: number, error: string, refusal: Refusal): FastifyReply {
  const isLocked = refusal.code === 'locked-out';
  return reply
    .code(isLocked ? 429 : status)
    .type('application/json')
    .send({ error, error_description: refusal.message, code: refusal.code });
}
