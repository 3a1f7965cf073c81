import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpLink } from '#adapters/constitution-client/http-link.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { NO_COUNTS } from '#domain/rollout/counts.ts';
import { LinkUnavailable } from '#domain/rollout/link.ts';
import type { NodeReport } from '#domain/rollout/order.ts';

const digest = 'a'.repeat(64) as ConstitutionDigest;
const mark = { number: 1, digest };
const report: NodeReport = { boot: 'b', inForce: mark, verifiedMs: 1, isStale: false, counts: NO_COUNTS, flips: [] };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Something that answers everything alike, and what it was asked. */
async function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const asked: { url: string | undefined; token: string | undefined; body: string }[] = [];
  server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      asked.push({ url: request.url, token: request.headers.authorization, body: text });
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { asked, link: createHttpLink({ url: `http://127.0.0.1:${port}`, token: () => 't' }) };
}

describe('the constitution service over HTTP', () => {
  it.each<[string, number, string, Record<string, string>?]>([
    ['refuses', 401, '{}'],
    ['is not there any more', 404, '{}'],
    ['fails', 500, ''],
    ['answers no JSON', 200, '<html>'],
    ['answers half of it', 200, '{"digest":"'],
    ['answers with something else', 200, '{}'],
    ['names no digest', 200, JSON.stringify({ digest: 'x', order: { inForce: mark } })],
    [
      'orders a stage that there is not',
      200,
      JSON.stringify({ digest, order: { inForce: mark, candidate: { stage: 'all' } } }),
    ],
    ['sends it elsewhere', 302, '', { location: 'http://127.0.0.1:1/' }],
  ])('is unavailable when it %s', async (_name, status, body, headers) => {
    const { link } = await answering(status, body, headers);
    await expect(link.follow('node-1', report, 0)).rejects.toThrow(LinkUnavailable);
  });

  it('is unavailable when nobody listens, and when it is told to stop waiting', async () => {
    const nobody = createHttpLink({ url: 'http://127.0.0.1:1', token: () => 't' });
    await expect(nobody.follow('node-1', report, 0)).rejects.toThrow(LinkUnavailable);
    const { link } = await answering(200, '{}');
    await expect(link.follow('node-1', report, 0, AbortSignal.abort())).rejects.toThrow(LinkUnavailable);
  });

  it('is asked under the token of the node, with its report', async () => {
    const { link, asked } = await answering(200, JSON.stringify({ digest, order: { inForce: mark } }));
    expect(await link.follow('node:1', report, 500)).toEqual({ digest, order: { inForce: mark } });
    expect(asked).toEqual([
      { url: '/v1/nodes/node%3A1/orders?holdMs=500', token: 'Bearer t', body: JSON.stringify(report) },
    ]);
  });

  it('gives a bundle as it got it, and none for 404', async () => {
    const bundle = Buffer.from('{"a":1}').toString('base64');
    const { link } = await answering(200, JSON.stringify({ bundle, envelope: { any: 'thing' } }));
    expect(await link.read(digest)).toEqual({ bytes: Buffer.from('{"a":1}'), envelope: { any: 'thing' } });
    server?.closeAllConnections();
    server?.close();
    expect(await (await answering(404, '{}')).link.read(digest)).toBeUndefined();
  });
});
