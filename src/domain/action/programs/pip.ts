import { packageEffect } from '#domain/action/package-effects.ts';
import { hasOption, optionValues, type Parsed, parseArguments } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import type { Flow } from '#domain/action/shell/values.ts';

/** pip: `-r file` is a manifest, `-e` and paths are local, `--require-hashes` makes it a lock file. */
export function runPip(call: Call, parsed: Parsed): Flow | undefined {
  // `uv pip install`: the words are behind `pip`.
  const operands = parsed.operands[0]?.text === 'pip' ? parsed.operands.slice(1) : parsed.operands;
  const [verb, ...args] = operands;
  if (verb === undefined) return undefined;
  const inner = parseArguments(args, {
    valued: new Set(
      '-r -c -e -t -i -f --requirement --constraint --editable --target --prefix --root --index-url --extra-index-url --find-links --python-version --platform --no-binary --only-binary --cache-dir --log --proxy --timeout --cert --upgrade-strategy --report'.split(
        ' ',
      ),
    ),
    flags: ['--dry-run'],
  });
  if (!/^(?:install|download|wheel)$/.test(verb.text) || hasOption(inner, '--dry-run')) return undefined;
  for (const url of optionValues(inner, '-i', '--index-url', '--extra-index-url', '-f', '--find-links'))
    call.connect(url.text);
  const exact = hasOption(inner, '--require-hashes');
  for (const file of optionValues(inner, '-r', '--requirement')) {
    if (/^https?:/.test(file.text)) call.connect(file.text);
    else call.read(file);
    call.emit({
      kind: 'install',
      manager: call.program,
      package: '*',
      source: exact ? 'lockfile' : 'manifest',
      global: false,
    });
  }
  for (const path of optionValues(inner, '-e', '--editable')) call.emit(packageEffect(call.program, path.text, false));
  const isGlobal = hasOption(inner, '--user', '--break-system-packages');
  for (const field of inner.operands) call.emit(packageEffect(call.program, field.text, isGlobal));
  return undefined;
}
