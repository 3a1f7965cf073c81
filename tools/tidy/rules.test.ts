import { describe, expect, it } from 'vitest';
import { checkLock } from './rules/lock-complete.ts';
import { rulesWith, tidy } from './run.ts';

/** Findings on one planted file, as `line rule`. */
function found(path: string, text: string, ratchet: Record<string, number> = {}): string[] {
  return tidy([{ path, text }], rulesWith(ratchet)).map(({ line, rule }) => `${line} ${rule}`);
}

const DOMAIN = 'src/domain/action/effects.ts';

describe('layers', () => {
  it.each([
    [DOMAIN, "import { a } from '#adapters/journal/append.ts';"],
    [DOMAIN, "import { a } from '../../adapters/journal/append.ts';"],
    [DOMAIN, "export { a } from '#agents/agent.ts';"],
    [DOMAIN, "export * from '#services/decision/decide.ts';"],
    [DOMAIN, "const a = await import('#apps/cli/main.ts');"],
    [DOMAIN, 'const a = await import(`#apps/cli/main.ts`);'],
    [DOMAIN, "import type { A } from '#adapters/journal/append.ts';"],
    [DOMAIN, "import { readFileSync } from 'node:fs';"],
    [DOMAIN, "import { readFileSync } from 'fs';"],
    [DOMAIN, "import fastify from 'fastify';"],
    [DOMAIN, "import { createHash, randomBytes } from 'node:crypto';"],
    [DOMAIN, "import * as crypto from 'node:crypto';"],
    [DOMAIN, "import { gunzipSync } from 'node:zlib';"],
    ['src/agents/codex/parse.ts', "import { a } from '#services/decision/decide.ts';"],
    ['src/agents/codex/parse.ts', "import { a } from '#agents/cursor/parse.ts';"],
    ['src/adapters/journal/append.ts', "import { a } from '#adapters/postgres/pool.ts';"],
    ['src/adapters/journal/append.ts', "import { a } from '#agents/agent.ts';"],
    ['src/services/decision/decide.ts', "import { a } from '#adapters/journal/append.ts';"],
    ['src/services/decision/decide.ts', "import { a } from '#services/identity/token.ts';"],
    ['src/services/decision/decide.ts', "import { a } from '#apps/cli/io.ts';"],
    ['src/services/decision/decide.ts', "import { a } from '../../../tools/tidy/run.ts';"],
    ['console/src/layout/shell.tsx', "import { a } from '#domain/result.ts';"],
    ['console/src/layout/shell.tsx', "import { a } from '../../../src/domain/result.ts';"],
    ['console/src/pages/now/page.tsx', "import { a } from '../ledger/page.tsx';"],
  ])('refuses in %s: %s', (path, text) => {
    expect(found(path, text)).toEqual(['1 layers']);
  });

  it.each([
    [DOMAIN, "import { a } from '#domain/result.ts'; import { createHash } from 'node:crypto';"],
    ['src/agents/codex/parse.ts', "import { a } from '#agents/agent.ts'; import { b } from './encode.ts';"],
    ['src/adapters/journal/append.ts', "import { a } from '#domain/result.ts'; import { b } from 'node:fs';"],
    ['src/services/decision/decide.ts', "import { a } from '#agents/agent.ts'; import { b } from './memory.ts';"],
    ['src/services/decision/routes/hooks.ts', "import { a } from '../memory.ts';"],
    [
      'src/apps/cli/main.ts',
      "import { a } from '#services/decision/decide.ts'; import { b } from '#apps/server/start.ts';",
    ],
    ['console/src/pages/now/page.tsx', "import { a } from '../../api/client.ts'; import { b } from './feed.tsx';"],
    ['src/domain/action/effects.test.ts', "import { a } from '#adapters/shell-parser/parse.ts';"],
  ])('accepts in %s: %s', (path, text) => {
    expect(found(path, text)).toEqual([]);
  });
});

describe('purity', () => {
  it.each([
    'const a = Date.now();',
    'const a = new Date();',
    'const a = new (Date)();',
    'const a = Date();',
    'const a = Math.random();',
    'const a = process.env;',
    'const { env } = process;',
    'console.log(1);',
    'setTimeout(f, 1);',
    'const a = { process };',
    'const a = { [process]: 1 };',
    'const a = globalThis.Date;',
    'const a = (process as { env: object }).env; // why',
    'export const a = () => fetch(x);',
  ])('refuses in the domain: %s', (text) => {
    expect(found(DOMAIN, text)).toContain('1 purity');
  });

  it.each([
    'const a = new Date(timeMs);',
    'const a = { process: 1 };',
    'const a = effect.process;',
    "const a = 'process';",
    'type A = { process: typeof process };',
    'interface B { fetch(): void }',
  ])('accepts in the domain: %s', (text) => {
    expect(found(DOMAIN, text)).toEqual([]);
  });

  it('leaves other layers and tests alone', () => {
    expect(found('src/adapters/clock/now.ts', 'const a = Date.now();')).toEqual([]);
    expect(found('src/domain/action/effects.test.ts', 'const a = Date.now();')).toEqual([]);
  });
});

describe('names', () => {
  it.each([
    'src/domain/utils.ts',
    'src/apps/common/a.ts',
    'src/apps/journal-manager.ts',
    'tools/Helpers.ts',
    'src/a/misc.test.ts',
  ])('refuses the path %s', (path) => {
    expect(found(path, '')).toEqual(['1 names']);
  });

  it('refuses interfaces and types with an I prefix', () => {
    expect(found('src/apps/a.ts', 'export interface IJournal {}\ntype IDigest = string;')).toEqual([
      '1 names',
      '2 names',
    ]);
  });

  it('accepts words that only contain a banned one, and names that begin with an I of their own', () => {
    expect(found('src/apps/commonplace.ts', 'interface Item {}\ninterface IPAddress {}\ntype Io = 1;')).toEqual([]);
  });
});

describe('length', () => {
  const lines = (count: number) => 'a;\n'.repeat(count);

  it('refuses one line too many', () => {
    expect(found('src/apps/a.ts', lines(401))).toEqual(['1 length']);
    expect(found('src/apps/a.ts', lines(400))).toEqual([]);
  });

  it('lets a listed file only shrink', () => {
    expect(found('src/apps/a.ts', lines(501), { 'src/apps/a.ts': 500 })).toEqual(['1 length']);
    expect(found('src/apps/a.ts', lines(500), { 'src/apps/a.ts': 500 })).toEqual([]);
    expect(found('src/apps/a.ts', lines(499), { 'src/apps/a.ts': 500 })).toEqual(['1 length']);
    expect(found('src/apps/a.ts', lines(400), { 'src/apps/a.ts': 500 })).toEqual(['1 length']);
  });
});

describe('markers', () => {
  it.each(['TODO', 'FIXME', 'HACK', 'XXX'])('refuses %s without an issue', (marker) => {
    expect(found('src/apps/a.ts', `a;\n// ${marker} later`)).toEqual(['2 markers']);
    expect(found('src/apps/a.ts', `/* ${marker}(me): later */`)).toEqual(['1 markers']);
    expect(found('src/apps/a.ts', `// ${marker} #12: later`)).toEqual([]);
  });

  it('does not look into strings', () => {
    expect(found('src/apps/a.ts', "const a = 'TODO';")).toEqual([]);
  });
});

describe('casts', () => {
  it.each([
    'const a = b as any; // why',
    'const a = <any>b; // why',
    '// @ts-ignore because\nconst a = b;',
    '// @ts-expect-error because\nconst a = b;',
    'const a = b as Decision;',
    'const a = b as unknown as Decision;',
  ])('refuses %s', (text) => {
    expect(found('src/apps/a.ts', text)).toEqual(['1 casts']);
  });

  it.each([
    'const a = b as Decision; // checked by the schema above',
    '// Checked by the schema.\nconst a = b as unknown as Decision;',
    'const a = [1] as const;',
    "const a = 'default-deny' as PolicyId;",
  ])('accepts %s', (text) => {
    expect(found('src/apps/a.ts', text)).toEqual([]);
  });

  it('asks tests only for what no test needs', () => {
    expect(found('src/apps/a.test.ts', 'const a = b as Decision;')).toEqual([]);
    expect(found('src/apps/a.test.ts', '// @ts-expect-error: a missing case must not compile\nf();')).toEqual([]);
    expect(found('src/apps/a.test.ts', '// @ts-expect-error\nf();')).toEqual(['1 casts']);
    expect(found('src/apps/a.test.ts', 'const a = b as any;')).toEqual(['1 casts']);
  });
});

describe('exports', () => {
  it.each(['export default 1;', 'const a = 1; export { a as default };', "export { default } from './b.ts';"])(
    'refuses %s',
    (text) => {
      expect(found('src/apps/a.ts', text)).toEqual(['1 exports']);
    },
  );

  it('accepts named exports, and the default that a configuration is loaded by', () => {
    expect(found('src/apps/a.ts', 'export const a = 1;')).toEqual([]);
    expect(found('vitest.config.ts', 'export default {};')).toEqual([]);
  });
});

describe('test-runs', () => {
  it.each(["it.only('a');", "describe.only('a');", "it.concurrent.only('a');", "it.only.each([1])('a'); // why"])(
    'refuses %s',
    (text) => {
      expect(found('src/apps/a.test.ts', text)).toEqual(['1 test-runs']);
    },
  );

  it.each(["it.skip('a');", "it.skipIf(no)('a');", "describe.runIf(yes)('a');", "it.todo('a');"])(
    'refuses without a reason, and accepts with one: %s',
    (text) => {
      expect(found('src/apps/a.test.ts', text)).toEqual(['1 test-runs']);
      expect(found('src/apps/a.test.ts', `// Needs a disk that can be filled.\n${text}`)).toEqual([]);
    },
  );

  it('leaves methods of other things alone', () => {
    expect(found('src/apps/a.ts', 'queue.skip(1); filter.only(2);')).toEqual([]);
  });
});

describe('lock-complete', () => {
  it('refuses a lock without a package that a locked one names', () => {
    const parent = { optionalDependencies: { 'a-linux-x64': '1.0.0' } };
    expect(checkLock({ packages: { '': {}, 'node_modules/a': parent } })).toHaveLength(1);
    expect(checkLock({ packages: { '': {}, 'node_modules/a': parent, 'node_modules/a-linux-x64': {} } })).toEqual([]);
  });
});

it('refuses a file that does not parse', () => {
  expect(() => found('src/apps/a.ts', 'const = ;')).toThrow(SyntaxError);
});
