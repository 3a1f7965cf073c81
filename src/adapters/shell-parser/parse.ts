import { type ParsedScript, parse } from 'unbash';
import {
  COMMAND_LENGTH_MAX,
  type ParseShell,
  type ShellScript,
  type ShellStatement,
  type ShellSyntaxError,
} from '#domain/action/shell/script.ts';
import { ok, refuse } from '#domain/result.ts';
import { LimitReached, visitScript } from './visit.ts';

/** Heredocs of one text: unbash takes quadratic time in their number (2.4 s for 32,768 of them), so many are refused unread. */
export const HEREDOC_COUNT_MAX = 500;

/**
 * Openers of substitutions (`$(`, backtick, `<(`, `${`) in one text. unbash reads the text of each again when it is asked for its script:
 * 131,072 nested ones of 256 KiB took 13 s. No person writes thousands.
 */
export const SUBSTITUTION_COUNT_MAX = 4_000;

/** Text that is read again behind what the grammar does not accept: how often, and UTF-16 units in all. */
const RECOVERY_COUNT_MAX = 16;
const RECOVERY_LENGTH_MAX = 512 * 1024;

/** `ParseShell` by unbash: text to the domain's own eager tree. Pure; never throws. */
export const parseShell: ParseShell = (command) => {
  if (command.length > COMMAND_LENGTH_MAX) {
    return refuse('limit', `a command longer than ${COMMAND_LENGTH_MAX} characters is not read`);
  }
  if (countOf('<<', command) > HEREDOC_COUNT_MAX) {
    return refuse('limit', `a command with more than ${HEREDOC_COUNT_MAX} heredocs is not read`);
  }
  const openers = ['$(', '`', '<(', '>(', '${', '$['].reduce((count, opener) => count + countOf(opener, command), 0);
  if (openers > SUBSTITUTION_COUNT_MAX) {
    return refuse('limit', `a command with more than ${SUBSTITUTION_COUNT_MAX} substitutions is not read`);
  }
  try {
    return parsed(command);
  } catch (error) {
    if (error instanceof LimitReached || error instanceof RangeError) {
      return refuse('limit', 'the command nests too deeply or is too large to be read', error.message);
    }
    return refuse('syntax', 'the command could not be read', error instanceof Error ? error.message : String(error));
  }
};

function parsed(command: string): ReturnType<ParseShell> {
  const statements: ShellStatement[] = [];
  const errors: ShellSyntaxError[] = [];
  let text = command;
  const attempts = Math.min(RECOVERY_COUNT_MAX, 1 + Math.floor(RECOVERY_LENGTH_MAX / (text.length + 1)));
  for (let attempt = 0; attempt < attempts; attempt++) {
    const tree = parse(text);
    const script: ShellScript = visitScript(tree, text);
    statements.push(...script.statements);
    errors.push(...script.errors);
    const next = resumeAt(tree, text);
    if (next === undefined) break;
    // Blanks instead of what was read keep every offset true.
    text = ' '.repeat(next) + text.slice(next);
  }
  const first = errors[0];
  if (statements.length === 0 && first !== undefined) return refuse('syntax', first.message);
  return ok({ statements, errors, ownText: false });
}

/** unbash stops at a token that cannot stand where it is (`|& rm x`). A person's shell would refuse the text; what follows is still looked at. */
function resumeAt(tree: ParsedScript, text: string): number | undefined {
  const stop = tree.errors?.findLast((error) => error.message.startsWith('unexpected token'));
  if (stop === undefined) return undefined;
  const lastEnd = tree.commands.at(-1)?.end ?? 0;
  if (lastEnd > stop.pos) return undefined;
  let at = stop.pos;
  while (at < text.length && '|&;(){}<> \t\n'.includes(text.charAt(at))) at++;
  if (at === stop.pos) while (at < text.length && /\w/.test(text.charAt(at))) at++;
  return at < text.length && at > stop.pos ? at : undefined;
}

function countOf(needle: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) count++;
  return count;
}
