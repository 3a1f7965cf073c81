import type { Call } from '#domain/action/shell/call.ts';

/** What an awk program runs and writes: `system("…")`, `"…" | getline`, `print | "…"`, `print > "…"` (POSIX awk, Output and getline). */
export function scanAwk(program: string, call: Call): void {
  const scope = { scope: call.scope.copy(), input: undefined };
  const run = (text: string): void => {
    call.shell({ text: text.replace(/\\(.)/g, '$1'), cause: 'generated', source: 'literal' }, scope);
  };
  for (const [, text, other] of program.matchAll(/\bsystem\s*\(\s*(?:"((?:[^"\\]|\\.)*)"\s*\)|([^)]{0,200}))/g)) {
    if (text !== undefined) run(text);
    else if (other !== undefined) call.dynamic('inline-code', `awk: system(${other})`);
  }
  for (const [, text] of program.matchAll(/"((?:[^"\\]|\\.)*)"\s*\|&?\s*getline/g)) run(text ?? '');
  const printed = { text: undefined, cause: 'generated', source: 'files' } as const;
  for (const [, text = ''] of program.matchAll(/\|&?\s*"((?:[^"\\]|\\.)*)"/g)) {
    call.shell({ text, cause: 'generated', source: 'literal' }, { scope: call.scope.copy(), input: printed });
  }
  for (const [, operator, text] of program.matchAll(/\bprintf?\b[^;|}\n]*?(>>?)\s*"((?:[^"\\]|\\.)*)"/g))
    call.write(text ?? '', { truncates: operator === '>' });
  if (
    /\|\s*(?!getline\b|\|)[A-Za-z_]\w*|[A-Za-z_]\w*\s*\|\s*getline/.test(
      program.replace(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll('||', ''),
    )
  ) {
    call.dynamic('inline-code', 'awk: a pipe to what is not evident');
  }
  if (/@load|@include/.test(program)) call.dynamic('inline-code', 'awk: loads code');
}
