import type { Effect } from '#domain/action/effect.ts';
import { git } from '#domain/action/programs/facts.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, fieldFlow, isKnown } from '#domain/action/shell/values.ts';

/** One git subcommand with its own arguments. */
export interface GitCall {
  readonly call: Call;
  readonly options: Parsed;
  /** As written, options included. */
  readonly args: readonly Field[];
}

/** `refs/heads/main` and `main` are one branch to those who read policies. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags|remotes)\//, '').replace(/^heads\//, '');
}

/** `git push [remote] [refspec…]`: one effect for each ref (git-push(1), REFSPEC). */
export function push({ call, options }: GitCall): void {
  if (hasOption(options, '-n', '--dry-run')) return;
  const [remote = optionValues(options, '--repo')[0], ...refspecs] = options.operands;
  if (hasOption(options, '--no-verify')) call.emit(git('skip-checks'));
  for (const program of optionValues(options, '--receive-pack', '--exec')) {
    call.shell(fieldFlow(program), { scope: call.scope.copy() });
  }
  if (remote !== undefined) pushDestination(remote, call);
  const how = {
    ...(remote === undefined ? {} : { remote: remote.text }),
    force: isForced(options),
    deletes: hasOption(options, '-d', '--delete'),
  };
  const named = refspecs.filter((refspec) => refspec.text !== 'tag');
  for (const refspec of named) call.emit(pushedRef(refspec, how));
  const all = hasOption(options, '--all', '--mirror', '--branches');
  if (all) call.emit(git('push', { ...how, ref: '*', deletes: hasOption(options, '--mirror', '--prune') }));
  else if (named.length > 0) return;
  else if (hasOption(options, '--tags')) call.emit(git('push', { ...how, ref: 'tags/*' }));
  // Without a refspec, what is pushed is up to the configuration: the current branch, mostly.
  else call.emit(git('push', how));
}

/** `--force=true` is no option of git's, but is meant as one. */
function isForced(options: Parsed): boolean {
  const forced = options.options.some(({ name, value }) => /^(?:-f|--force)$/.test(name) && value?.text !== 'false');
  return forced || hasOption(options, '--force-with-lease', '--force-if-includes', '--mirror', '--prune');
}

function pushedRef(
  refspec: Field,
  how: { readonly remote?: string; readonly force: boolean; readonly deletes: boolean },
): Effect {
  const plus = refspec.text.startsWith('+');
  const text = plus ? refspec.text.slice(1) : refspec.text;
  const colon = text.indexOf(':');
  const target = text.slice(colon + 1);
  const ref = isKnown(refspec) ? shortRef(target === '' ? text.slice(0, colon) : target) : '*';
  return git('push', { ...how, ref, force: how.force || plus, deletes: how.deletes || (colon === 0 && target !== '') });
}

function pushDestination(remote: Field, call: Call): void {
  if (/^ext::/.test(remote.text))
    call.shell({ text: remote.text.slice(5), cause: 'variable', source: 'literal' }, { scope: call.scope.copy() });
  else if (/:\/\/|^[^/\s]+@[^/\s]+:/.test(remote.text)) {
    const host = call.connect(remote.text);
    if (host !== undefined) call.send(host, 'files');
  }
}
