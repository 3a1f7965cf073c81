import Fastify, { type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { ADD_CHECKPOINT_BYTES_MAX, parseAddCheckpoint } from '#domain/ledger/add-checkpoint.ts';
import { cosign } from '#domain/ledger/cosignature.ts';
import { signatureLine } from '#domain/ledger/signed-note.ts';
import { decodeUtf8 } from '#domain/ledger/text.ts';
import type { KeyName, VerifierKey } from '#domain/ledger/verifier-key.ts';
import { answerAddCheckpoint, type WitnessAnswer, type WitnessState } from '#domain/ledger/witness.ts';
import { never } from '#domain/result.ts';
import type { Signer } from '#domain/signature/ed25519.ts';

/** Requests that wait for the one before them; each costs a write to the disk, so more would only time out. */
const WAITING_MAX = 64;
/** Milliseconds for a whole request to arrive, and for an idle connection to be kept: slow clients are cut off. */
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/** What became of a request, for the operator. */
export type WitnessEvent =
  | { readonly kind: 'cosigned'; readonly origin: string; readonly size: number }
  | { readonly kind: 'refused'; readonly origin: string; readonly size: number; readonly why: WitnessAnswer['kind'] }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface WitnessDeps {
  readonly name: KeyName;
  readonly signer: Signer;
  /** The logs that it knows; several keys of one origin are that log's old and new one. */
  readonly logs: readonly VerifierKey[];
  readonly state: WitnessState;
  readonly nowMs: () => number;
  readonly onEvent: (event: WitnessEvent) => void;
}

interface Answer {
  readonly status: number;
  readonly type: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
}

/**
 * A witness (C2SP tlog-witness): it cosigns a checkpoint when the log has signed it and it is consistent with the last one
 * that it cosigned. It serves nothing else, knows no constitution and no tokens: the log's signature is all that is asked.
 */
export function createWitnessService(deps: WitnessDeps): FastifyInstance {
  const app = Fastify({
    bodyLimit: ADD_CHECKPOINT_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    logController: new LogController({ disableRequestLogging: true }),
  });
  // The protocol names no type for what is sent, so any is read as the text that it must be.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler((_request, reply) => send(reply, text(404, 'there is POST /add-checkpoint and nothing else')));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return send(reply, text(status, error.message));
    // What the disk does is an outage; the log may come again, and is not told what is wrong here.
    deps.onEvent({ kind: 'failed', error });
    return send(reply, text(503, 'the witness cannot keep its state'));
  });

  const inTurn = createTurns();
  app.post('/add-checkpoint', async (request, reply) => {
    const sent = Buffer.isBuffer(request.body) ? decodeUtf8(request.body) : undefined;
    if (sent === undefined) return send(reply, text(400, 'the body is not UTF-8 text'));
    const parsed = parseAddCheckpoint(sent);
    if (!parsed.ok) return send(reply, text(400, `${parsed.refusal.code}: ${parsed.refusal.message}`));
    const { submitted } = parsed.value;
    const { origin, size } = submitted.checkpoint;
    const turn = inTurn(async () => {
      const answer = answerAddCheckpoint(parsed.value, deps.logs, await deps.state.latest(origin));
      // Before the signature is made, let alone sent: whatever happens now, no other tree of this size will be signed.
      if (answer.kind === 'cosign') await deps.state.keep(submitted);
      if (answer.kind === 'root-different') await deps.state.keepEvidence(submitted);
      return answer;
    });
    if (turn === undefined) return send(reply, text(503, 'too many requests are waiting'));
    const answer = await turn;
    deps.onEvent(
      answer.kind === 'cosign'
        ? { kind: 'cosigned', origin, size }
        : { kind: 'refused', origin, size, why: answer.kind },
    );
    return send(reply, answerOf(answer, submitted.note.text, deps));
  });
  return app;
}

/**
 * Runs one task after the other: between reading the last checkpoint and keeping the next, nothing else may be decided
 * (C2SP tlog-witness names the race). Undefined when too many wait already.
 */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return <T>(task: () => Promise<T>): Promise<T> | undefined => {
    if (waiting >= WAITING_MAX) return undefined;
    waiting += 1;
    const turn = last.then(task).finally(() => {
      waiting -= 1;
    });
    // A task that failed has told whoever asked; the next one begins all the same.
    last = turn.catch(() => undefined);
    return turn;
  };
}

function answerOf(answer: WitnessAnswer, noteText: string, { name, signer, nowMs }: WitnessDeps): Answer {
  switch (answer.kind) {
    case 'cosign':
      return text(200, signatureLine(cosign(noteText, name, signer, Math.floor(nowMs() / 1000))).trimEnd());
    case 'log-unknown':
      return text(404, 'the log is not known here');
    case 'signature-invalid':
      return text(403, 'no known key of the log has signed the checkpoint');
    case 'old-size-too-large':
      return text(400, 'the old size is larger than the checkpoint');
    case 'size-stale':
    case 'root-different':
      return { status: 409, type: 'text/x.tlog.size', body: `${answer.size}\n` };
    case 'proof-invalid':
      return text(422, 'the checkpoint is not shown to be consistent with the last one that was cosigned');
    default:
      return never(answer);
  }
}

function text(status: number, line: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${line}\n` };
}

function send(reply: FastifyReply, { status, type, body }: Answer): FastifyReply {
  return reply.code(status).type(type).send(body);
}
