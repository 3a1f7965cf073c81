import Type from 'typebox';
import Value from 'typebox/value';
import { readBoundedBody } from '#adapters/bounded-body.ts';
import { ADMIT_CODES, type ShippedRecord } from '#domain/ledger/admit.ts';
import { LedgerUnavailable } from '#domain/ledger/store.ts';

/** Longer than the ledger's storage may take for a batch; a request whose answer is lost is repeated, which does no harm. */
const ANSWER_TIMEOUT_MS = 15_000;
/** An answer is a position or a problem: a few hundred bytes. */
const ANSWER_BYTES_MAX = 64 * 1024;

const Position = Type.Object({
  sequence: Type.Integer({ minimum: 0 }),
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
const Accepted = Type.Object({ position: Position, fresh: Type.Integer() });
const Refused = Type.Object({
  code: Type.Enum(ADMIT_CODES),
  sequence: Type.Integer(),
  title: Type.String(),
  position: Position,
});

/**
 * Ships a node's journal to a ledger elsewhere (`POST /v1/ledger/nodes/{node}/records`), and tells it of records that were seen of others (`…/activity`).
 * @param token read before each request: one that was renewed is used at once
 */
export function createHttpLedgerLine({ url, token }: { readonly url: string; readonly token: () => Promise<string> }) {
  return {
    async ship(
      node: string,
      frames: readonly (ShippedRecord & { readonly bytes: Buffer })[],
      word: { readonly headSequence: number; readonly hasLeft: boolean },
    ) {
      const query = new URLSearchParams({ head: String(word.headSequence), leaving: String(word.hasLeft) });
      const target = new URL(`/v1/ledger/nodes/${encodeURIComponent(node)}/records?${query}`, url);
      const { status, body } = await post(target, await token(), Buffer.concat(frames.map(({ bytes }) => bytes)));
      if (status === 200 && Value.Check(Accepted, body)) {
        return { kind: 'accepted', position: positionOf(body.position), fresh: body.fresh } as const;
      }
      if (status === 409 && Value.Check(Refused, body)) {
        const { code, sequence, title } = body;
        const refused = { kind: 'refused', code, sequence, what: title } as const;
        return { kind: 'refused', refused, position: positionOf(body.position) } as const;
      }
      throw unexpected(url, status, body);
    },
    /** @throws {LedgerUnavailable} */
    async tellOf(node: string, sequence: number): Promise<void> {
      const target = new URL(`/v1/ledger/nodes/${encodeURIComponent(node)}/activity?sequence=${sequence}`, url);
      const { status, body } = await post(target, await token(), undefined);
      if (status !== 200) throw unexpected(url, status, body);
    },
  };
}

function unexpected(url: string, status: number, body: unknown): LedgerUnavailable {
  return new LedgerUnavailable(`the ledger at ${url} answered ${status}: ${JSON.stringify(body)?.slice(0, 200)}`);
}

async function post(target: URL, token: string, frames: Buffer<ArrayBuffer> | undefined) {
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(frames === undefined ? {} : { 'content-type': 'application/octet-stream' }),
      },
      ...(frames === undefined ? {} : { body: frames }),
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const bytes = await readBoundedBody(response, ANSWER_BYTES_MAX);
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    return { status: response.status, body };
  } catch (cause) {
    throw new LedgerUnavailable(`the ledger at ${target.origin} cannot be reached`, { cause });
  }
}

function positionOf({ sequence, hash }: { readonly sequence: number; readonly hash: string }) {
  return { sequence, hash: Buffer.from(hash, 'hex') };
}
