import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';

const ID = '01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d';
let close = async (): Promise<void> => {};
afterEach(() => close());

/** A server that answers one way and remembers what it was asked. */
async function serverThat(status: number, body: unknown) {
  const asked: {
    readonly method: string | undefined;
    readonly url: string | undefined;
    readonly token: string | undefined;
    readonly body: string;
  }[] = [];
  const server = createServer(async (request, response) => {
    let sent = '';
    for await (const chunk of request) sent += String(chunk);
    asked.push({ method: request.method, url: request.url, token: request.headers.authorization, body: sent });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = async () => {
    server.close();
    await once(server, 'close');
  };
  const address = server.address();
  return { asked, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` };
}
async function acgs(url: string, ...argv: string[]) {
  const io = createRecordedIo({ env: { ACGS_URL: url, ACGS_TOKEN: 'acgs_t' } });
  const code = await run(['approve', ...argv], io);
  return { code, ...io.written() };
}
const answered = { role: 'maintainer', principalId: 'laptop', expiresMs: 0 };

describe('acgs approve', () => {
  it('refuses what is no id, without asking anybody', async () => {
    expect(await acgs('http://127.0.0.1:1', 'everything')).toMatchObject({ code: 2, out: '' });
  });

  it('says why the server refuses, and that it cannot be reached', async () => {
    const { url } = await serverThat(409, {
      title: 'The request was granted by op already.',
      code: 'approval-answered',
    });
    const refused = await acgs(url, ID);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('The request was granted by op already. [approval-answered]');
    expect((await acgs('http://127.0.0.1:1', ID)).code).toBe(4);
  });

  it.each([
    [[], 'granted', 'granted as maintainer: laptop may do it once, until 1970-01-01T00:00:00.000Z\n'],
    [['--refuse'], 'refused', 'refused: laptop may not do it\n'],
    [['--json'], 'granted', `${JSON.stringify(answered)}\n`],
  ])('sends the answer with %s', async (options, answer, out) => {
    const { url, asked } = await serverThat(200, answered);
    expect(await acgs(url, ID, ...options)).toMatchObject({ code: 0, out });
    expect(asked).toEqual([
      { method: 'POST', url: `/v1/decisions/${ID}/approval`, token: 'Bearer acgs_t', body: JSON.stringify({ answer }) },
    ]);
  });
});
