import { afterEach, describe, expect, it } from 'vitest';
import type { ConsoleFile, ConsoleState } from '#services/gateway/console.ts';
import { registerGatewayService } from '#services/gateway/service.ts';
import { startTestService, TOKENS } from '../../../tests/support/decision-service.ts';

type Service = Awaited<ReturnType<typeof startTestService>>;
const started: Service[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(({ app }) => app.close()));
});

async function start(state: ConsoleState = READY): Promise<Service> {
  const service: Service = await startTestService({
    register: (app) =>
      registerGatewayService(app, {
        // Made together with the service, and asked only once that is there.
        journal: {
          node: 'test-node',
          head: () => service.journal.head(),
          read: (from) => service.journal.read(from),
        },
        console: () => state,
      }),
  });
  started.push(service);
  return service;
}

const file = (text: string, contentType: string, isImmutable: boolean): ConsoleFile => ({
  contentType,
  isImmutable,
  etag: text,
  bodies: { identity: Buffer.from(text), br: Buffer.from(`br:${text}`), gzip: Buffer.from(`gz:${text}`) },
});
const READY: ConsoleState = {
  kind: 'ready',
  files: new Map([
    ['/index.html', file('page', 'text/html; charset=utf-8', false)],
    ['/assets/index-1a2b.js', file('script', 'text/javascript; charset=utf-8', true)],
  ]),
};
const get = (service: Service, url: string, headers: Record<string, string> = {}) =>
  service.app.inject({ method: 'GET', url, headers });

describe('the console', () => {
  it.each([
    '/assets/../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets//etc/passwd',
    '/assets/index-1a2b.js.br',
    '/assets/none.js',
    '/index.html',
    '/nowhere',
  ])('has no file %s', async (url) => {
    const answer = await get(await start(), url);
    expect([401, 404]).toContain(answer.statusCode);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('leaves every path of an API to the API, whatever a browser says that it accepts', async () => {
    const answer = await get(await start(), '/v1/nowhere', { accept: 'text/html', 'sec-fetch-mode': 'navigate' });
    expect(answer.statusCode).toBe(401);
  });

  it.each(['/', '/approvals', '/decisions/01890000-0000-7000-8000-000000000001', '/device?code=1'])(
    'answers %s with the one page, to be asked for every time',
    async (url) => {
      const answer = await get(await start(), url);
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toBe('page');
      expect(answer.headers['cache-control']).toBe('no-cache');
    },
  );

  it('allows a browser nothing but our own scripts and styles, in nobody’s frame', async () => {
    const service = await start();
    for (const url of ['/', '/assets/index-1a2b.js']) {
      const { headers } = await get(service, url);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    }
  });

  it('sends what the caller can read: brotli before gzip, and neither where it is refused', async () => {
    const service = await start();
    const asset = (encoding: string) => get(service, '/assets/index-1a2b.js', { 'accept-encoding': encoding });
    expect((await asset('gzip, deflate, br')).body).toBe('br:script');
    expect((await asset('gzip')).body).toBe('gz:script');
    expect((await asset('br;q=0, gzip;q=0.5')).body).toBe('gz:script');
    expect((await asset('*')).body).toBe('br:script');
    const plain = await asset('identity');
    expect(plain.body).toBe('script');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers['vary']).toBe('accept-encoding');
    expect(plain.headers['cache-control']).toContain('immutable');
  });

  it('sends nothing again that the caller has', async () => {
    const service = await start();
    const { etag } = (await get(service, '/', { 'accept-encoding': 'br' })).headers;
    const again = await get(service, '/', { 'accept-encoding': 'br', 'if-none-match': String(etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    const other = await get(service, '/', { 'accept-encoding': 'gzip', 'if-none-match': String(etag) });
    expect(other.statusCode).toBe(200);
  });

  it('says that it is being built, and comes by itself; or why there is none', async () => {
    const building = await get(await start({ kind: 'building' }), '/');
    expect([building.statusCode, building.headers['refresh']]).toEqual([503, '2']);
    const missing = await get(await start({ kind: 'missing', why: 'vite is not installed' }), '/approvals');
    expect(missing.statusCode).toBe(503);
    expect(missing.body).toContain('vite is not installed');
    expect(missing.headers['refresh']).toBeUndefined();
  });
});

/** Reads events until `enough` says so, and goes. */
async function watch(
  url: string,
  options: { readonly after?: string; readonly enough: (text: string) => boolean },
): Promise<string> {
  const stop = new AbortController();
  const response = await fetch(`${url}/v1/live`, {
    headers: {
      authorization: `Bearer ${TOKENS.operator}`,
      ...(options.after === undefined ? {} : { 'last-event-id': options.after }),
    },
    signal: stop.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (options.enough(text)) break;
  }
  stop.abort();
  return text;
}

describe('what happens now', () => {
  const decide = (service: Service, command: string) =>
    service.call('POST', '/v1/decisions', TOKENS.codex, {
      action: { kind: 'shell', command, background: false, cwd: '/w', workspaceRoots: ['/w'] },
    });
  const subjects = (text: string) => [...text.matchAll(/"subject":"([^"]*)"/g)].map(([, subject]) => subject);

  it('is not for agents, nor for nobody', async () => {
    const service = await start();
    expect((await service.call('GET', '/v1/live', undefined)).status).toBe(401);
    expect((await service.call('GET', '/v1/live', TOKENS.codex)).status).toBe(403);
  });

  it('is told from when one begins to look, and again from the last event that one has', async () => {
    const service = await start();
    const url = await service.app.listen({ port: 0, host: '127.0.0.1' });
    await decide(service, 'ls before');
    const watching = watch(url, { enough: (text) => text.includes('ls two') });
    // Nothing is told before one is there; the first event says that one is.
    const first = await watch(url, { enough: (text) => text.includes('event: here') });
    const place = /^id: (.+)$/m.exec(first)?.[1] ?? '';
    await decide(service, 'ls one');
    await decide(service, 'ls two');
    expect(subjects(await watching).at(-1)).toBe('ls two');
    const resumed = await watch(url, { after: place, enough: (text) => text.includes('ls two') });
    expect(subjects(resumed)).toEqual(['ls one', 'ls two']);
  });

  it('says to read anew, where what came between cannot be told', async () => {
    const service = await start();
    const url = await service.app.listen({ port: 0, host: '127.0.0.1' });
    for (const after of ['another-node:1', 'test-node:99', 'nonsense']) {
      expect(await watch(url, { after, enough: (text) => text.includes('\n\n') })).toContain('event: reset');
    }
  });

  it('ends with the server, whoever looks on', async () => {
    const service = await start();
    const url = await service.app.listen({ port: 0, host: '127.0.0.1' });
    const watching = watch(url, { enough: () => false });
    await watch(url, { enough: (text) => text.includes('event: here') });
    await service.app.close();
    // Cut off in the middle, or ended: either way nobody waits for it.
    await watching.catch(() => undefined);
  });
});
