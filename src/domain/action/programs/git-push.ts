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
  const where = remote === undefined ? {} : { remote: remote.text };
  const leased = hasOption(options, '--force-with-lease', '--force-if-includes');
  const forced = options.options.some(
    (option) => (option.name === '-f' || option.name === '--force') && option.value?.text !== 'false',
  );
  const force = forced || leased || hasOption(options, '--mirror', '--prune');
  const deletes = hasOption(options, '-d', '--delete');
  if (hasOption(options, '--no-verify')) call.emit(git('skip-checks'));
  for (const program of optionValues(options, '--receive-pack', '--exec'))
    call.shell(fieldFlow(program), { scope: call.scope.copy() });
  if (remote !== undefined) pushDestination(remote, call);
  if (hasOption(options, '--all', '--mirror', '--branches')) {
    call.emit(git('push', { ...where, ref: '*', force, deletes: hasOption(options, '--mirror', '--prune') }));
  }
  if (hasOption(options, '--tags', '--follow-tags') && refspecs.length === 0)
    call.emit(git('push', { ...where, ref: 'tags/*', force, deletes }));
  for (const refspec of refspecs) {
    if (refspec.text === 'tag') continue;
    const plus = refspec.text.startsWith('+');
    const text = plus ? refspec.text.slice(1) : refspec.text;
    const colon = text.indexOf(':');
    const source = colon === -1 ? text : text.slice(0, colon);
    const target = colon === -1 ? text : text.slice(colon + 1);
    const ref = isKnown(refspec) ? shortRef(target === '' ? source : target) : '*';
    call.emit(git('push', { ...where, ref, force: force || plus, deletes: deletes || (colon === 0 && target !== '') }));
  }
  // Without a refspec, what is pushed is up to the configuration: the current branch, mostly.
  if (refspecs.length === 0 && !hasOption(options, '--all', '--mirror', '--branches', '--tags'))
    call.emit(git('push', { ...where, force, deletes }));
}

function pushDestination(remote: Field, call: Call): void {
  if (/^ext::/.test(remote.text))
    call.shell({ text: remote.text.slice(5), cause: 'variable', source: 'literal' }, { scope: call.scope.copy() });
  else if (/:\/\/|^[^/\s]+@[^/\s]+:/.test(remote.text)) {
    const host = call.connect(remote.text);
    if (host !== undefined) call.send(host, 'files');
  }
}
