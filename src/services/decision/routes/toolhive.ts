import { createHmac, timingSafeEqual } from 'node:crypto';
import Type from 'typebox';
import Compile from 'typebox/compile';
import type { ConstitutionDemand } from '#domain/constitution/demand.ts';
import { messageForAgent } from '#domain/decision/message.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import type { JsonValue } from '#domain/json.ts';
import type { SessionId } from '#domain/session/session.ts';
import type { Decide } from '#services/decision/decide.ts';
import type { EdgeServer } from '#services/edge.ts';
import { sendProblem } from '#services/problem.ts';

/** How far the sender's clock may be off, and how long a captured request stays good, in seconds. */
const TIMESTAMP_SKEW_MAX_S = 60;

const ToolHiveRequest = Type.Object(
  {
    version: Type.String(),
    uid: Type.String({ minLength: 1, maxLength: 256 }),
    principal: Type.Optional(Type.Object({ sub: Type.Optional(Type.String()) }, { additionalProperties: true })),
    mcp_request: Type.Object(
      { method: Type.String(), params: Type.Optional(Type.Record(Type.String(), Type.Unknown())) },
      { additionalProperties: true },
    ),
    context: Type.Object(
      { server_name: Type.String({ minLength: 1, maxLength: 512 }) },
      { additionalProperties: true },
    ),
  },
  { additionalProperties: true },
);
const toolHiveRequest = Compile(ToolHiveRequest);

/**
 * ToolHive's validating webhook: it asks before it forwards an MCP request. The request is authenticated by its
 * signature (HMAC-SHA256 over `timestamp.body`), which is why the raw body is kept.
 */
export function registerToolhiveRoutes(
  app: EdgeServer,
  deps: { readonly decide: Decide; readonly secret: string | undefined; readonly nowMs: () => number },
): void {
  const { secret } = deps;
  // Without a secret nobody could be told from anybody: the endpoint does not exist.
  if (secret === undefined) return;
  app.register((scope, _options, ready) => {
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post(
      '/v1/webhooks/toolhive',
      { config: { access: 'open' }, schema: { summary: "ToolHive's validating webhook" } },
      async (request, reply) => {
        const raw = request.body;
        const signature = request.headers['x-toolhive-signature'];
        const timestamp = request.headers['x-toolhive-timestamp'];
        if (!Buffer.isBuffer(raw) || !isSigned(raw, signature, timestamp, secret, deps.nowMs())) {
          return sendProblem(reply, {
            code: 'signature-invalid',
            message: 'The signature is missing, wrong or too old.',
          });
        }
        const body = parse(raw);
        if (body === undefined) {
          return sendProblem(reply, { code: 'body-invalid', message: "This is not a request of ToolHive's webhook." });
        }
        return answer(body, request.demand);
      },
    );
    ready();
  });

  async function answer(body: Type.Static<typeof ToolHiveRequest>, demand: ConstitutionDemand | undefined) {
    const { method, params } = body.mcp_request;
    // Everything but a tool call (initialize, tools/list, ping, …) moves no data out of the agent: it is named as it is.
    const name: unknown = method === 'tools/call' ? params?.name : method;
    if (typeof name !== 'string' || name === '') {
      return {
        version: body.version,
        uid: body.uid,
        allowed: false,
        code: 400,
        message: 'The tool call names no tool.',
        reason: 'malformed',
      };
    }
    const { decision } = await deps.decide({
      demand,
      principal: {
        kind: 'agent',
        id: (body.principal?.sub ?? 'anonymous') as AgentId, // branded at the edge: the body has been checked
        agent: 'mcp-gateway',
        teams: [],
      },
      // ToolHive does not tell one run of an agent from the next: a session is one principal on one server.
      session: { id: `toolhive:${body.context.server_name}` as SessionId }, // branded at the edge
      action: {
        kind: 'mcp',
        server: body.context.server_name,
        tool: name,
        input: (params?.arguments ?? {}) as JsonValue, // parsed JSON
        cwd: '/nonexistent',
        workspaceRoots: ['/nonexistent'],
      },
    });
    const allowed = decision.verdict.kind === 'allow';
    return {
      version: body.version,
      uid: body.uid,
      allowed,
      ...(allowed
        ? {}
        : {
            code: 403,
            message: messageForAgent(decision.verdict, decision.reasons, decision.id),
            reason: decision.reasons[0]?.policy ?? 'denied',
          }),
    };
  }
}

function isSigned(raw: Buffer, signature: unknown, timestamp: unknown, secret: string, nowMs: number): boolean {
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > TIMESTAMP_SKEW_MAX_S) return false;
  const expected = Buffer.from(
    `sha256=${createHmac('sha256', secret).update(`${timestamp}.`).update(raw).digest('hex')}`,
  );
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function parse(raw: Buffer) {
  try {
    const body: unknown = JSON.parse(raw.toString('utf8'));
    return toolHiveRequest.Check(body) ? body : undefined;
  } catch {
    return undefined;
  }
}
