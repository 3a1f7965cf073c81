import type { Reply } from '../../api/client.ts';
import type { Tone } from '../../components/tone.ts';

export type Grant = Reply<'GET /v1/grants'>['grants'][number];
export type GrantPreview = Reply<'POST /v1/grants/preview'>;
type State = Grant['state']['kind'];

export const GRANT_TONES: Readonly<Record<State, Tone>> = {
  proposed: 'waiting',
  'in-force': 'good',
  revoked: 'bad',
  'agent-stopped': 'bad',
  expired: 'plain',
  superseded: 'plain',
};

/** Whether it can still be revoked or agreed to. By the clock of this page too, which knows that time is up before it asks again. */
export function isOpen(grant: Pick<Grant, 'state' | 'expiresMs'>, nowMs: number): boolean {
  const { kind } = grant.state;
  return (kind === 'in-force' || kind === 'proposed') && grant.expiresMs > nowMs;
}

/** What waits for somebody first, then what is in force, what ends soonest before the rest; what is over last, the newest first. */
export function grantsInOrder(grants: readonly Grant[], nowMs: number): readonly Grant[] {
  const rank = (grant: Grant) => (!isOpen(grant, nowMs) ? 2 : grant.state.kind === 'proposed' ? 0 : 1);
  return grants.toSorted((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    if (first !== second) return first - second;
    return first === 2 ? b.proposedMs - a.proposedMs : a.expiresMs - b.expiresMs;
  });
}

/** How a grant stands, in words. */
export function stateText({ state, expiresMs }: Pick<Grant, 'state' | 'expiresMs'>, nowMs: number): string {
  const { kind } = state;
  if ((kind === 'in-force' || kind === 'proposed') && expiresMs <= nowMs) return 'expired';
  switch (kind) {
    case 'proposed': {
      const missing = typeof state['missing'] === 'number' ? state['missing'] : 1;
      return `proposed, ${missing} more must agree`;
    }
    case 'in-force':
      return 'in force';
    case 'revoked':
      return typeof state['by'] === 'string' ? `revoked by ${state['by']}` : 'revoked';
    case 'agent-stopped':
      return 'ended with the agent’s standing';
    case 'expired':
      return 'expired';
    case 'superseded':
      return 'ended with its constitution';
  }
}
