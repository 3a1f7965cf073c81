import type { Effect, GitOperation, Zone } from '#domain/action/effect.ts';
import { hostFacts } from '#domain/policy/host.ts';
import { never } from '#domain/result.ts';

/** A text, or all that begin with one. */
export type Match = { readonly kind: 'exact' | 'begins'; readonly text: string };

type Sent = (Effect & { readonly kind: 'send' })['source'];
type Installed = (Effect & { readonly kind: 'install' })['source'];

/**
 * One kind of effect that a standing grant covers: the structured form that people are shown and that the Cedar policy is made
 * of (`clause-policy.ts`). What is not named here cannot be covered: secrets, rights, what stays behind, what destroys, and
 * what cannot be known before it runs are another question each time.
 */
export type Clause =
  | {
      readonly kind: 'git';
      readonly operation: GitOperation;
      readonly remote?: string;
      readonly ref?: Match;
      readonly mayForce: boolean;
      readonly mayDelete: boolean;
    }
  | {
      readonly kind: 'path';
      readonly access: 'read' | 'write' | 'delete';
      /** `below`: the folder and everything in it. */
      readonly at: { readonly kind: 'exact' | 'below'; readonly path: string };
      readonly mayRecurse: boolean;
      /** Never what lies in these, wherever it is. */
      readonly outside: readonly Zone[];
    }
  | {
      readonly kind: 'connect';
      /** `domain`: the name and every name below it. */
      readonly host: { readonly kind: 'exact' | 'domain'; readonly name: string };
      readonly port?: number;
      readonly scheme?: string;
    }
  | {
      readonly kind: 'send';
      readonly host: { readonly kind: 'exact' | 'domain'; readonly name: string };
      readonly source: Sent;
    }
  | {
      readonly kind: 'run';
      readonly program: string;
      readonly path?: string;
      /** Program and arguments, joined by blanks, as policies see them. */
      readonly line: Match;
    }
  | {
      readonly kind: 'install';
      readonly manager: string;
      readonly package: string;
      readonly version: { readonly kind: 'exact'; readonly text: string } | { readonly kind: 'none' | 'any' };
      readonly source: Installed;
      readonly global: boolean;
    }
  | { readonly kind: 'call'; readonly server: string; readonly tool: string }
  | { readonly kind: 'deploy'; readonly environment: string; readonly artifact?: string };

export type ClauseKind = Clause['kind'];

/** Whether an effect is one that the clause names: what its Cedar policy must say too, of the same effect. */
export function coversEffect(clause: Clause, effect: Effect): boolean {
  switch (clause.kind) {
    case 'git':
      return (
        effect.kind === 'git' &&
        effect.operation === clause.operation &&
        effect.remote === clause.remote &&
        (clause.ref === undefined
          ? effect.ref === undefined
          : effect.ref !== undefined && matches(clause.ref, effect.ref)) &&
        (clause.mayForce || !effect.force) &&
        (clause.mayDelete || !effect.deletes)
      );
    case 'path':
      return (
        effect.kind === clause.access &&
        (effect.path === clause.at.path || (clause.at.kind === 'below' && liesBelow(effect.path, clause.at.path))) &&
        (clause.mayRecurse || !effect.recursive) &&
        !clause.outside.some((zone) => effect.zones.includes(zone))
      );
    case 'connect':
      return (
        effect.kind === 'connect' &&
        isHost(clause.host, effect.host) &&
        effect.port === clause.port &&
        effect.scheme === clause.scheme
      );
    case 'send':
      return effect.kind === 'send' && isHost(clause.host, effect.host) && effect.source === clause.source;
    case 'run':
      return (
        effect.kind === 'run' &&
        effect.program === clause.program &&
        effect.path === clause.path &&
        matches(clause.line, lineOf(effect))
      );
    case 'install':
      return (
        effect.kind === 'install' &&
        effect.manager === clause.manager &&
        effect.package === clause.package &&
        effect.source === clause.source &&
        effect.global === clause.global &&
        isVersion(clause.version, effect.version)
      );
    case 'call':
      return effect.kind === 'call' && effect.server === clause.server && effect.tool === clause.tool;
    case 'deploy':
      return (
        effect.kind === 'deploy' &&
        effect.environment === clause.environment &&
        (clause.artifact === undefined || effect.artifact === clause.artifact)
      );
    default:
      return never(clause);
  }
}

/** As policies see it: `context.line`. */
export function lineOf(effect: { readonly program: string; readonly arguments: readonly string[] }): string {
  return [effect.program, ...effect.arguments].join(' ');
}

function matches({ kind, text }: Match, value: string): boolean {
  return kind === 'exact' ? value === text : value.startsWith(text);
}

/** As an entity `Path` is in those of its folders (`#domain/policy/resource.ts`); what is not absolute is in none. */
function liesBelow(path: string, folder: string): boolean {
  return path.startsWith('/') && path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

function isHost({ kind, name }: { readonly kind: 'exact' | 'domain'; readonly name: string }, host: string): boolean {
  const facts = hostFacts(host);
  return kind === 'exact' ? facts.name === name : facts.domains.includes(name);
}

function isVersion(wanted: (Clause & { kind: 'install' })['version'], version: string | undefined): boolean {
  if (wanted.kind === 'exact') return version === wanted.text;
  return wanted.kind === 'any' || version === undefined;
}

/** A clause in words, on one line. It says all of it: what people are shown is what they agree to. */
export function clauseText(clause: Clause): string {
  switch (clause.kind) {
    case 'git':
      return gitText(clause);
    case 'path':
      return pathText(clause);
    case 'connect': {
      const port = clause.port === undefined ? ' with no port named' : `:${clause.port}`;
      return `connect to ${hostText(clause.host)}${port}${clause.scheme === undefined ? '' : ` by ${clause.scheme}`}`;
    }
    case 'send':
      return `send ${clause.source === 'literal' ? 'a text' : clause.source} to ${hostText(clause.host)}`;
    case 'run':
      return `run ${clause.path === undefined ? '' : `${clause.path}: `}${matchText(clause.line)}`;
    case 'install':
      return installText(clause);
    case 'call':
      return `call ${clause.tool} of ${clause.server}, with any input`;
    case 'deploy':
      return `deploy ${clause.artifact ?? 'anything'} to ${clause.environment}`;
    default:
      return never(clause);
  }
}

type ClauseOf<Kind extends ClauseKind> = Clause & { readonly kind: Kind };

function gitText({ operation, ref, remote, mayForce, mayDelete }: ClauseOf<'git'>): string {
  const which = ref === undefined ? 'with no ref named' : matchText(ref);
  const where = remote === undefined ? 'with no remote named' : `at the remote ${remote}`;
  const how = mayForce ? ', also by force' : ', never by force';
  return `git ${operation} ${which} ${where}${how}${mayDelete ? ', also deleting it' : ''}`;
}

function pathText({ access, at, mayRecurse, outside }: ClauseOf<'path'>): string {
  const where = at.kind === 'below' ? `${at.path} and everything below it` : at.path;
  const not = outside.length === 0 ? '' : `; nothing that is ${outside.join(', ')}`;
  return `${access} ${where}${mayRecurse ? ', folders with everything in them' : ''}${not}`;
}

function installText({ package: name, version, manager, source, global }: ClauseOf<'install'>): string {
  const versions = { any: ', any version', none: ' with no version named' };
  const which = version.kind === 'exact' ? ` ${version.text}` : versions[version.kind];
  return `install ${name}${which} with ${manager} (${source})${global ? ', for the whole machine' : ''}`;
}

function matchText({ kind, text }: Match): string {
  return kind === 'exact' ? text : `${text}* (all that begin so)`;
}

function hostText({ kind, name }: { readonly kind: 'exact' | 'domain'; readonly name: string }): string {
  return kind === 'exact' ? name : `${name} and every host below it`;
}
