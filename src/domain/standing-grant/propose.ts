import type { Effect, Zone } from '#domain/action/effect.ts';
import type { Decision } from '#domain/decision/decision.ts';
import { effectText } from '#domain/policy/effect-text.ts';
import { hostFacts } from '#domain/policy/host.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { type Clause, coversEffect, lineOf, type Match } from '#domain/standing-grant/clause.ts';

/** Clauses of one grant: more effects than people look at with care are no standing grant. */
const CLAUSES_MAX = 8;

/** Zones that a clause about paths leaves out, unless the effect that it was made of lies in them. */
const SENSITIVE_ZONES: readonly Zone[] = [
  'system',
  'device',
  'root',
  'credentials',
  'shell-startup',
  'scheduler',
  'git-internals',
  'agent-config',
  'ci-config',
  'manifest',
];

/** How a person makes a proposal wider; each is a structured field of its own, and none is free text of a policy. */
export interface Widening {
  /** `feature/*`: all refs that begin so. */
  readonly ref?: string;
  /** The folder, and everything below it. */
  readonly below?: string;
  /** The host of this name, and every host below it. */
  readonly domain?: string;
  /** `npm run test*`: all command lines that begin so. */
  readonly line?: string;
  readonly anyVersion?: true;
  readonly anyArtifact?: true;
}

/**
 * The narrowest clauses that cover what a decision asked about: one for each effect that stood in the way. They come from the
 * record, so that what people see is what they approve.
 */
export function proposeClauses(decision: Decision): Result<readonly Clause[], 'standing-grant-not-possible'> {
  const waited = new Set(decision.reasons.map(({ effect }) => effect));
  const effects = decision.effects.filter((effect) => waited.has(effectText(effect)));
  const missing = [...waited].find((text) => !effects.some((effect) => effectText(effect) === text));
  if (missing !== undefined) return notPossible(missing);
  const clauses: Clause[] = [];
  for (const effect of effects) {
    if (clauses.some((clause) => coversEffect(clause, effect))) continue;
    const clause = clauseOf(effect);
    // What was kept out of the record cannot be shown, and what cannot be shown is not granted.
    if (clause === undefined || JSON.stringify(clause).includes('[redacted:')) return notPossible(effectText(effect));
    clauses.push(clause);
  }
  if (clauses.length > CLAUSES_MAX) return notPossible(`${clauses.length} effects at once`);
  return ok(clauses);
}

function notPossible(what: string) {
  return refuse(
    'standing-grant-not-possible',
    `No standing grant covers this, a person looks at it each time: ${what}.`,
  );
}

function clauseOf(effect: Effect): Clause | undefined {
  switch (effect.kind) {
    case 'git': {
      const { operation, remote, ref, force, deletes } = effect;
      return {
        kind: 'git',
        operation,
        ...(remote === undefined ? {} : { remote }),
        ...(ref === undefined ? {} : { ref: { kind: 'exact', text: ref } }),
        mayForce: force,
        mayDelete: deletes,
      };
    }
    case 'read':
    case 'write':
    case 'delete':
      return {
        kind: 'path',
        access: effect.kind,
        at: { kind: 'exact', path: effect.path },
        mayRecurse: effect.recursive,
        outside: SENSITIVE_ZONES.filter((zone) => !effect.zones.includes(zone)),
      };
    case 'connect': {
      const { port, scheme } = effect;
      return {
        kind: 'connect',
        host: { kind: 'exact', name: hostFacts(effect.host).name },
        ...(port === undefined ? {} : { port }),
        ...(scheme === undefined ? {} : { scheme }),
      };
    }
    case 'send':
      // Secrets are sent nowhere as a matter of course.
      if (effect.source === 'credentials') return undefined;
      return { kind: 'send', host: { kind: 'exact', name: hostFacts(effect.host).name }, source: effect.source };
    case 'run': {
      const { program, path } = effect;
      const line: Match = { kind: 'exact', text: lineOf(effect) };
      return { kind: 'run', program, ...(path === undefined ? {} : { path }), line };
    }
    case 'install': {
      const { manager, package: name, version, source, global } = effect;
      return {
        kind: 'install',
        manager,
        package: name,
        version: version === undefined ? { kind: 'none' } : { kind: 'exact', text: version },
        source,
        global,
      };
    }
    case 'call':
      return { kind: 'call', server: effect.server, tool: effect.tool };
    case 'deploy':
      return { kind: 'deploy', environment: effect.environment, artifact: effect.artifact };
    default:
      return undefined;
  }
}

/** Makes clauses wider. Refuses what fits none of them, and what would no longer cover the effect that was asked about. */
export function widen(
  clauses: readonly Clause[],
  widening: Widening,
): Result<readonly Clause[], 'standing-grant-widening'> {
  let wider = clauses;
  for (const [name, value] of Object.entries(widening)) {
    const next = wider.map((clause) => widened(clause, name as keyof Widening, value)); // the schema's own names
    const refused = next.find((clause) => typeof clause === 'string');
    if (refused !== undefined) return refuse('standing-grant-widening', refused);
    if (next.every((clause, at) => clause === wider[at])) {
      return refuse('standing-grant-widening', `Nothing that was asked about is made wider by "${name}".`);
    }
    wider = next.filter((clause) => typeof clause !== 'string');
  }
  return ok(wider);
}

/** The clause itself where the widening is not about its kind; a text says why it is refused. */
function widened(clause: Clause, name: keyof Widening, value: string | true): Clause | string {
  const text = value === true ? '' : value;
  switch (clause.kind) {
    case 'git':
      return name === 'ref' ? widenRef(clause, text) : clause;
    case 'run':
      return name === 'line' ? widenLine(clause, text) : clause;
    case 'path':
      return name === 'below' ? widenPath(clause, text) : clause;
    case 'connect':
    case 'send':
      return name === 'domain' ? widenHost(clause, text) : clause;
    case 'install':
      return name === 'anyVersion' ? { ...clause, version: { kind: 'any' } } : clause;
    case 'deploy':
      return name === 'anyArtifact' ? { kind: 'deploy', environment: clause.environment } : clause;
    default:
      return clause;
  }
}

function widenRef(clause: Clause & { readonly kind: 'git' }, text: string): Clause | string {
  const ref = beginning(text, clause.ref);
  return ref === undefined ? `The ref that was asked about does not begin with "${text}".` : { ...clause, ref };
}

function widenLine(clause: Clause & { readonly kind: 'run' }, text: string): Clause | string {
  const line = beginning(text, clause.line);
  if (line?.text.startsWith(`${clause.program} `) === true) return { ...clause, line };
  return `"${text}" is not the program that was asked about with a beginning of its arguments.`;
}

function widenPath(clause: Clause & { readonly kind: 'path' }, text: string): Clause | string {
  const folder = text.endsWith('/') ? text.slice(0, -1) : text;
  if (folder.startsWith('/') && clause.at.path.startsWith(`${folder}/`)) {
    return { ...clause, at: { kind: 'below', path: folder } };
  }
  return `${clause.at.path} does not lie below ${text}.`;
}

function widenHost(clause: Clause & { readonly kind: 'connect' | 'send' }, text: string): Clause | string {
  if (text.includes('.') && hostFacts(clause.host.name).domains.includes(text)) {
    return { ...clause, host: { kind: 'domain', name: text } };
  }
  return `${clause.host.name} does not lie in the domain ${text}, or that is no domain of somebody's own.`;
}

/** `feature/*`, if what was asked about begins so. */
function beginning(pattern: string, asked: Match | undefined): Match | undefined {
  const text = pattern.endsWith('*') ? pattern.slice(0, -1) : pattern;
  if (text === '' || asked === undefined || !asked.text.startsWith(text)) return undefined;
  return { kind: 'begins', text };
}
