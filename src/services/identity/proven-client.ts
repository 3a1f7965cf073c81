import type { FastifyRequest } from 'fastify';
import type { TokenBinding } from '#domain/identity/access-token.ts';
import type { Agent } from '#domain/identity/agent.ts';
import { agentStanding } from '#domain/identity/agent-lifecycle.ts';
import {
  agentOfCertificate,
  type ClientCertificate,
  type ClientCertificates,
} from '#domain/identity/client-certificate.ts';
import type { Directory } from '#domain/identity/directory.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { AgentRouteDeps } from '#services/identity/routes/agents.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export interface ProvenClientDeps extends Pick<AgentRouteDeps, 'proveKey' | 'verifyAssertion'> {
  readonly directory: Directory;
  /** Absent where nobody is asked for certificates. */
  readonly certificates?: ClientCertificates | undefined;
  readonly nowMs: () => number;
}

export interface ProvenClient {
  readonly agent: Agent;
  readonly boundTo?: TokenBinding;
}

/**
 * Which agent asks for a token: by its assertion (RFC 7523), by the certificate of its connection (RFC 8705, section 2.1), or both;
 * and what the token is bound to: the key of a proof (RFC 9449), or else the certificate (RFC 8705, section 3).
 */
export function createProvenClient(deps: ProvenClientDeps) {
  const { certificates, directory } = deps;

  return async function provenClient(
    request: FastifyRequest,
    form: ReadonlyMap<string, string>,
  ): Promise<Result<ProvenClient>> {
    const shown = certificates?.of(request.raw.socket);
    const byCertificate = shown === undefined ? undefined : certified(shown);
    // Whoever shows a certificate means it: a token that anybody may use, without a word, would be worse than none.
    if (byCertificate?.ok === false) return byCertificate;
    const agent = form.has('client_assertion')
      ? await asserted(form)
      : (byCertificate ?? refuse('assertion-invalid', 'Send a client_assertion, or connect with a certificate.'));
    if (!agent.ok) return agent;
    const { id } = agent.value;
    if ((byCertificate?.value.id ?? id) !== id || (form.get('client_id') ?? id) !== id) {
      return refuse('certificate-invalid', 'The certificate, the assertion and the client_id do not name one agent.');
    }
    const proof = request.headers['dpop'];
    if (proof !== undefined) {
      const proven = await deps.proveKey({ proof: String(proof), method: request.method, path: request.url });
      if (!proven.ok) return proven;
      return ok({ agent: agent.value, boundTo: { kind: 'key', thumbprint: proven.value.thumbprint } });
    }
    if (shown === undefined) return ok({ agent: agent.value });
    return ok({ agent: agent.value, boundTo: { kind: 'certificate', thumbprint: shown.thumbprint } });
  };

  async function asserted(form: ReadonlyMap<string, string>): Promise<Result<Agent>> {
    if (form.get('client_assertion_type') !== ASSERTION_TYPE) {
      return refuse('assertion-invalid', `client_assertion_type must be ${ASSERTION_TYPE}.`);
    }
    const proven = await deps.verifyAssertion(form.get('client_assertion') ?? '');
    return proven.ok ? ok(proven.value.agent) : proven;
  }

  function certified(certificate: ClientCertificate): Result<Agent> {
    if (certificates === undefined) throw new Error('a certificate was read where nobody is asked for one');
    const id = agentOfCertificate(certificate, { trustDomain: certificates.trustDomain, nowMs: deps.nowMs() });
    if (!id.ok) return id;
    const agent = directory.agent(id.value);
    // Told alike: who there is, is told to nobody who is not.
    if (agent === undefined || agent.state.status === 'pending') {
      return refuse('certificate-invalid', 'The client certificate is not of an agent that has enrolled here.');
    }
    const standing = agentStanding(agent);
    return standing.ok ? ok(agent) : standing;
  }
}
