import { posix } from 'node:path';
import type { Effect } from '#domain/action/effect.ts';
import type { CedarRecord, Entity, EntityUid } from '#domain/policy/authorization.ts';
import { hostFacts } from '#domain/policy/host.ts';
import { never } from '#domain/result.ts';

/** An effect in Cedar's terms: which action, on which entity, with which facts of its own in the context. */
export interface GovernedEffect {
  /** Id of the `Action`: the effect's kind; for git `git.<operation>`. */
  readonly action: string;
  /** Parents are named with all ancestors, so that no other entity need be given. */
  readonly resource: Entity;
  readonly facts: CedarRecord;
}

type EffectOf<Kind extends Effect['kind']> = Effect & { readonly kind: Kind };

/** The types and facts here are those of the constitution's schema: the two change together. */
export function governed(effect: Effect, workspaceRoots: readonly string[]): GovernedEffect {
  switch (effect.kind) {
    case 'read':
    case 'write':
    case 'delete':
      return path(effect, workspaceRoots);
    case 'run':
      return run(effect);
    case 'connect': {
      const facts = { ...optional('port', effect.port), ...optional('scheme', effect.scheme) };
      return { action: 'connect', resource: host(effect.host), facts };
    }
    case 'send':
      return { action: 'send', resource: host(effect.host), facts: { source: effect.source } };
    case 'install':
      return install(effect);
    case 'git':
      return git(effect);
    case 'escalate':
      return named('escalate', 'Privilege', effect.means);
    case 'persist':
      return named('persist', 'Persistence', effect.means, { detail: effect.detail });
    case 'credential':
      return named('credential', 'CredentialStore', effect.store, { detail: effect.detail });
    case 'destroy':
      return named('destroy', 'System', effect.target, { detail: effect.detail });
    case 'detach':
      return named('detach', 'Detachment', effect.means);
    case 'dynamic':
      return named('dynamic', 'Opaque', effect.cause, { detail: effect.detail });
    case 'call':
      return call(effect);
    case 'search':
      return named('search', 'Search', 'web', { query: effect.query });
    case 'prompt':
      return named('prompt', 'Conversation', 'prompt', { secrets: effect.secrets });
    case 'delegate':
      return named('delegate', 'Subagent', effect.name);
    case 'deploy':
      return named('deploy', 'Environment', effect.environment, { artifact: effect.artifact });
    case 'expose':
      return named('expose', 'Secret', effect.what);
    default:
      return never(effect);
  }
}

function path(effect: EffectOf<'read' | 'write' | 'delete'>, workspaceRoots: readonly string[]): GovernedEffect {
  const parents: EntityUid[] = effect.zones.map((zone) => ({ type: 'Zone', id: zone }));
  for (const folder of ancestors(effect.path)) parents.push({ type: 'Path', id: folder });
  const name = posix.basename(effect.path);
  const attrs = {
    path: effect.path,
    name,
    extension: posix.extname(name).slice(1),
    ...optional('relative', relativeTo(workspaceRoots, effect.path)),
  };
  const resource = { uid: { type: 'Path', id: effect.path }, attrs, parents };
  return { action: effect.kind, resource, facts: { recursive: effect.recursive } };
}

/** `/a/b/c` → `/a/b`, `/a`, `/`. */
function ancestors(path: string): readonly string[] {
  const found: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) found.push(path.slice(0, at));
  if (path.startsWith('/') && path !== '/') found.push('/');
  return found;
}

function relativeTo(roots: readonly string[], path: string): string | undefined {
  for (const root of roots) {
    const folder = root.endsWith('/') ? root : `${root}/`;
    if (path.startsWith(folder)) return path.slice(folder.length);
  }
  return undefined;
}

function run(effect: EffectOf<'run'>): GovernedEffect {
  const attrs = { name: effect.program, ...optional('path', effect.path) };
  const facts = {
    arguments: [...new Set(effect.arguments)],
    line: [effect.program, ...effect.arguments].join(' '),
  };
  return {
    action: 'run',
    resource: { uid: { type: 'Program', id: effect.path ?? effect.program }, attrs, parents: [] },
    facts,
  };
}

function host(text: string): Entity {
  const { domains, ...attrs } = hostFacts(text);
  return {
    uid: { type: 'Host', id: attrs.name },
    attrs,
    parents: domains.map((domain) => ({ type: 'Domain', id: domain })),
  };
}

function install(effect: EffectOf<'install'>): GovernedEffect {
  const resource = {
    uid: { type: 'Package', id: `${effect.manager}:${effect.package}` },
    attrs: { name: effect.package },
    parents: [{ type: 'Manager', id: effect.manager }],
  };
  const facts = { source: effect.source, global: effect.global, ...optional('version', effect.version) };
  return { action: 'install', resource, facts };
}

function git(effect: EffectOf<'git'>): GovernedEffect {
  const facts = { force: effect.force, deletes: effect.deletes, ...optional('ref', effect.ref) };
  // A repository is known by the remote it speaks with; without one it is the local one.
  const resource = {
    uid: { type: 'Repository', id: effect.remote ?? 'local' },
    attrs: optional('remote', effect.remote),
    parents: [],
  };
  return { action: `git.${effect.operation}`, resource, facts };
}

function call(effect: EffectOf<'call'>): GovernedEffect {
  const resource = {
    uid: { type: 'Tool', id: `${effect.server}/${effect.tool}` },
    attrs: { name: effect.tool, server: effect.server },
    parents: [{ type: 'Server', id: effect.server }],
  };
  return { action: 'call', resource, facts: {} };
}

function named(action: string, type: string, id: string, facts: CedarRecord = {}): GovernedEffect {
  return { action, resource: { uid: { type, id }, attrs: {}, parents: [] }, facts };
}

/** Cedar has no null: an attribute that is not known is absent, and policies ask with `has`. */
function optional<Value extends string | number>(
  name: string,
  value: Value | undefined,
): Readonly<Record<string, Value>> {
  return value === undefined ? {} : { [name]: value };
}
