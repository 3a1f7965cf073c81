import type { Finding, Rule } from '../source.ts';

/** A file that is longer tells more than one story. */
export const FILE_LINES_MAX = 400;

/** Files that were longer when the rule came, with their lines then. A listed file may only shrink. */
export type Ratchet = Readonly<Record<string, number>>;

export function createLength(ratchet: Ratchet): Rule {
  return {
    name: 'length',
    check({ path, text }) {
      const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
      const message = refusalOf(lines, ratchet[path]);
      return message === undefined ? [] : [{ path, line: 1, rule: 'length', message } satisfies Finding];
    },
  };
}

function refusalOf(lines: number, listed: number | undefined): string | undefined {
  const fix = 'split it by story';
  if (listed === undefined) {
    return lines > FILE_LINES_MAX ? `${lines} lines, at most ${FILE_LINES_MAX}: ${fix}` : undefined;
  }
  if (lines > listed) return `${lines} lines, more than the ${listed} it is listed with: it may only shrink; ${fix}`;
  if (lines <= FILE_LINES_MAX) return `${lines} lines: well done; take it off tools/tidy/length-ratchet.json`;
  if (lines < listed) return `${lines} lines: well done; lower its number in tools/tidy/length-ratchet.json`;
  return undefined;
}
