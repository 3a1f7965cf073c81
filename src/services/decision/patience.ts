import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Patience } from '#services/decision/decide-with-people.ts';
import { goneSignal } from '#services/gone-signal.ts';
import { leaveFlight } from '#services/guard.ts';

/** What an answer needs to get back to a hook and through it, in milliseconds: below the hook's own deadline by this much. */
const RETURN_MS = 2_000;
/** Longest wait of one request, in milliseconds: connections are not kept for hours. The ticket is for longer ones. */
const WAIT_MS_MAX = 600_000;

/**
 * How long the caller of a hook waits: its client says when it gives up (`ACGS-Deadline-Ms`). Without that nobody is made
 * to wait.
 */
export function patienceOfHook(request: FastifyRequest, reply: FastifyReply): Patience | undefined {
  const deadlineMs = Number(request.headers['acgs-deadline-ms']);
  return patience(request, reply, deadlineMs - RETURN_MS);
}

/** `Prefer: wait=30` (RFC 7240, section 4.3), in seconds: how long a caller of the API waits. */
export function patienceOfCaller(request: FastifyRequest, reply: FastifyReply): Patience | undefined {
  const preferred = [request.headers['prefer'] ?? []].flat().join(',');
  const seconds = /(?:^|[,;\s])wait="?(\d{1,6})"?(?=$|[,;\s])/i.exec(preferred)?.[1];
  return patience(request, reply, Number(seconds) * 1000);
}

function patience(request: FastifyRequest, reply: FastifyReply, ms: number): Patience | undefined {
  if (!(ms > 0)) return undefined;
  return { ms: Math.min(ms, WAIT_MS_MAX), signal: goneSignal(reply), onWait: () => leaveFlight(request) };
}
