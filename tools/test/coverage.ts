import { readFileSync } from 'node:fs';

/** Percent of lines and of branches of src/ that tests must run. */
export const COVERAGE_MIN = 85;

interface Summary {
  readonly total: Readonly<Record<'lines' | 'branches', { readonly pct: number | 'Unknown' }>>;
}

/** Reads Istanbul's `json-summary`. No file, or a figure that is not known, is not enough. */
export function readCoverage(file: string): { readonly line: string; readonly isEnough: boolean } {
  let total: Summary['total'];
  try {
    total = (JSON.parse(readFileSync(file, 'utf8')) as Summary).total;
  } catch (error) {
    return { line: `coverage of src/ was not measured: ${String(error)}`, isEnough: false };
  }
  const { lines, branches } = total;
  return {
    line: `coverage of src/: ${lines.pct} % of lines, ${branches.pct} % of branches (at least ${COVERAGE_MIN} %)`,
    isEnough: [lines.pct, branches.pct].every((pct) => typeof pct === 'number' && pct >= COVERAGE_MIN),
  };
}
