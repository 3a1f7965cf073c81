import { createServer } from 'node:http';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerStoreContract } from '#adapters/ledger-store.contract.ts';
import { LedgerUnavailable } from '#domain/ledger/store.ts';
import { s3Missing, startTestS3, type TestS3 } from '../../../tests/support/ceph.ts';
import { createLedgerS3, probeConditionalWrites } from './ledger-s3.ts';

const missing = s3Missing();
const at = (url: string) => createLedgerS3({ url, region: 'us-east-1', accessKeyId: 'a', secretAccessKey: 'b' });

// Skipped where Ceph is not installed: `npm test` installs it as root on Debian, and names the fix elsewhere.
describe.skipIf(missing !== undefined)('a ledger in a real S3 server (Ceph)', { timeout: 240_000 }, () => {
  let s3: TestS3;
  let ledgers = 0;
  beforeAll(async () => {
    s3 = await startTestS3();
    const { accessKeyId, secretAccessKey } = s3;
    const client = new AwsClient({ accessKeyId, secretAccessKey, service: 's3', region: 'us-east-1' });
    expect((await client.fetch(`${s3.endpoint}/acgs`, { method: 'PUT' })).status).toBe(200);
  }, 240_000);
  afterAll(async () => {
    await s3?.stop();
  });
  const open = () => {
    ledgers += 1;
    return createLedgerS3({ ...s3, region: 'us-east-1', url: `${s3.endpoint}/acgs/ledger-${ledgers}` });
  };

  ledgerStoreContract(async () => open());

  it('keeps the conditions that everything rests on', async () => {
    await probeConditionalWrites(open());
  });

  it('is an outage with a wrong key, and where there is no bucket', async () => {
    await expect(at(`${s3.endpoint}/acgs/x`).read('checkpoint')).rejects.toThrow(/answered 403/);
    const nowhere = createLedgerS3({ ...s3, region: 'us-east-1', url: `${s3.endpoint}/nowhere/x` });
    await expect(nowhere.create({ path: 'probe', bytes: Buffer.from('x') })).resolves.toBe(false);
    await expect(probeConditionalWrites(nowhere)).rejects.toBeInstanceOf(LedgerUnavailable);
  });
});

describe('an object store that cannot be trusted with a ledger', () => {
  it('is one that is not there', async () => {
    await expect(at('http://127.0.0.1:1/acgs').read('checkpoint')).rejects.toBeInstanceOf(LedgerUnavailable);
  });

  it('is one that ignores conditions, and that is found out before anything is written', async () => {
    const objects = new Map<string, Buffer>();
    const server = createServer(async (request, response) => {
      const path = request.url ?? '';
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (request.method === 'PUT') objects.set(path, Buffer.concat(chunks));
      if (request.method === 'DELETE') objects.delete(path);
      const there = objects.get(path);
      response.writeHead(request.method === 'DELETE' ? 204 : there === undefined ? 404 : 200, { etag: '"x"' });
      response.end(request.method === 'GET' ? there : undefined);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('it listens on a port');
    const store = at(`http://127.0.0.1:${address.port}/acgs`);
    await expect(probeConditionalWrites(store)).rejects.toThrow(/ignores conditions/);
    server.closeAllConnections();
    server.close();
  });
});
