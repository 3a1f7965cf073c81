import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { readBoundedBody } from '#adapters/bounded-body.ts';
import { type ConstitutionLink, LinkUnavailable, type Ordered } from '#domain/rollout/link.ts';
import type { PublicKeyText } from '#domain/signature/ed25519.ts';

/** For an answer beyond the time that it may be held, in milliseconds. */
const ANSWER_TIMEOUT_MS = 5_000;
/** Of an answer's body: a bundle in base64 with its envelope. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Mark = Type.Object({ number: Type.Integer({ minimum: 1 }), digest: Digest });
const Percent = Type.Number({ minimum: 0, maximum: 100 });

const OrderedAnswer = Compile(
  Type.Object({
    digest: Digest,
    order: Type.Object({
      inForce: Mark,
      candidate: Type.Optional(
        Type.Object({
          rollOut: Type.String(),
          mark: Mark,
          stage: Type.Enum(['shadow', 'canary']),
          cohort: Type.Object({
            salt: Type.String(),
            canaryPercent: Percent,
            canaryRepositories: Type.Array(Type.String()),
          }),
          objectives: Type.Object({
            denyRisePercentMax: Percent,
            askRisePercentMax: Percent,
            errorRisePercentMax: Percent,
            slowMs: Type.Number({ exclusiveMinimum: 0 }),
            slowRisePercentMax: Percent,
          }),
        }),
      ),
      stricter: Type.Optional(
        Type.Object({
          policies: Type.Array(
            Type.Object({ policy: Type.String(), policyDigest: Type.String(), reason: Type.String() }),
          ),
          agents: Type.Array(Type.Object({ agent: Type.String(), why: Type.String() })),
        }),
      ),
    }),
  }),
);
const BundleAnswer = Compile(Type.Object({ bundle: Type.String(), envelope: Type.Unknown() }));
const LineageAnswer = Compile(
  Type.Object({
    founders: Type.Object({
      threshold: Type.Integer({ minimum: 1 }),
      keys: Type.Array(Type.Object({ name: Type.String(), publicKey: Type.String() })),
    }),
  }),
);

/** The constitution service over HTTP. `token`: the node's own; read at each call, so that it can be renewed. */
export function createHttpLink(given: { readonly url: string; readonly token: () => string }): ConstitutionLink {
  return {
    async follow(node, report, holdMs, signal) {
      const path = `/v1/nodes/${encodeURIComponent(node)}/orders?holdMs=${holdMs}`;
      const answer = await ask(path, OrderedAnswer, { body: report, timeoutMs: holdMs + ANSWER_TIMEOUT_MS, signal });
      // The parse edge: the shape has just been checked, and brands exist at compile time only.
      return answer as unknown as Ordered;
    },
    async read(digest) {
      const answer = await ask(`/v1/constitutions/${digest}`, BundleAnswer, { orUndefined: 404 });
      if (answer === undefined) return undefined;
      return { bytes: Buffer.from(answer.bundle, 'base64'), envelope: answer.envelope };
    },
    async founders() {
      const answer = await ask('/v1/lineage', LineageAnswer, {});
      if (answer === undefined) throw new Error('only what may be missing is undefined');
      const { threshold, keys } = answer.founders;
      // Whether the texts are keys is seen when a signature is checked; until then the brand only says what they should be.
      return { threshold, keys: keys.map(({ name, publicKey }) => ({ name, publicKey: publicKey as PublicKeyText })) };
    },
  };

  async function ask<Answer>(
    path: string,
    form: { Check(value: unknown): value is Answer },
    more: {
      readonly body?: object;
      readonly timeoutMs?: number;
      readonly signal?: AbortSignal | undefined;
      readonly orUndefined?: number;
    },
  ): Promise<Answer | undefined> {
    const timeout = AbortSignal.timeout(more.timeoutMs ?? ANSWER_TIMEOUT_MS);
    let response: Response;
    let text: string;
    try {
      response = await fetch(given.url + path, {
        method: more.body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${given.token()}`, 'content-type': 'application/json' },
        ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
        redirect: 'error',
        signal: more.signal === undefined ? timeout : AbortSignal.any([timeout, more.signal]),
      });
      text = (await readBoundedBody(response, ANSWER_BYTES_MAX)).toString('utf8');
    } catch (error) {
      throw new LinkUnavailable(`the constitution service at ${given.url} does not answer`, { cause: error });
    }
    if (response.status === more.orUndefined) return undefined;
    if (!response.ok) {
      throw new LinkUnavailable(`the constitution service answers ${response.status}: ${text.slice(0, 300)}`);
    }
    const value = parseOrUndefined(text);
    if (!form.Check(value)) throw new LinkUnavailable('the constitution service answers with what is no answer');
    return value;
  }
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
