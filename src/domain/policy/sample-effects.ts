import {
  CREDENTIAL_STORES,
  DESTROY_TARGETS,
  type Effect,
  GIT_OPERATIONS,
  OPAQUE_CAUSES,
  ZONES,
} from '#domain/action/effect.ts';

const PERSISTENCE_MEANS = [
  'scheduler',
  'service',
  'shell-startup',
  'git-hook',
  'authorized-keys',
  'account',
  'preload',
  'kernel',
] as const;

/**
 * At least one effect of each kind, with each member of each list, once with every optional fact and once without.
 * A schema that accepts the requests made of these accepts all that ACGS asks.
 */
export const SAMPLE_EFFECTS: readonly Effect[] = [
  ...(['read', 'write', 'delete'] as const).map(
    (kind): Effect => ({ kind, path: '/work/a.b', zones: ZONES, recursive: true }),
  ),
  { kind: 'read', path: '$X/a', zones: [], recursive: false },
  { kind: 'run', program: 'ls', arguments: ['-l'] },
  { kind: 'run', program: 'ls', path: '/bin/ls', arguments: [] },
  { kind: 'connect', host: 'api.example.org' },
  { kind: 'connect', host: '127.0.0.1', port: 8080, scheme: 'http' },
  { kind: 'install', manager: 'npm', package: 'a', source: 'registry', global: false },
  { kind: 'install', manager: 'npm', package: 'a', version: '1', source: 'git', global: true },
  ...GIT_OPERATIONS.map((operation): Effect => ({ kind: 'git', operation, force: false, deletes: false })),
  ...GIT_OPERATIONS.map(
    (operation): Effect => ({ kind: 'git', operation, remote: 'origin', ref: 'main', force: true, deletes: true }),
  ),
  { kind: 'escalate', means: 'sudo' },
  ...PERSISTENCE_MEANS.map((means): Effect => ({ kind: 'persist', means, detail: 'x' })),
  ...CREDENTIAL_STORES.map((store): Effect => ({ kind: 'credential', store, detail: 'x' })),
  ...DESTROY_TARGETS.map((target): Effect => ({ kind: 'destroy', target, detail: 'x' })),
  { kind: 'send', host: 'example.org', source: 'files' },
  { kind: 'detach', means: 'nohup' },
  ...OPAQUE_CAUSES.map((cause): Effect => ({ kind: 'dynamic', cause, detail: 'x' })),
  { kind: 'call', server: 's', tool: 't' },
  { kind: 'search', query: 'x' },
  { kind: 'prompt', secrets: false },
  { kind: 'delegate', name: 'x' },
  { kind: 'deploy', environment: 'staging', artifact: 'x' },
  { kind: 'expose', what: 'x' },
];
