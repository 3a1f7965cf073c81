import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentAdapter } from '#agents/agent.ts';
import { claudeCode } from '#agents/claude-code/adapter.ts';
import { codex } from '#agents/codex/adapter.ts';
import { copilot } from '#agents/copilot/adapter.ts';
import { cursor } from '#agents/cursor/adapter.ts';
import { geminiCli } from '#agents/gemini-cli/adapter.ts';
import { opencode } from '#agents/opencode/adapter.ts';
import type { DecisionId } from '#domain/decision/decision.ts';
import type { JsonValue } from '#domain/json.ts';
import type { Verdict } from '#domain/policy/verdict.ts';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly agent: string;
  readonly event: string;
  readonly headers: string;
  readonly body: string;
}

/** What a server does with a connection, once a request has arrived whole (or, where it says so, before). */
export type Behaviour = (socket: Socket, request: WireRequest) => void;

export interface MisbehavingServer {
  readonly endpoint: string;
  readonly requests: readonly WireRequest[];
  close(): Promise<void>;
}

const ADAPTERS: ReadonlyMap<string, AgentAdapter> = new Map(
  [claudeCode, codex, cursor, geminiCli, copilot, opencode].map((adapter) => [adapter.kind, adapter]),
);

/** A raw TCP server: a real HTTP library would not misbehave on purpose. */
export async function startServer(
  behave: Behaviour,
  options: { readonly bodyBytesMax?: number } = {},
): Promise<MisbehavingServer> {
  const requests: WireRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // clients hang up on misbehaviour
    let received = Buffer.alloc(0);
    let done = false;
    socket.on('data', (chunk) => {
      if (done) return;
      received = Buffer.concat([received, chunk]);
      const request = readRequest(received, options.bodyBytesMax);
      if (request === undefined) return;
      done = true;
      requests.push(request);
      behave(socket, request);
    });
  });
  await listen(server);
  const { port } = server.address() as AddressInfo; // a TCP server's address is one
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
}

/** A whole request; one that announces more than `bodyBytesMax` counts as whole with its head. */
function readRequest(received: Buffer, bodyBytesMax = Number.POSITIVE_INFINITY): WireRequest | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const headers = received.subarray(0, end).toString('latin1');
  const length = Number(/^content-length: (\d+)/im.exec(headers)?.[1] ?? 0);
  const body = received.subarray(end + 4);
  if (length <= bodyBytesMax && body.length < length) return undefined;
  const [, agent = '', event = ''] = /^POST \/v1\/hooks\/([a-z-]+)\?event=([A-Za-z.]+) /.exec(headers) ?? [];
  return { agent, event, headers, body: body.toString('utf8') };
}

/** The answer of the real adapter of the agent to a verdict on this very request. */
export function properAnswer(request: WireRequest, verdict: Verdict): string {
  const adapter = ADAPTERS.get(request.agent);
  const payload = JSON.parse(request.body) as JsonValue; // what a test has sent
  const parsed = adapter?.parse({ payload, event: request.event });
  if (adapter === undefined || !parsed?.ok) throw new Error(`no proper answer: ${JSON.stringify(parsed)}`);
  const decisionId = '0193f1a0-0000-7000-8000-000000000001' as DecisionId;
  return adapter.encode(parsed.value, {
    verdict,
    reasons: [],
    decisionId,
    message: 'Not here: "quoted" \\ and ümläut.',
  });
}

/** An HTTP/1.1 response; `false` leaves a header out. */
export function respond(
  body: string,
  options: {
    readonly status?: string;
    readonly verdict?: string | false;
    readonly bytes?: number | false;
    readonly contentLength?: number;
    readonly headers?: readonly string[];
  } = {},
): string {
  const bytes = Buffer.byteLength(body);
  const verdict = options.verdict ?? 'allow';
  const lines = [
    `HTTP/1.1 ${options.status ?? '200 OK'}`,
    ...(verdict === false ? [] : [`ACGS-Verdict: ${verdict}`]),
    ...(options.bytes === false ? [] : [`ACGS-Body-Bytes: ${options.bytes ?? bytes}`]),
    ...(options.headers ?? []),
    `Content-Length: ${options.contentLength ?? bytes}`,
    'Connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = await startServer(() => {});
  await server.close();
  return Number(server.endpoint.split(':').at(-1));
}

/** A folder that is removed when `use` has ended. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'acgs-fail-modes-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
