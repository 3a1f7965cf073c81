import { destroy, escalate } from '#domain/action/programs/facts.ts';
import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, type Flow, fieldFrom, isKnown } from '#domain/action/shell/values.ts';

function runRm(call: Call, parsed: Parsed): undefined {
  const recursive =
    hasOption(parsed, '-r', '-R', '--recursive', '-d', '--dir') &&
    !(hasOption(parsed, '-d', '--dir') && !hasOption(parsed, '-r', '-R', '--recursive'));
  const forced = hasOption(parsed, '-f', '--force');
  // An option that is not known before the run may be `-rf`.
  const hidden =
    call.arguments.some((field) => !isKnown(field) && field.knownLength <= 1 && !/[/{]/.test(field.text)) &&
    parsed.operands.length > 1;
  for (const field of parsed.operands) call.remove(field, { recursive: recursive || hidden, forced });
  if (parsed.operands.length === 0 && recursive && forced) call.emit(destroy('files', 'rm -rf without a path'));
}

/** `cp a b dir`, `mv a b dir`, with `-t dir` in front of them if need be. */
function runCopy(call: Call, parsed: Parsed): undefined {
  const [target] = optionValues(parsed, '-t', '--target-directory');
  const last = target ?? (parsed.operands.length > 1 ? parsed.operands.at(-1) : undefined);
  const sources = target === undefined ? parsed.operands.slice(0, -1) : parsed.operands;
  const makesDirectories = call.program === 'install' && hasOption(parsed, '-d', '--directory');
  if (makesDirectories) {
    for (const field of parsed.operands) call.write(field, { truncates: false });
    return;
  }
  const recursive = hasOption(parsed, '-r', '-R', '-a', '--recursive', '--archive') || call.program === 'mv';
  for (const field of sources) {
    call.read(field, { recursive });
    // What is moved away from a place of the system, of secrets or of logs is missing there.
    if (call.program === 'mv') call.remove(field, { recursive: call.path(field.text).zones.includes('root') });
  }
  if (last === undefined) return;
  for (const field of sources) call.copied(field, last);
  const flow = sources.length === 1 && sources[0] !== undefined ? call.fileFlow(sources[0]) : undefined;
  call.write(last, { recursive: recursive && sources.length > 0, ...(flow === undefined ? {} : { flow }) });
  const directory = call.path(last.text).path;
  // Into a directory, the file keeps its name: `cp x.sh ~/.ssh/` and `cp hook .git/hooks` say what is written.
  for (const source of sources) {
    if (last.text.endsWith('/') && isKnown(source))
      call.write(
        `${directory}/${source.text.slice(source.text.lastIndexOf('/') + 1)}`,
        flow === undefined ? {} : { flow },
      );
  }
  if (call.program === 'install') setuidMode(optionValues(parsed, '-m', '--mode'), call);
}

function runLn(call: Call, parsed: Parsed): undefined {
  const [target, ...rest] = parsed.operands;
  const name = rest.at(-1);
  if (target !== undefined && !hasOption(parsed, '-s', '--symbolic')) call.read(target, { contents: false });
  if (name !== undefined && target !== undefined) call.copied(target, name);
  if (name !== undefined) call.write(name, { truncates: hasOption(parsed, '-f', '--force') });
  else if (target !== undefined) call.write(target.text.slice(target.text.lastIndexOf('/') + 1), { truncates: false });
}

function setuidMode(modes: readonly Field[], call: Call): void {
  for (const mode of modes) {
    // Octal 4xxx and 2xxx, or a symbolic `u+s`, `g+xs`, `+s`, `u=rws`.
    if (/^0?[2-7]\d{3}$/.test(mode.text) || /[ugo]*[+=][rwxXt]*s/.test(mode.text))
      call.emit(escalate(`setuid: chmod ${mode.text}`));
  }
}

function runChmod(call: Call, parsed: Parsed): undefined {
  const referenced = hasOption(parsed, '--reference');
  const mode = referenced ? undefined : parsed.operands[0];
  const files = referenced ? parsed.operands : parsed.operands.slice(1);
  if (mode !== undefined) setuidMode([mode], call);
  const recursive = hasOption(parsed, '-R', '--recursive');
  for (const file of files) call.write(file, { recursive, truncates: false });
  if (
    mode !== undefined &&
    recursive &&
    files.some(
      (file) => call.path(file.text).zones.includes('root') && !call.path(file.text).zones.includes('workspace'),
    )
  ) {
    call.emit(destroy('files', `${call.program} -R ${mode.text}`));
  }
}

/** `dd if=… of=…`. */
function runDd(call: Call, parsed: Parsed): undefined {
  for (const field of parsed.operands) {
    if (field.text.startsWith('if=')) call.read(fieldFrom(field, 3));
    if (field.text.startsWith('of=')) call.write(fieldFrom(field, 3));
  }
}

function runTee(call: Call, parsed: Parsed): Flow | undefined {
  const append = hasOption(parsed, '-a', '--append');
  const input: Flow = call.input ?? { text: undefined, cause: 'stdin', source: 'output' };
  for (const field of parsed.operands) {
    call.write(field, { truncates: !append, ...(append ? {} : { flow: input }) });
  }
  return call.input;
}

function runShred(call: Call, parsed: Parsed): undefined {
  for (const field of parsed.operands) {
    call.remove(field, { recursive: hasOption(parsed, '-r'), forced: true });
    const { zones } = call.path(field.text);
    // Unlike `rm`, nothing brings this back.
    call.emit(destroy(zones.includes('device') ? 'disk' : 'files', `${call.program} ${field.text}`));
  }
}

function runTruncate(call: Call, parsed: Parsed): undefined {
  const grows = optionValues(parsed, '-s', '--size').some((size) => /^[+%]/.test(size.text));
  for (const field of parsed.operands) call.write(field, { truncates: !grows });
}

/** `rename 's/a/b/' files`: the Perl kind evaluates its first operand as Perl. */
function runRename(call: Call, parsed: Parsed): undefined {
  for (const field of parsed.operands.slice(1)) call.write(field, { truncates: false });
}

/** What is listed, for those who hand the names on: `ls *.txt | xargs …`. Names in another directory are not paths from here. */
function runList(call: Call, parsed: Parsed): Flow | undefined {
  const names =
    parsed.operands.length === 0
      ? [`${call.scope.cwd}/*`]
      : parsed.operands.filter((field) => field.glob).map((field) => call.path(field.text).path);
  return names.length === 0 ? undefined : { text: undefined, cause: 'generated', source: 'output', names };
}

const LISTING =
  '-I -w -T -L --ignore --hide --block-size --color --sort --time --time-style --format --level --max-depth --exclude --threshold';

export const FILES: Family = {
  'rm grm': {
    flags: [
      '--recursive',
      '--force',
      '--dir',
      '--verbose',
      '--interactive',
      '--one-file-system',
      '--no-preserve-root',
      '--preserve-root',
    ],
    run: runRm,
  },
  'rmdir unlink': { operands: 'delete' },
  'del erase rd trash trash-put rimraf gio-trash': {
    run: (call, parsed) => {
      for (const field of parsed.operands) call.remove(field, { recursive: true, forced: true });
      return undefined;
    },
  },
  gio: {
    run: (call, parsed) => {
      const [verb, ...files] = parsed.operands;
      if (/^(?:trash|remove)$/.test(verb?.text ?? '')) for (const file of files) call.remove(file, { recursive: true });
      return undefined;
    },
  },
  'shred srm wipe scrub': { options: { '-n -s --iterations --size --random-source': 'value' }, run: runShred },
  'cp gcp mv install rename.ul': {
    options: { '-t -S -m -o -g --target-directory --suffix --mode --owner --group': 'value' },
    flags: ['--recursive', '--archive', '--directory', '--force', '--no-target-directory', '--no-clobber', '--parents'],
    run: runCopy,
  },
  ln: { options: { '-t -S --target-directory --suffix': 'value' }, flags: ['--symbolic', '--force'], run: runLn },
  'touch mkdir mkfifo mknod': {
    options: { '-t -d -r -m -Z --date --reference --time --mode --context': 'value' },
    operands: 'append',
  },
  'chmod chown chgrp chattr chcon setfacl chflags xattr': {
    options: { '--reference --from -m -x -M': 'value' },
    flags: ['--recursive'],
    run: runChmod,
  },
  dd: { run: runDd },
  tee: { flags: ['--append'], run: runTee },
  sponge: { operands: 'write' },
  truncate: { options: { '-s -r -o --size --reference': 'value' }, run: runTruncate },
  fallocate: { options: { '-l -o --length --offset': 'value' }, operands: 'write' },
  'ls dir vdir ll exa eza lsd tree du stat fd fdfind locate plocate': {
    options: { [LISTING]: 'value' },
    operands: 'list',
    run: runList,
  },
  split: {
    options: { '-b -l -n -a -C --bytes --lines --number --suffix-length': 'value', '--filter': 'command' },
    operands: { first: 'read' },
  },
  csplit: { operands: { first: 'read' } },
  rename: { run: runRename },
  'nano code subl micro joe': { options: { '-c -S --cmd -u': 'value' }, operands: 'append' },
  patch: {
    options: { '-i --input': 'read', '-o --output': 'write', '-p -d -D -F -r -z --strip --directory': 'value' },
    operands: 'append',
  },
};
