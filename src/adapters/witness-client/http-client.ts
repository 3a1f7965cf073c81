import { readBoundedBody } from '#adapters/bounded-body.ts';
import { addCheckpointText } from '#domain/ledger/add-checkpoint.ts';
import type { CheckpointNote } from '#domain/ledger/checkpoint.ts';
import { cosignatureTime } from '#domain/ledger/cosignature.ts';
import { parseSignatureLines } from '#domain/ledger/signed-note.ts';
import { decodeDecimal } from '#domain/ledger/text.ts';
import type { VerifierKey } from '#domain/ledger/verifier-key.ts';
import type { ProveConsistency, WitnessClient, WitnessReply } from '#domain/ledger/witness-client.ts';

/** More than the lines of 16 post-quantum keys; what is longer is no answer. */
const ANSWER_BYTES_MAX = 128 * 1024;

/** The first attempt tells the witness's size; the second fails only if somebody else came in between. */
const ATTEMPTS_MAX = 3;

export interface HttpWitness {
  /** The submission prefix, as a policy gives it. */
  readonly url: string;
  readonly key: VerifierKey;
  /** For everything that one checkpoint takes, retries included. */
  readonly timeoutMs: number;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A witness behind the HTTP interface of C2SP tlog-witness. Remembers the size that it last heard of, to spare a round trip. */
export function createHttpWitnessClient({ url, key, timeoutMs }: HttpWitness): WitnessClient {
  const endpoint = `${url.replace(/\/+$/, '')}/add-checkpoint`;
  let oldSize = 0;

  async function ask(submitted: CheckpointNote, prove: ProveConsistency, signal: AbortSignal): Promise<WitnessReply> {
    const { size } = submitted.checkpoint;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      // A size beyond ours is no size to prove from; zero makes the witness tell where it is.
      const from = oldSize <= size ? oldSize : 0;
      const body = addCheckpointText(from, await prove(from, size), submitted.note);
      const answer = await post(endpoint, body, signal);
      if (answer.status === 200) {
        const reply = cosignedBy(key, submitted, answer.text);
        if (reply.kind === 'cosigned') oldSize = size;
        return reply;
      }
      if (answer.status !== 409) return refusedBy(answer);
      const told = decodeDecimal(answer.text.replace(/\n$/, ''));
      if (told === undefined) return { kind: 'unavailable', what: 'it answered 409 without a size' };
      oldSize = told;
      if (told > size) return { kind: 'contradicts', size: told, what: `it has cosigned a tree of ${told} leaves` };
      if (told === from) return { kind: 'contradicts', size: told, what: 'it has cosigned another tree of this size' };
    }
    return { kind: 'unavailable', what: 'its size changed with every attempt' };
  }

  return {
    key,
    async cosign(submitted, prove) {
      try {
        return await ask(submitted, prove, AbortSignal.timeout(timeoutMs));
      } catch (error) {
        return { kind: 'unavailable', what: describe(error) };
      }
    },
  };
}

async function post(endpoint: string, body: string, signal: AbortSignal): Promise<Answer> {
  // A redirect would send what a witness is asked to somebody that the policy does not name.
  const response = await fetch(endpoint, { method: 'POST', body, signal, redirect: 'error' });
  const bytes = await readBoundedBody(response, ANSWER_BYTES_MAX);
  return { status: response.status, text: bytes.toString('utf8') };
}

/** Lines of keys that are not asked for are ignored; the one that is must be right. */
function cosignedBy(key: VerifierKey, { note }: CheckpointNote, text: string): WitnessReply {
  const lines = parseSignatureLines(text);
  const signature = lines.ok ? lines.value.find(({ name, keyId }) => name === key.name && keyId === key.id) : undefined;
  if (signature === undefined) return { kind: 'unavailable', what: `its answer has no signature of ${key.name}` };
  const timeSeconds = cosignatureTime(note.text, signature, key);
  return timeSeconds === undefined
    ? { kind: 'unavailable', what: `the signature of ${key.name} is wrong` }
    : { kind: 'cosigned', signature, timeSeconds };
}

function refusedBy({ status, text }: Answer): WitnessReply {
  const what = `it answered ${status}: ${text.split('\n', 1)[0]?.slice(0, 200)}`;
  return status === 403 || status === 404 || status === 422 || status === 400
    ? { kind: 'refused', what }
    : { kind: 'unavailable', what };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
