import { describe, expect, it } from 'vitest';
import type { ActionDigest } from '#domain/action/digest.ts';
import type { Effect } from '#domain/action/effect.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import { afterDecision, labelsOf, withinSession } from '#domain/session/fold.ts';
import type { SessionId } from '#domain/session/session.ts';

const decided = (more: Partial<Decision> = {}): Decision & { sessionId: SessionId } => ({
  id: 'd' as DecisionId,
  timeMs: 1000,
  principal: { kind: 'agent', id: 'laptop' },
  agent: 'codex',
  actionKind: 'shell',
  action: { cwd: '/w', workspaceRoots: ['/w'] },
  actionDigest: '' as ActionDigest,
  effects: [],
  verdict: { kind: 'allow' },
  reasons: [],
  constitution: { lineage: '', number: 1, digest: '' as ConstitutionDigest },
  ...more,
  sessionId: 's' as SessionId,
});
const secret: Effect = { kind: 'read', path: '/w/.env', zones: ['workspace', 'credentials'], recursive: false };

describe('a session', () => {
  it('gains nothing from what was denied', () => {
    expect(afterDecision(undefined, decided({ effects: [secret], verdict: { kind: 'deny' } })).labels).toEqual([]);
    expect(afterDecision(undefined, decided({ effects: [secret] })).labels).toEqual(['read-credentials']);
  });

  it('keeps the workspace that it began in, wherever its agent goes', () => {
    const first = afterDecision(undefined, decided());
    const second = afterDecision(
      first,
      decided({ timeMs: 2000, action: { cwd: '/etc', workspaceRoots: ['/etc'] }, agentVersion: '2' }),
    );
    expect(second).toMatchObject({
      cwd: '/etc',
      workspaceRoots: ['/w'],
      firstSeenMs: 1000,
      lastSeenMs: 2000,
      decisionCount: 2,
      agentVersion: '2',
    });
    const action = { kind: 'prompt', text: '', cwd: '/etc', workspaceRoots: ['/etc'] } as const;
    expect(withinSession(action, second)).toEqual({ ...action, workspaceRoots: ['/w'] });
    expect(withinSession(action, undefined)).toBe(action);
  });

  it('never goes back in time, and never loses a label', () => {
    const first = afterDecision(undefined, decided({ timeMs: 5, effects: [secret] }));
    expect(afterDecision(first, decided({ timeMs: 3 }))).toMatchObject({ lastSeenMs: 5, labels: ['read-credentials'] });
  });
});

describe('labelsOf', () => {
  it.each<[string, Effect, readonly string[]]>([
    ['a credential store', { kind: 'credential', store: 'keychain', detail: '' }, ['read-credentials']],
    ['a host', { kind: 'connect', host: 'example.org' }, ['read-untrusted']],
    ['this machine', { kind: 'connect', host: '127.0.0.1' }, []],
    ['a search', { kind: 'search', query: 'x' }, ['read-untrusted']],
    ['an MCP server', { kind: 'call', server: 'files', tool: 'read' }, ['read-untrusted']],
    ["the agent's own tool", { kind: 'call', server: 'claude-code', tool: 'TodoWrite' }, []],
    [
      'a manifest',
      { kind: 'write', path: '/w/package.json', zones: ['manifest'], recursive: false },
      ['changed-manifest'],
    ],
    ['an ordinary file', { kind: 'write', path: '/w/a', zones: ['workspace'], recursive: false }, []],
  ])('of %s', (_name, effect, labels) => {
    expect(labelsOf([effect, effect])).toEqual(labels);
  });
});
