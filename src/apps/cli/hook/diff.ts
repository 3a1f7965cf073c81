/** One line of a difference. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Lines that a difference is shown with before and after a change. */
const CONTEXT_LINES = 2;

/** The difference of two texts by lines: a longest common subsequence. For settings of a few hundred lines. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [split(before), split(after)];
  const width = b.length + 1;
  // lengths[i * width + j]: of the longest common subsequence of a from i and b from j.
  const lengths = new Uint32Array((a.length + 1) * width);
  const lengthAt = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j] ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      lines.push({ kind: 'same', text: left });
      i++;
      j++;
    } else if (right !== undefined && (left === undefined || lengthAt(i, j + 1) > lengthAt(i + 1, j))) {
      lines.push({ kind: 'added', text: right });
      j++;
    } else if (left !== undefined) {
      lines.push({ kind: 'removed', text: left });
      i++;
    }
  }
  return lines;
}

/** As people read it: `-` and `+` before the line, unchanged lines only near a change. */
export function formatDiff(lines: readonly DiffLine[], colour: boolean): string {
  const near = (index: number) =>
    lines.slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1).some(({ kind }) => kind !== 'same');
  let gap = false;
  let text = '';
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'same' && !near(index)) {
      gap = true;
      continue;
    }
    if (gap && text !== '') text += '  …\n';
    gap = false;
    text += `${formatLine(line, colour)}\n`;
  }
  return text;
}

function formatLine({ kind, text }: DiffLine, colour: boolean): string {
  if (kind === 'same') return `  ${text}`;
  const [sign, code] = kind === 'added' ? ['+', 32] : ['-', 31];
  return colour ? `\u001b[${code}m${sign} ${text}\u001b[0m` : `${sign} ${text}`;
}

function split(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
