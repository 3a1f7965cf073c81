import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const CASE = fileURLToPath(new URL('no-code-generation-case.ts', import.meta.url));

/** Runs the shared suite's sample in a process of its own and gives what it printed. */
function run(mode: string, ...flags: readonly string[]): string {
  return execFileSync(process.execPath, [...flags, CASE, mode], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

describe('where code generation from strings is forbidden', () => {
  it('closures decide, and agree with cedar-wasm', () => {
    expect(run('closures', '--disallow-code-generation-from-strings')).toBe('400 answers, 0 differences');
  });

  it('generated code is refused by V8, and is what runs elsewhere', () => {
    expect(() => run('generated', '--disallow-code-generation-from-strings')).toThrow(/EvalError/);
    expect(run('generated')).toBe('400 answers, 0 differences');
  });
});
