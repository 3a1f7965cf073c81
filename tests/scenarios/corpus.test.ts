import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { decideAll, decider, type Figures, figuresOf, rowsOf } from '../../bench/corpus-rates.ts';

/** Half of each public source; it is read where it is and not part of this project. */
const CORPORA = fileURLToPath(new URL('../../../shared/corpora', import.meta.url));
const STARTER = fileURLToPath(new URL('../../constitution', import.meta.url));
const missing = existsSync(CORPORA) ? '' : ` (skipped: ${CORPORA} is not there)`;

// Not run where the corpora are absent: the title then says so.
describe.skipIf(missing !== '')(`the starter constitution on commands of known intent${missing}`, () => {
  const figures = new Map<string, Figures>();
  beforeAll(async () => {
    const decided = decideAll(rowsOf(CORPORA), await decider(STARTER, { effectsMs: 0, policiesMs: 0 }));
    for (const [source, rows] of Map.groupBy(decided, ({ row }) => row.source))
      figures.set(source, figuresOf(source, rows));
  }, 300_000);
  const of = (source: string): Figures => {
    const found = figures.get(source);
    if (found === undefined) throw new Error(`no rows of ${source}`);
    return found;
  };

  it.each(['dcg', 'cc-safety-net'])('lets at most 2 %% of the hostile rows of %s through', (source) => {
    const { hostile, hostileNotAllowed } = of(source);
    expect(hostile).toBeGreaterThan(0);
    expect(hostileNotAllowed / hostile).toBeGreaterThanOrEqual(0.98);
  });

  it('denies at most 3 % of ordinary commands, and asks about at most 10 %', () => {
    const { benign, benignDenied, benignAsked } = of('tldr');
    expect(benign).toBeGreaterThan(10_000);
    expect(benignDenied / benign).toBeLessThanOrEqual(0.03);
    expect(benignAsked / benign).toBeLessThanOrEqual(0.1);
  });
});
