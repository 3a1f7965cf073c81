/** Checks what Biome and the compiler cannot say: `npm run check:tidy [path …]`. Each rule proves itself in rules.test.ts. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Lock } from '../lock/complete.ts';
import { casts } from './rules/casts.ts';
import { namedExports } from './rules/exports.ts';
import { layers } from './rules/layers.ts';
import { createLength, type Ratchet } from './rules/length.ts';
import { checkLock } from './rules/lock-complete.ts';
import { markers } from './rules/markers.ts';
import { names } from './rules/names.ts';
import { purity } from './rules/purity.ts';
import { testRuns } from './rules/test-runs.ts';
import { type Finding, parseSource, type Rule } from './source.ts';

export function rulesWith(ratchet: Ratchet): readonly Rule[] {
  return [layers, purity, names, createLength(ratchet), markers, casts, namedExports, testRuns];
}

export function tidy(files: Iterable<{ path: string; text: string }>, rules: readonly Rule[]): readonly Finding[] {
  return [...files].flatMap(({ path, text }) => {
    const source = parseSource(path, text);
    return rules.flatMap((rule) => rule.check(source));
  });
}

/** Written by a program, and as long as our API is. */
const GENERATED = ['console/src/api/schema.d.ts'];

/** Our TypeScript files, new ones included, as git sees them. */
function listFiles(paths: readonly string[]): readonly string[] {
  const list = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard', '--', ...paths], {
    encoding: 'utf8',
  });
  return [...new Set(list.split('\0'))]
    .filter((path) => /\.tsx?$/.test(path) && !GENERATED.includes(path) && existsSync(path))
    .sort();
}

if (import.meta.main) {
  const ratchet: Ratchet = JSON.parse(readFileSync(new URL('length-ratchet.json', import.meta.url), 'utf8'));
  const lock: Lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const files = listFiles(process.argv.slice(2)).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  const findings = [...tidy(files, rulesWith(ratchet)), ...checkLock(lock)];
  for (const { path, line, rule, message } of findings) console.log(`${path}:${line}  ${rule}  ${message}`);
  console.log(`tidy: ${files.length} files, ${findings.length} findings`);
  // A run that saw nothing proves nothing.
  if (findings.length > 0 || files.length === 0) process.exitCode = 1;
}
