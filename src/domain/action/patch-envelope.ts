import type { FileAccess } from '#domain/action/action.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

export type PatchRefusalCode = 'patch-malformed';

const ADD = '*** Add File: ';
const DELETE = '*** Delete File: ';
const UPDATE = '*** Update File: ';
const MOVE = '*** Move to: ';
const HEREDOC = /^<<(?:EOF|'EOF'|"EOF")$/;

/**
 * Reads the patch envelope that GPT models write (`*** Begin Patch` … `*** End Patch`), which Codex, OpenCode and Copilot
 * apply. Grammar and leniences as in openai/codex `codex-rs/apply-patch/src/parser.rs`: marker lines may be padded, and
 * the whole may stand in a heredoc. Where Codex reads more than one thing into a line, this reader refuses, because a file
 * that is changed without being seen is worse than a patch that is blocked.
 *
 * The content of an update is its new text (added and kept lines), its anchor the hunk as written.
 */
export function readPatch(text: string): Result<readonly FileAccess[], PatchRefusalCode> {
  const lines = withoutHeredoc(text.trim().split(/\r?\n/));
  if (lines[0]?.trim() !== '*** Begin Patch') return malformed('it does not begin with "*** Begin Patch"');
  if (lines.length < 2 || lines.at(-1)?.trim() !== '*** End Patch') {
    return malformed('it does not end with "*** End Patch"');
  }
  const accesses: FileAccess[] = [];
  const body = lines.slice(1, -1);
  for (let at = 0; at < body.length; ) {
    const header = body[at]?.trim() ?? '';
    const start = at + 1;
    let end = start;
    while (end < body.length && !isHeader(body[end] ?? '')) end += 1;
    const section = readSection(header, body.slice(start, end));
    if (!section.ok) return section;
    accesses.push(section.value);
    at = end;
  }
  return accesses.length === 0 ? malformed('it changes nothing') : ok(accesses);
}

function readSection(header: string, lines: readonly string[]): Result<FileAccess, PatchRefusalCode> {
  const add = after(ADD, header);
  if (add !== undefined) {
    if (!lines.every((line) => line.startsWith('+'))) return malformed('a line of an added file lacks its "+"');
    return ok({ operation: 'write', path: add, content: lines.map((line) => `${line.slice(1)}\n`).join('') });
  }
  const removed = after(DELETE, header);
  if (removed !== undefined) {
    return lines.every((line) => line.trim() === '')
      ? ok({ operation: 'delete', path: removed })
      : malformed('a deleted file has a text');
  }
  const updated = after(UPDATE, header);
  if (updated === undefined) return malformed('a section has no known header');
  return readUpdate(updated, lines);
}

function readUpdate(path: string, lines: readonly string[]): Result<FileAccess, PatchRefusalCode> {
  const to = after(MOVE, lines[0]?.trim() ?? '');
  const hunk = to === undefined ? lines : lines.slice(1);
  const stray = hunk.find((line) => !/^(?:[ +-]|@@|\s*$|\*\*\* End of File\s*$)/.test(line));
  if (stray !== undefined) return malformed('a line of a hunk starts with none of " ", "+", "-" and "@@"');
  const kept = hunk.filter((line) => line.startsWith('+') || line.startsWith(' '));
  const content = kept.map((line) => `${line.slice(1)}\n`).join('');
  const anchor = hunk.join('\n');
  return ok(
    to === undefined ? { operation: 'edit', path, content, anchor } : { operation: 'move', path, to, content, anchor },
  );
}

/**
 * What may begin a section. Deliberately wider than Codex's own rule, which looks at `*` in the first column only after an
 * update: a padded header inside a hunk is then refused or read as a section, and is never taken for harmless text.
 */
function isHeader(line: string): boolean {
  const text = line.trimStart();
  return text.startsWith(ADD) || text.startsWith(DELETE) || text.startsWith(UPDATE);
}

function after(marker: string, line: string): string | undefined {
  const rest = line.startsWith(marker) ? line.slice(marker.length) : '';
  return rest === '' ? undefined : rest;
}

function withoutHeredoc(lines: readonly string[]): readonly string[] {
  return lines.length >= 4 && HEREDOC.test(lines[0]?.trim() ?? '') && (lines.at(-1) ?? '').endsWith('EOF')
    ? lines.slice(1, -1)
    : lines;
}

function malformed(why: string): {
  readonly ok: false;
  readonly refusal: { code: 'patch-malformed'; message: string };
} {
  return refuse('patch-malformed', `The patch cannot be read: ${why}.`);
}
