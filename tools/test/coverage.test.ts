import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCoverage } from './coverage.ts';

describe('readCoverage', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'acgs-coverage-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is not enough without a file, or with one that does not parse', () => {
    expect(readCoverage(path.join(folder, 'absent.json')).isEnough).toBe(false);
    writeFileSync(path.join(folder, 'torn.json'), '{"total":');
    expect(readCoverage(path.join(folder, 'torn.json')).isEnough).toBe(false);
  });

  it.each([
    [84.99, 100, false],
    [100, 84.99, false],
    ['Unknown', 100, false],
    [85, 85, true],
  ])('of %s %% of lines and %s %% of branches', (lines, branches, isEnough) => {
    const file = path.join(folder, 'summary.json');
    writeFileSync(file, JSON.stringify({ total: { lines: { pct: lines }, branches: { pct: branches } } }));
    expect(readCoverage(file).isEnough).toBe(isEnough);
  });
});
