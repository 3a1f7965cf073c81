/** What an identity service shows of its keys and its callers, for metrics. */
export interface IdentitySeen {
  /** Since the key that signs access tokens began to. */
  readonly signingKeyAgeMs: number;
  /** Times that the next key could not be made, published or written down, in this run. */
  readonly rotationFailures: number;
  /** Active agents that should have changed their key long ago. */
  readonly agentKeysOverdue: number;
  /** Attempts to prove who one is that were refused, and times that somebody was locked out for it, in this run. */
  readonly attemptsRefused: number;
  readonly lockOuts: number;
}
