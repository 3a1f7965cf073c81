import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { createHttpLink } from '#adapters/constitution-client/http-link.ts';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { verifyInForce } from '#apps/server/roll-outs.ts';
import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { Governing } from '#domain/constitution/governance.ts';
import type { ConstitutionRegistry } from '#domain/constitution/registry.ts';
import { tokenOfFile } from '#domain/identity/token.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';
import { NO_COUNTS } from '#domain/rollout/counts.ts';
import { type ConstitutionLink, LinkUnavailable } from '#domain/rollout/link.ts';
import type { NodeReport } from '#domain/rollout/order.ts';
import type { LineageCheck } from '#services/constitution/lineage-check.ts';
import { fetchVerified } from '#services/decision/fetch-verified.ts';
import { type FollowDeps, type FollowEvent, followOrders } from '#services/decision/follow-orders.ts';
import type { SideBySide } from '#services/decision/side-by-side.ts';

/** Where a decision node gets its orders, when the constitution service is another process. */
export interface NodeConfig {
  readonly url: string;
  readonly tokenFile: string;
}

export function remoteLink({ url, tokenFile }: NodeConfig): ConstitutionLink {
  return createHttpLink({
    url,
    token() {
      try {
        return tokenOfFile(readFileSync(tokenFile, 'utf8'));
      } catch (error) {
        throw new LinkUnavailable(`the node's token cannot be read from ${tokenFile}`, { cause: error });
      }
    },
  });
}

/**
 * A node's first start: without a constitution of its own it takes the one that the service says is in force, verified from the bytes.
 * Whom it believes to be the founders is pinned with it, once; a founders.json that was put there before is what it holds the service to.
 */
export async function bootstrapNode(deps: {
  readonly node: string;
  readonly link: ConstitutionLink;
  readonly registry: ConstitutionRegistry;
  readonly nowMs: () => number;
}): Promise<Result<undefined>> {
  const { registry, link } = deps;
  if ((await registry.inForce()) !== undefined || (await registry.highWater()) !== undefined) return ok(undefined);
  try {
    const { order } = await link.follow(deps.node, nothingYet(deps.nowMs()), 0);
    const verified = await fetchVerified(order.inForce, { link, registry, parseBundle });
    if (!verified.ok) return verified;
    await registry.raiseHighWater(order.inForce);
    await registry.putInForce(order.inForce);
    return ok(undefined);
  } catch (error) {
    if (!(error instanceof LinkUnavailable)) throw error;
    const cause = error.cause instanceof Error ? error.cause.message : undefined;
    return refuse('node-unfounded', `This node has no constitution yet, and ${error.message}.`, cause);
  }
}

export function startNode(
  deps: Omit<FollowDeps, 'boot' | 'parseBundle' | 'verifyInForce' | 'verified' | 'onEvent' | 'sleep'> & {
    readonly check: LineageCheck;
    readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
    readonly link: ConstitutionLink;
    readonly registry: ConstitutionRegistry;
    readonly sides: SideBySide;
    readonly journal: Pick<Journal, 'append' | 'head'>;
    readonly load: (constitution: Constitution) => Promise<Governing>;
  },
): { close(): Promise<void> } {
  return followOrders({
    ...deps,
    boot: randomUUID(),
    parseBundle,
    verifyInForce: () => verifyInForce(deps.registry, deps.check),
    verified: () => ({ atMs: deps.check.last().atMs, refusal: deps.check.refusal() }),
    onEvent: (event) => tell(event, deps.log),
    // Being told to stop is no failure: the loop looks before it asks again.
    sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined),
  });
}

function tell(event: FollowEvent, log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>): void {
  switch (event.kind) {
    case 'order-taken':
      return log.info({ order: event.order }, 'an order is followed');
    case 'order-refused':
      return log.error(
        { order: event.order, ...event.refusal },
        'an order is refused; what governed before still does',
      );
    case 'candidate-withdrawn':
      return log.error(
        { order: event.order },
        'cut off from the constitution service, a broken candidate was withdrawn',
      );
    case 'service-lost':
      return log.warn({ err: event.error }, 'the constitution service is lost; the last verified constitution governs');
    case 'service-found':
      return log.info('the constitution service is found again');
    case 'failed':
      return log.error({ err: event.error }, 'an order was not taken; what governed before still does');
    default:
      return never(event);
  }
}

function nothingYet(nowMs: number): NodeReport {
  return {
    boot: randomUUID(),
    // It has none; a place that no constitution has.
    inForce: { number: 1, digest: '0'.repeat(64) as ConstitutionDigest },
    verifiedMs: nowMs,
    refusal: 'registry-empty',
    isStale: true,
    counts: NO_COUNTS,
    flips: [],
  };
}
