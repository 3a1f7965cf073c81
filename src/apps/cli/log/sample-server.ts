import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface SampleServer {
  readonly url: string;
  /** Path and query of each request, with its Authorization header. */
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

export interface SampleAnswer {
  readonly status?: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server that answers as a test says: what a client makes of answers, good and bad, is shown without a whole ACGS. */
export async function startSampleServer(
  answer: (path: string) => SampleAnswer,
  socket?: string,
): Promise<SampleServer> {
  const requests: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    requests.push({ path, authorization: request.headers.authorization });
    const { status = 200, body, headers = {} } = answer(path);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) =>
    socket === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(socket, resolve),
  );
  const address = server.address();
  if (address === null) throw new Error('the sample server does not listen');
  return {
    url: typeof address === 'string' ? `unix:${address}` : `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A decision as the API sends it. */
export function sampleDecision(more: Readonly<Record<string, unknown>> = {}) {
  return {
    id: '01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d',
    timeMs: 1_795_493_509_393,
    principal: { kind: 'agent', id: 'codex' },
    agent: 'codex',
    actionKind: 'shell',
    action: { kind: 'shell', command: 'rm -rf /', cwd: '/w', workspaceRoots: ['/w'], version: 1 },
    actionDigest: 'ab'.repeat(32),
    effects: [{ kind: 'delete', path: '/' }],
    verdict: { kind: 'deny' },
    reasons: [
      {
        policy: 'files-whole',
        article: '1',
        reason: 'A whole file system would be removed.',
        advice: 'Name the files.',
        effect: 'delete / and everything below it',
        span: { start: 7, end: 8 },
      },
    ],
    constitution: { lineage: 'cdd01ef066bc6cf2', number: 1, digest: 'cd'.repeat(32) },
    ...more,
  };
}
