import { describe, expect, it } from 'vitest';
import { EFFECT_KINDS, type Effect } from '#domain/action/effect.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import { type PolicyInput, requestsOf, withApproval } from '#domain/policy/requests.ts';
import { SAMPLE_EFFECTS } from '#domain/policy/sample-effects.ts';

function input(effects: readonly Effect[], more: Partial<PolicyInput> = {}): PolicyInput {
  return {
    action: { kind: 'shell', workspaceRoots: ['/home/u/w'] },
    effects,
    principal: { kind: 'agent', id: 'bot' as AgentId, agent: 'cursor', teams: ['web', 'infra'] },
    labels: ['read-untrusted'],
    timeMs: Date.UTC(2026, 1, 3, 4, 5, 6, 7),
    ...more,
  };
}

function only(effect: Effect, more: Partial<PolicyInput> = {}) {
  const [first, ...rest] = requestsOf(input([effect], more));
  expect(rest).toEqual([]);
  if (first === undefined) throw new Error('no request');
  const { request } = first;
  const resource = request.entities.find((entity) => entity.uid === request.resource);
  return { request, resource };
}

const edge = ({ type, id }: { readonly type: string; readonly id: string }) => `${type}::${id}`;

describe('requestsOf', () => {
  it('puts an action without effects to the policies as well', () => {
    const [asked, ...rest] = requestsOf(input([]));
    expect(rest).toEqual([]);
    expect(asked?.request).toMatchObject({
      action: { type: 'Action', id: 'run' },
      resource: { type: 'Program', id: 'nothing' },
      context: { line: 'nothing', effects: ['run'] },
    });
  });

  it('tells the agent with its kind and teams', () => {
    const { request } = only({ kind: 'search', query: 'x' });
    expect(request.principal).toEqual({ type: 'Agent', id: 'bot' });
    expect(request.entities[0]).toEqual({
      uid: { type: 'Agent', id: 'bot' },
      attrs: { kind: 'cursor' },
      parents: [
        { type: 'Team', id: 'web' },
        { type: 'Team', id: 'infra' },
      ],
    });
  });

  it('tells a person as a person', () => {
    const principal = { kind: 'person', id: 'ada' as PersonId, roles: ['operator'] } as const;
    expect(only({ kind: 'search', query: 'x' }, { principal }).request.principal).toEqual({
      type: 'Person',
      id: 'ada',
    });
  });

  it('tells every effect what the whole action is and what the session has seen', () => {
    const requests = requestsOf(
      input([
        { kind: 'escalate', means: 'sudo' },
        { kind: 'detach', means: '&' },
      ]),
    );
    expect(requests).toHaveLength(2);
    for (const { request } of requests) {
      expect(request.context).toMatchObject({
        action: 'shell',
        effects: ['escalate', 'detach'],
        session: { labels: ['read-untrusted'] },
        time: { __extn: { fn: 'datetime', arg: '2026-02-03T04:05:06.007Z' } },
      });
      expect(request.context).not.toHaveProperty('approval');
    }
  });

  it('adds an approval only where there is one', () => {
    const { request } = only({ kind: 'detach', means: '&' });
    expect(withApproval(request, undefined)).toBe(request);
    expect(withApproval(request, { role: 'security', by: 'ada' }).context['approval']).toEqual({
      role: 'security',
      by: 'ada',
    });
  });

  it('places a path in its zones and in every folder above it', () => {
    const { request, resource } = only({
      kind: 'delete',
      path: '/home/u/w/src/a.test.ts',
      zones: ['workspace', 'home'],
      recursive: true,
    });
    expect(request.context['recursive']).toBe(true);
    expect(resource?.attrs).toEqual({
      path: '/home/u/w/src/a.test.ts',
      name: 'a.test.ts',
      extension: 'ts',
      relative: 'src/a.test.ts',
    });
    expect(resource?.parents.map(edge)).toEqual([
      'Zone::workspace',
      'Zone::home',
      'Path::/home/u/w/src',
      'Path::/home/u/w',
      'Path::/home/u',
      'Path::/home',
      'Path::/',
    ]);
  });

  it.each([
    ['/', { path: '/', name: '', extension: '' }, []],
    ['/home/u/w', { path: '/home/u/w', name: 'w', extension: '' }, ['Path::/home/u', 'Path::/home', 'Path::/']],
    ['$OUT/a', { path: '$OUT/a', name: 'a', extension: '' }, ['Path::$OUT']],
    ['.env', { path: '.env', name: '.env', extension: '' }, []],
  ])('has no relative path for %s', (path, attrs, parents) => {
    const { resource } = only({ kind: 'read', path, zones: [], recursive: false });
    expect(resource?.attrs).toEqual(attrs);
    expect(resource?.parents.map(edge)).toEqual(parents);
  });

  it('tells what is known of a host, a package and a git operation, and leaves out what is not', () => {
    expect(only({ kind: 'connect', host: 'a.b', port: 80 }).request.context).toMatchObject({ port: 80 });
    expect(only({ kind: 'connect', host: 'a.b' }).request.context).not.toHaveProperty('port');
    const install = only({ kind: 'install', manager: 'npm', package: '@a/b', source: 'git', global: false });
    expect(install.request.resource).toEqual({ type: 'Package', id: 'npm:@a/b' });
    expect(install.resource?.parents.map(edge)).toEqual(['Manager::npm']);
    const push = only({ kind: 'git', operation: 'push', remote: 'origin', ref: 'main', force: true, deletes: false });
    expect(push.request).toMatchObject({
      action: { id: 'git.push' },
      resource: { type: 'Repository', id: 'origin' },
      context: { ref: 'main', force: true, deletes: false },
    });
    const local = only({ kind: 'git', operation: 'clean', force: true, deletes: false });
    expect(local.request.resource.id).toBe('local');
    expect(local.resource?.attrs).toEqual({});
  });

  it('keeps a tool apart from one of the same name on another server', () => {
    const { request, resource } = only({ kind: 'call', server: 'github', tool: 'get_issue' });
    expect(request.resource).toEqual({ type: 'Tool', id: 'github/get_issue' });
    expect(resource?.parents.map(edge)).toEqual(['Server::github']);
  });

  it('asks once about what is the same for the policies, whatever its place in the command', () => {
    const read: Effect = { kind: 'read', path: '/a', zones: [], recursive: false };
    expect(
      requestsOf(input([read, { ...read, span: { start: 0, end: 1 } }, { ...read, recursive: true }])),
    ).toHaveLength(2);
  });

  it('has a request for every kind of effect', () => {
    const actions = new Set(requestsOf(input(SAMPLE_EFFECTS)).map(({ request }) => request.action.id.split('.')[0]));
    expect([...actions].sort()).toEqual([...EFFECT_KINDS].sort());
  });

  it('is quick about ten thousand paths', () => {
    const many = Array.from(
      { length: 10_000 },
      (_, n): Effect => ({
        kind: 'delete',
        path: `/home/u/w/${n % 100}/${n}`,
        zones: ['workspace'],
        recursive: false,
      }),
    );
    const start = performance.now();
    expect(requestsOf(input(many))).toHaveLength(10_000);
    // Seen: 40 ms. The bound only catches what grows with the square.
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
