import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed, parseArguments } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, fieldFlow, fieldFrom } from '#domain/action/shell/values.ts';

const TAR_SYNTAX = {
  valued: new Set(
    '-f -C -T -X -I -b -H -K -L -N -V -g --file --directory --files-from --exclude-from --exclude --use-compress-program --to-command --checkpoint-action --rsh-command --info-script --new-volume-script --transform --xform --strip-components --owner --group --mode --format --warning --newer --starting-file --record-size --suffix'.split(
      ' ',
    ),
  ),
  flags: [
    '--checkpoint',
    '--create',
    '--extract',
    '--get',
    '--append',
    '--update',
    '--list',
    '--remove-files',
    '--absolute-names',
  ],
};

/** The first word may be a cluster without a dash, whose values follow in order: `tar czf out.tgz dir`. */
function dashed(args: readonly Field[]): readonly Field[] {
  const [first, ...rest] = args;
  if (first === undefined || !/^[a-zA-Z]+$/.test(first.text)) return args;
  const valued = [...first.text].filter((letter) => TAR_SYNTAX.valued.has(`-${letter}`));
  const flags = [...first.text].filter((letter) => !valued.includes(letter)).join('');
  const asField = (text: string): Field => ({ ...fieldFrom(first, 0), text, knownLength: text.length });
  const values = valued.flatMap((letter, index) => {
    const value = rest[index];
    return value === undefined ? [] : [asField(`-${letter}`), value];
  });
  return [...(flags === '' ? [] : [asField(`-${flags}`)]), ...values, ...rest.slice(valued.length)];
}

function runTar(call: Call): undefined {
  const parsed = parseArguments(dashed(call.arguments), TAR_SYNTAX);
  if (hasOption(parsed, '--help', '--version')) return;
  const [archive] = optionValues(parsed, '-f', '--file');
  const [directory] = optionValues(parsed, '-C', '--directory');
  for (const list of optionValues(parsed, '-T', '-X', '--files-from', '--exclude-from')) call.read(list);
  for (const program of optionValues(
    parsed,
    '-I',
    '--use-compress-program',
    '--to-command',
    '--checkpoint-action',
    '--rsh-command',
    '--info-script',
    '--new-volume-script',
  )) {
    runByArchiver(program, call);
  }
  if (hasOption(parsed, '-c', '-r', '-u', '--create', '--append', '--update')) {
    for (const field of parsed.operands) {
      call.read(directory === undefined ? field : `${directory.text}/${field.text}`, { recursive: true });
      if (hasOption(parsed, '--remove-files')) call.remove(field, { recursive: true });
    }
    if (archive !== undefined) call.write(archive);
  } else if (archive !== undefined) call.read(archive);
  if (hasOption(parsed, '-x', '--extract', '--get') && !hasOption(parsed, '-O', '--to-stdout')) {
    call.write(directory ?? '.', { recursive: true, truncates: false });
  }
}

/** A program that an archiver runs: `--checkpoint-action=exec=…`, or a filter by name. */
function runByArchiver(field: Field, call: Call): void {
  if (/^(?:dot|echo|sleep|ttyout|bell|totals|wait)\b/.test(field.text)) return;
  call.shell(fieldFlow(fieldFrom(field, field.text.startsWith('exec=') ? 5 : 0)), { scope: call.scope.copy() });
}

function runZip(call: Call, parsed: Parsed): undefined {
  const [archive, ...members] = parsed.operands;
  if (archive !== undefined) call.write(archive);
  for (const field of members) call.read(field, { recursive: hasOption(parsed, '-r', '--recurse-paths', '-R') });
  if (hasOption(parsed, '-m', '--move')) for (const field of members) call.remove(field, { recursive: true });
  // An option of two letters, which a cluster of short ones would hide.
  const tests = call.arguments.filter((_, index) => call.arguments[index - 1]?.text === '-TT');
  for (const program of [...tests, ...optionValues(parsed, '--unzip-command')]) runByArchiver(program, call);
}

function runUnzip(call: Call, parsed: Parsed): undefined {
  const [archive] = parsed.operands;
  if (archive !== undefined) call.read(archive);
  if (hasOption(parsed, '-l', '-t', '-p', '-v', '-Z')) return;
  call.write(optionValues(parsed, '-d')[0] ?? '.', { recursive: true, truncates: hasOption(parsed, '-o') });
}

/** `7z x archive -odir`, `7z a archive files`, `7z l archive`. */
function runSevenZip(call: Call): undefined {
  const [verb, ...rest] = call.arguments;
  const target = rest.find((field) => field.text.startsWith('-o') && field.text.length > 2);
  const [archive, ...members] = rest.filter((field) => !field.text.startsWith('-'));
  if (verb === undefined || archive === undefined) return;
  if (/^[adu]/.test(verb.text)) {
    call.write(archive, { truncates: false });
    for (const field of members) call.read(field, { recursive: true });
    return;
  }
  call.read(archive);
  if (/^[ex]$/.test(verb.text))
    call.write(target === undefined ? '.' : fieldFrom(target, 2), { recursive: true, truncates: false });
}

export const ARCHIVES: Family = {
  'tar gtar bsdtar': { stopsAtOperand: true, run: runTar },
  zip: {
    options: { '-P -b -t -n -x -i --password --unzip-command': 'value' },
    flags: ['--recurse-paths', '--move'],
    run: runZip,
  },
  unzip: { options: { '-d -P -x': 'value' }, run: runUnzip },
  '7z 7za 7zz 7zr rar unrar': { stopsAtOperand: true, run: runSevenZip },
  'cpio pax': { options: { '-F -O -I -D -H': 'value' } },
};
