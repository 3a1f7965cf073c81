/** One row of two texts side by side. */
export type DiffRow =
  | { readonly kind: 'same'; readonly left: string; readonly right: string }
  | { readonly kind: 'changed'; readonly left: string; readonly right: string }
  | { readonly kind: 'removed'; readonly left: string }
  | { readonly kind: 'added'; readonly right: string };

/** Of a text that is compared line by line: the table below grows with the square of it. Longer ones are shown whole. */
const LINES_MAX = 1_500;

/** Two texts side by side, by their longest common run of lines; a line that was removed and one that came in its place share a row. */
export function diffLines(before: string, after: string): readonly DiffRow[] {
  const [left, right] = [linesOf(before), linesOf(after)];
  if (left.length > LINES_MAX || right.length > LINES_MAX) return paired(left, right);
  const rows: DiffRow[] = [];
  let [removed, added]: [string[], string[]] = [[], []];
  const flush = () => {
    rows.push(...paired(removed, added));
    [removed, added] = [[], []];
  };
  const common = commonLengths(left, right);
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [l, r] = [left[i], right[j]];
    if (l !== undefined && l === r) {
      flush();
      rows.push({ kind: 'same', left: l, right: l });
      [i, j] = [i + 1, j + 1];
    } else if (r === undefined || (l !== undefined && at(common, i + 1, j) >= at(common, i, j + 1))) {
      removed.push(l ?? '');
      i += 1;
    } else {
      added.push(r);
      j += 1;
    }
  }
  flush();
  return rows;
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}

function paired(removed: readonly string[], added: readonly string[]): readonly DiffRow[] {
  return Array.from({ length: Math.max(removed.length, added.length) }, (_, at): DiffRow => {
    const [left, right] = [removed[at], added[at]];
    if (left === undefined) return { kind: 'added', right: right ?? '' };
    if (right === undefined) return { kind: 'removed', left };
    return { kind: left === right ? 'same' : 'changed', left, right };
  });
}

/** `[i][j]`: how many lines the rests from `i` and `j` on have in common, in order. */
function commonLengths(left: readonly string[], right: readonly string[]): readonly (readonly number[])[] {
  const lengths: number[][] = Array.from({ length: left.length + 1 }, () =>
    new Array<number>(right.length + 1).fill(0),
  );
  for (let i = left.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] ?? [];
    for (let j = right.length - 1; j >= 0; j -= 1) {
      row[j] =
        left[i] === right[j] ? 1 + at(lengths, i + 1, j + 1) : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  }
  return lengths;
}

function at(lengths: readonly (readonly number[])[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}
