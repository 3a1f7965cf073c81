import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { LedgerConflict, type LedgerObject, type LedgerStore, LedgerUnavailable } from '#domain/ledger/store.ts';

/** For one request: a batch waits for it, and every record behind the batch. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Requests under way at once. */
const REQUESTS_AT_ONCE = 16;
/** Conditional writes that meet get 409 from Amazon and 500 from Ceph; 503 asks for patience. */
const MAY_BE_TRIED_AGAIN = new Set([409, 500, 503]);
const TRIES_MAX = 5;
const TRY_AGAIN_MS = 50;

export interface S3Place {
  /** The bucket, path-style, and a prefix of its own: `https://host/bucket/ledger`. */
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * A ledger in an S3-compatible object store. It needs what S3 has had since 2024, and Ceph for longer: reads that see the last write, and
 * writes with `If-None-Match: *` and `If-Match` (Amazon S3 User Guide, Conditional requests). A store that ignored these headers
 * would lose the ledger to a second writer: `probeConditionalWrites` finds that out.
 */
export function createLedgerS3(place: S3Place): LedgerStore {
  const { accessKeyId, secretAccessKey, region } = place;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  const base = new URL(place.url.replace(/\/*$/, '/'));
  const [, bucket = '', ...rest] = base.pathname.split('/');
  /** Of the keys in the bucket: empty, or ends in a slash. */
  const keyPrefix = rest.join('/');
  const urlOf = (path: string): URL => new URL(path, base);

  async function send(method: string, url: URL, init: { headers?: Record<string, string>; body?: Buffer } = {}) {
    try {
      const { headers = {}, body } = init;
      const response = await client.fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body: new Uint8Array(body) }),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        redirect: 'error',
      });
      // Read always: an answer that nobody reads keeps its connection.
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, etag: response.headers.get('etag') ?? undefined, bytes };
    } catch (cause) {
      throw new LedgerUnavailable(`the object store at ${base.origin} cannot be reached`, { cause });
    }
  }

  function unexpected(what: string, { status, bytes }: { readonly status: number; readonly bytes: Buffer }): Error {
    return new LedgerUnavailable(
      `${what}: the object store answered ${status}: ${bytes.toString('utf8').slice(0, 300)}`,
    );
  }

  async function get(path: string): Promise<{ readonly bytes: Buffer; readonly etag: string | undefined } | undefined> {
    const answer = await send('GET', urlOf(path));
    if (answer.status === 200) return answer;
    if (answer.status === 404) return undefined;
    throw unexpected(`reading ${path}`, answer);
  }

  /** False when the condition does not hold; the object is then as it was. */
  async function putIf(condition: Record<string, string>, { path, bytes }: LedgerObject): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await send('PUT', urlOf(path), { headers: condition, body: bytes });
      if (answer.status === 200) return true;
      // 404: what should match is gone. After an attempt of which nothing is known it may be our own bytes that are in the way.
      if (answer.status === 412 || answer.status === 404) {
        return attempt > 1 && (await get(path))?.bytes.equals(bytes) === true;
      }
      if (!MAY_BE_TRIED_AGAIN.has(answer.status) || attempt === TRIES_MAX) throw unexpected(`writing ${path}`, answer);
      await sleep(TRY_AGAIN_MS * attempt);
    }
  }

  const create = (object: LedgerObject): Promise<boolean> => putIf({ 'if-none-match': '*' }, object);

  return {
    create,
    read: async (path) => (await get(path))?.bytes,
    ensure: (objects) =>
      eachOf(objects, async (object) => {
        if (await create(object)) return;
        const there = await get(object.path);
        if (there?.bytes.equals(object.bytes) !== true) {
          throw new LedgerConflict(`${object.path} is there with other bytes`);
        }
      }),
    async replace(object, expected) {
      if (expected === undefined) return create(object);
      const there = await get(object.path);
      if (there?.etag === undefined || !there.bytes.equals(expected)) return false;
      // Without its quotes, as Amazon documents it for PUT; Ceph 16 compares it so, and knows no other form.
      return putIf({ 'if-match': there.etag.replaceAll('"', '') }, object);
    },
    async list(prefix) {
      const paths: string[] = [];
      let token: string | undefined;
      do {
        const url = new URL(`/${bucket}`, base);
        url.search = new URLSearchParams({
          'list-type': '2',
          prefix: keyPrefix + prefix,
          ...(token === undefined ? {} : { 'continuation-token': token }),
        }).toString();
        const answer = await send('GET', url);
        if (answer.status !== 200) throw unexpected(`listing ${prefix}`, answer);
        const text = answer.bytes.toString('utf8');
        paths.push(...textsOf(text, 'Key').map((key) => key.slice(keyPrefix.length)));
        [token] = textsOf(text, 'NextContinuationToken');
      } while (token !== undefined);
      return paths.toSorted();
    },
    remove: (paths) =>
      eachOf(paths, async (path) => {
        const answer = await send('DELETE', urlOf(path));
        if (answer.status !== 204 && answer.status !== 404) throw unexpected(`removing ${path}`, answer);
      }),
  };
}

/**
 * Tries out what everything rests on, with an object of its own.
 * @throws {LedgerUnavailable} when the store does not keep conditions
 */
export async function probeConditionalWrites(store: LedgerStore): Promise<void> {
  const probe = { path: 'probe', bytes: Buffer.from('conditional writes?') };
  await store.remove([probe.path]);
  const isKept =
    (await store.create(probe)) &&
    !(await store.create(probe)) &&
    !(await store.replace(probe, Buffer.from('another'))) &&
    (await store.replace({ ...probe, bytes: Buffer.from('yes') }, probe.bytes)) &&
    !(await store.replace(probe, probe.bytes));
  await store.remove([probe.path]);
  if (!isKept) throw new LedgerUnavailable('the object store ignores conditions: a ledger would not be safe in it');
}

/** The texts of an element in an answer of S3. Keys of a ledger have no characters that XML escapes; a token may. */
function textsOf(xml: string, element: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, text = '']) =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  );
}

async function eachOf<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
}
