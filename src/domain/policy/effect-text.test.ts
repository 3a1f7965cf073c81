import { describe, expect, it } from 'vitest';
import type { Effect } from '#domain/action/effect.ts';
import { effectText } from '#domain/policy/effect-text.ts';
import { SAMPLE_EFFECTS } from '#domain/policy/sample-effects.ts';

describe('effectText', () => {
  const cases: readonly [Effect, string][] = [
    [{ kind: 'run', program: 'ls', arguments: ['-l'] }, 'run ls -l'],
    [{ kind: 'run', program: 'x', path: './x', arguments: [] }, 'run ./x'],
    [{ kind: 'delete', path: '/a', zones: [], recursive: true }, 'delete /a and everything below it'],
    [{ kind: 'connect', host: 'a.b', port: 81 }, 'connect to a.b:81'],
    [
      { kind: 'install', manager: 'npm', package: '*', source: 'lockfile', global: false },
      'install what the lockfile names with npm',
    ],
    [
      { kind: 'install', manager: 'pip', package: 'a', version: '2', source: 'registry', global: true },
      'install a 2 with pip, for the whole machine',
    ],
    [
      { kind: 'git', operation: 'push', remote: 'origin', ref: '*', force: true, deletes: true },
      'git push all refs (origin), by force, deleting it',
    ],
    [{ kind: 'git', operation: 'clean', force: false, deletes: false }, 'git clean'],
    [{ kind: 'send', host: 'a.b', source: 'literal' }, 'send a text to a.b'],
    [{ kind: 'prompt', secrets: true }, 'submit a prompt that contains a secret'],
    [{ kind: 'dynamic', cause: 'variable', detail: '$X\n  y' }, 'run what cannot be known before (variable): $X y'],
  ];
  it.each(cases)('%j', (effect, text) => {
    expect(effectText(effect)).toBe(text);
  });

  it('has words for every effect, on one line of bounded length', () => {
    const long: Effect = { kind: 'run', program: 'echo', arguments: ['x\ny '.repeat(10_000)] };
    for (const effect of [...SAMPLE_EFFECTS, long]) expect(effectText(effect)).toMatch(/^[^\n]{4,200}$/);
  });
});
