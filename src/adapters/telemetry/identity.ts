import type { Registry } from 'prom-client';
import { registerGauge } from '#adapters/telemetry/gauge.ts';
import type { IdentitySeen } from '#domain/identity/identity-metrics.ts';

/** `deploy/prometheus/rules/identity.yaml` has an alert for what people must hear of. */
export interface IdentityGauges {
  /** Absent where another process serves identity. */
  readonly seen: (() => IdentitySeen) | undefined;
  /** Of a node that follows the directory of another process: how old what it knows may be, in milliseconds. */
  readonly directoryAgeMs: (() => number) | undefined;
}

export function createIdentityMetrics(registers: Registry[], { seen, directoryAgeMs }: IdentityGauges): void {
  const gauge = (name: string, help: string, read: () => number) => registerGauge(registers, name, help, read);
  if (seen !== undefined) {
    gauge(
      'acgs_signing_key_age_seconds',
      'Since the key that signs access tokens began to.',
      () => seen().signingKeyAgeMs / 1000,
    );
    gauge(
      'acgs_signing_key_rotation_failures',
      'Times that the next signing key was not made, since this start.',
      () => seen().rotationFailures,
    );
    gauge(
      'acgs_agent_keys_overdue',
      'Active agents that should have changed their key long ago.',
      () => seen().agentKeysOverdue,
    );
    gauge(
      'acgs_attempts_refused',
      'Attempts of people and agents to prove who they are that were refused, since this start.',
      () => seen().attemptsRefused,
    );
    gauge(
      'acgs_lock_outs',
      'Times that a person or an address was locked out for too many attempts, since this start.',
      () => seen().lockOuts,
    );
  }
  if (directoryAgeMs !== undefined) {
    gauge(
      'acgs_directory_age_seconds',
      'How old what this node knows of people and agents may be; +Inf: it has never heard.',
      () => directoryAgeMs() / 1000,
    );
  }
}
