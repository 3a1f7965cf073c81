import type { Effect } from '#domain/action/effect.ts';
import { createEffectsOf } from '#domain/action/effects.ts';
import { parseShell } from './parse.ts';

/** The place that commands in tests are run in. */
export const HOME = '/home/u';
export const WORKSPACE = '/home/u/ws';

/** Symlinks of that place. */
const LINKS: Readonly<Record<string, string>> = { '/home/u/ws/out': '/srv/out', '/home/u/ws/keys': '/home/u/.ssh' };

export function resolveLinks(path: string): string {
  const link = Object.keys(LINKS).find((from) => path === from || path.startsWith(`${from}/`));
  return link === undefined ? path : `${LINKS[link]}${path.slice(link.length)}`;
}

export const effectsOf = createEffectsOf({
  parseShell,
  resolveLinks,
  home: HOME,
  temporaryDirectories: ['/tmp'],
  nowMs: () => performance.now(),
});

export function effectsOfCommand(command: string, cwd: string = WORKSPACE): readonly Effect[] {
  return effectsOf({ kind: 'shell', command, background: false, cwd, workspaceRoots: [WORKSPACE] });
}

/** What a command would do besides running programs, in short words that tables are made of. */
export function briefs(command: string, cwd?: string): readonly string[] {
  return effectsOfCommand(command, cwd)
    .filter((effect) => effect.kind !== 'run')
    .map(brief);
}

/** The programs that a command runs, in order. */
export function programsOf(command: string): readonly string[] {
  return effectsOfCommand(command).flatMap((effect) => (effect.kind === 'run' ? [effect.program] : []));
}

function brief(effect: Effect): string {
  switch (effect.kind) {
    case 'read':
    case 'write':
    case 'delete':
      return `${effect.kind} ${effect.path}${effect.recursive ? ' -r' : ''}`;
    case 'connect':
      return `connect ${effect.host}${effect.port === undefined ? '' : `:${effect.port}`}`;
    case 'install':
      return words(
        'install',
        effect.manager,
        versioned(effect.package, effect.version),
        effect.source,
        effect.global && 'global',
      );
    case 'git':
      return words(
        'git',
        effect.operation,
        effect.remote,
        effect.ref,
        effect.force && 'force',
        effect.deletes && 'deletes',
      );
    case 'persist':
      return `persist ${effect.means}`;
    case 'credential':
      return `credential ${effect.store}`;
    case 'destroy':
      return `destroy ${effect.target}`;
    case 'send':
      return `send ${effect.host} ${effect.source}`;
    case 'dynamic':
      return `dynamic ${effect.cause}`;
    case 'expose':
      return `expose ${effect.what}`;
    default:
      return effect.kind;
  }
}

function words(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string').join(' ');
}

function versioned(name: string, version: string | undefined): string {
  return version === undefined ? name : `${name}@${version}`;
}
