import type { Action, FileAccess, FileAction } from '#domain/action/action.ts';
import { connectEffects, parseDestination } from '#domain/action/destination.ts';
import type { Effect, Span } from '#domain/action/effect.ts';
import { packageEffects } from '#domain/action/package-effects.ts';
import { pathEffects } from '#domain/action/path-effects.ts';
import { createResolvePath, type ResolvePath } from '#domain/action/paths.ts';
import { programModel, programsLike } from '#domain/action/programs/catalogue.ts';
import { shortRef } from '#domain/action/programs/git-push.ts';
import { secretKinds } from '#domain/action/secrets.ts';
import { type Collector, createCollector } from '#domain/action/shell/collector.ts';
import { runText } from '#domain/action/shell/interpret.ts';
import { createBudget, type Frame, type Machine } from '#domain/action/shell/machine.ts';
import { Scope } from '#domain/action/shell/scope.ts';
import type { ParseShell } from '#domain/action/shell/script.ts';
import { never } from '#domain/result.ts';

/** What the effects of actions are found with. */
export interface EffectPorts {
  readonly parseShell: ParseShell;
  /** Follows the symlinks of the part of an absolute path that exists. */
  resolveLinks(path: string): string;
  /** The agent's user's home; absolute. */
  readonly home: string;
  /** Absolute; the first one is `$TMPDIR`. */
  readonly temporaryDirectories: readonly string[];
  /** A clock for the time limit of one analysis; milliseconds, need not be the time of day. */
  nowMs(): number;
}

export type EffectsOf = (action: Action) => readonly Effect[];

/**
 * What an action would do, as far as it can be known before it is done; what cannot be known is an effect of its own (`dynamic`).
 * Each effect once, in the order seen, at most `EFFECT_COUNT_MAX`; spans are offsets into a shell action's command. Never throws.
 */
export function createEffectsOf(ports: EffectPorts): EffectsOf {
  return (action) => {
    const collector = createCollector();
    const resolve = createResolvePath({
      home: ports.home,
      workspaceRoots: action.workspaceRoots,
      temporaryDirectories: ports.temporaryDirectories,
      resolveLinks: ports.resolveLinks,
    });
    if (action.kind === 'shell') runShell(action, resolve, collector, ports);
    else for (const effect of effectsWithoutShell(action, resolve)) collector.emit(effect);
    return collector.effects();
  };
}

function effectsWithoutShell(action: Exclude<Action, { kind: 'shell' }>, resolve: ResolvePath): readonly Effect[] {
  switch (action.kind) {
    case 'file':
      return fileEffects(action, action.cwd, resolve);
    case 'files':
      return action.accesses.flatMap((access) => accessEffects(access, action.cwd, resolve));
    case 'git':
      return gitEffects(action);
    case 'package':
      return packageEffects(action.manager, action.packages);
    case 'network':
      return networkEffects(action);
    case 'mcp':
      return [{ kind: 'call', server: action.server, tool: action.tool }, ...exposed(JSON.stringify(action.input))];
    case 'builtin':
      return [{ kind: 'call', server: action.agent, tool: action.tool }];
    case 'deploy':
      return [{ kind: 'deploy', environment: action.environment, artifact: action.artifact }];
    case 'prompt':
      return [{ kind: 'prompt', secrets: secretKinds(action.text).length > 0 }];
    case 'subagent':
      return [{ kind: 'delegate', name: action.name }, ...exposed(action.prompt)];
    case 'unknown':
      return [{ kind: 'dynamic', cause: 'tool', detail: action.tool }, ...exposed(JSON.stringify(action.input))];
    default:
      return never(action);
  }
}

function exposed(text: string): readonly Effect[] {
  return secretKinds(text).map((what) => ({ kind: 'expose', what }));
}

function fileEffects(action: FileAction, cwd: string, resolve: ResolvePath): readonly Effect[] {
  const { operation, path, content = '' } = action;
  const recursive = action.recursive ?? false;
  switch (operation) {
    case 'read':
      return pathEffects(resolve(path, cwd), { kind: 'read', recursive, contents: true });
    case 'delete':
      return pathEffects(resolve(path, cwd, { keepLast: true }), { kind: 'delete', recursive });
    case 'write':
    case 'edit': {
      const use = { kind: 'write', recursive: false, truncates: operation === 'write' } as const;
      return [...pathEffects(resolve(path, cwd), use), ...exposed(content)];
    }
    default:
      return never(operation);
  }
}

function accessEffects(access: FileAccess, cwd: string, resolve: ResolvePath): readonly Effect[] {
  if (access.operation !== 'move') {
    const base = { kind: 'file', cwd, workspaceRoots: [] } as const;
    return fileEffects({ ...base, ...access }, cwd, resolve);
  }
  const gone = pathEffects(resolve(access.path, cwd, { keepLast: true }), { kind: 'delete', recursive: false });
  const made = pathEffects(resolve(access.to, cwd), { kind: 'write', recursive: false, truncates: true });
  return [...gone, ...made, ...exposed(access.content)];
}

function gitEffects(action: Extract<Action, { kind: 'git' }>): readonly Effect[] {
  const { operation, remote, force } = action;
  const refs = action.refs.length === 0 ? [undefined] : action.refs;
  const effects: Effect[] = refs.map((ref) => {
    const named = ref === undefined ? {} : { ref: shortRef(ref) };
    return { kind: 'git', operation, remote, ...named, force, deletes: false };
  });
  const destination = operation === 'push' && remote.includes(':') ? parseDestination(remote) : undefined;
  return destination === undefined ? effects : [...effects, ...connectEffects(destination)];
}

function networkEffects(action: Extract<Action, { kind: 'network' }>): readonly Effect[] {
  if (action.operation === 'search') return [{ kind: 'search', query: action.target }, ...exposed(action.target)];
  const destination = parseDestination(action.target);
  // An address that does not read as one goes to a host that cannot be said.
  const contact = destination === undefined ? [{ kind: 'connect', host: '*' } as const] : connectEffects(destination);
  return [...contact, ...exposed(action.target)];
}

function runShell(
  action: Extract<Action, { kind: 'shell' }>,
  resolve: ResolvePath,
  collector: Collector,
  ports: EffectPorts,
): void {
  const machine: Machine = {
    collector,
    resolve,
    home: ports.home,
    temporaryDirectory: ports.temporaryDirectories[0] ?? '/tmp',
    parse: ports.parseShell,
    model: programModel,
    programsLike,
    ...createBudget(collector, ports.nowMs),
  };
  const span: Span = { start: 0, end: action.command.length };
  if (action.background) collector.emit({ kind: 'detach', means: 'run in the background by the agent' }, span);
  if (action.unsandboxed === true) collector.emit({ kind: 'escalate', means: "outside of the agent's sandbox" }, span);
  const frame: Frame = {
    machine,
    scope: new Scope({ cwd: action.cwd }),
    placement: { kind: 'offset', by: 0 },
    input: undefined,
    depth: 0,
    calling: [],
    concurrent: false,
  };
  try {
    runText(action.command, 0, span, frame);
  } catch (error) {
    // The stack is the one limit that cannot be counted beforehand.
    if (!(error instanceof RangeError)) throw error;
    collector.emit({ kind: 'dynamic', cause: 'limit', detail: 'nested more deeply than can be followed' }, span);
  }
  for (const effect of exposed(action.command)) collector.emit(effect, span);
}
