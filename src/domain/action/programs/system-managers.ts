import { packageEffect } from '#domain/action/package-effects.ts';
import type { Parsed } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';

// Managers of an operating system's packages whose verbs are options.

/** pacman's verbs are options: -S installs, -R removes, -U takes files. */
export function runPacman(call: Call, parsed: Parsed): undefined {
  const flags = call.arguments
    .filter((field) => /^-[A-Z]/.test(field.text))
    .map((field) => field.text)
    .join('');
  if (/^-S/.test(flags) && !/[gilps]/.test(flags) && parsed.operands.length > 0)
    for (const field of parsed.operands) call.emit(packageEffect(call.program, field.text, true));
  else if (/^-Su|^-Sy+u/.test(flags))
    call.emit({ kind: 'install', manager: call.program, package: '*', source: 'registry', global: true });
  else if (/^-U/.test(flags) && !flags.includes('p'))
    for (const field of parsed.operands)
      call.emit(packageEffect(call.program, field.text.includes('/') ? field.text : `./${field.text}`, true));
}

/** `rpm -i file`, `dpkg -i file`. */
export function runArchiveInstaller(call: Call, parsed: Parsed): undefined {
  const installs =
    call.arguments.some(
      (field) => /^-[a-zA-Z]*[iUF]/.test(field.text) || field.text === '--install' || field.text === '--upgrade',
    ) && !call.arguments.some((field) => /^-q/.test(field.text) || /^-[lLsSp]$/.test(field.text));
  if (installs)
    for (const field of parsed.operands)
      call.emit(packageEffect(call.program, /[/:]/.test(field.text) ? field.text : `./${field.text}`, true));
}
