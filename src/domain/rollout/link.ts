import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { KeptConstitution } from '#domain/constitution/registry.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import type { NodeReport, Order, OrderDigest } from '#domain/rollout/order.ts';

/** An order with the digest that names it in reports. */
export interface Ordered {
  readonly digest: OrderDigest;
  readonly order: Order;
}

/**
 * A decision node's way to the constitution service: over HTTP, or within one process. Nothing that comes through it is believed.
 *
 * @throws {LinkUnavailable} from every call
 */
export interface ConstitutionLink {
  /**
   * Tells how the node stands, and gets its order: at once when it is another one than the report follows, else when it changes or
   * after `holdMs`. So the answer is the push, the next call acknowledges it, and a call with 0 is a pull.
   */
  follow(node: string, report: NodeReport, holdMs: number, signal?: AbortSignal): Promise<Ordered>;
  /** A bundle with its envelope, as it is kept there. */
  read(digest: ConstitutionDigest): Promise<KeptConstitution | undefined>;
  /** Who sign number 1; a node without founders of its own believes the first answer, and pins it. */
  founders(): Promise<Signers>;
}

/** Thrown by the adapter: the constitution service cannot be reached, refuses, or does not answer as it should. */
export class LinkUnavailable extends Error {
  override readonly name = 'LinkUnavailable';
}
