import { describe, expect, it } from 'vitest';
import { type Grant, grantsInOrder, isOpen, stateText } from './grants.ts';

const NOW_MS = 1_000_000;

function grant(id: string, state: Grant['state'], times: { proposedMs?: number; expiresMs?: number } = {}): Grant {
  return {
    id,
    decisionId: id,
    principalId: 'codex',
    role: 'developer',
    workspaceRoots: ['/w'],
    constitution: { lineage: 'l', number: 1, digest: 'd' },
    expiresMs: NOW_MS + 1,
    proposedMs: 0,
    covers: [],
    policies: [],
    agreed: ['ada'],
    state,
    ...times,
  };
}

describe('standing grants', () => {
  it('are over when their time is, also before the server is asked again', () => {
    const due = grant('a', { kind: 'in-force' }, { expiresMs: NOW_MS });
    expect(isOpen(due, NOW_MS)).toBe(false);
    expect(stateText(due, NOW_MS)).toBe('expired');
    expect(isOpen(due, NOW_MS - 1)).toBe(true);
    expect(stateText(due, NOW_MS - 1)).toBe('in force');
  });

  it.each(['revoked', 'agent-stopped', 'expired', 'superseded'] as const)('that are %s stay so', (kind) => {
    expect(isOpen(grant('a', { kind }), NOW_MS)).toBe(false);
  });

  it('say who ended them, and how many must still agree', () => {
    expect(stateText(grant('a', { kind: 'revoked', by: 'max' }), NOW_MS)).toBe('revoked by max');
    expect(stateText(grant('a', { kind: 'proposed', missing: 2 }), NOW_MS)).toBe('proposed, 2 more must agree');
  });

  it('stand in the order in which people need them', () => {
    const all = [
      grant('old', { kind: 'revoked' }, { proposedMs: 1 }),
      grant('late', { kind: 'in-force' }, { expiresMs: NOW_MS + 90 }),
      grant('ended', { kind: 'expired' }, { proposedMs: 5 }),
      grant('soon', { kind: 'in-force' }, { expiresMs: NOW_MS + 10 }),
      grant('waits', { kind: 'proposed', missing: 1 }, { expiresMs: NOW_MS + 95 }),
    ];
    expect(grantsInOrder(all, NOW_MS).map(({ id }) => id)).toEqual(['waits', 'soon', 'late', 'ended', 'old']);
  });
});
