import { describe, expect, it } from 'vitest';
import { constitutionFact, decisionReport, verdictTone } from '#apps/cli/decide/report.ts';
import { createPaint } from '#apps/cli/output.ts';
import type { Action } from '#domain/action/action.ts';
import { canonicalAction } from '#domain/action/digest.ts';
import { subjectOf } from '#domain/action/subject.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Verdict } from '#domain/policy/verdict.ts';

const layout = { columns: 60, paint: createPaint(false) };
const reason = {
  policy: 'files-whole' as PolicyId,
  article: '1',
  reason: 'A whole home would be removed.',
  advice: 'Name the files.',
  effect: 'delete /',
  span: { start: 7, end: 8 },
};

const report = (verdict: Verdict, more: Partial<Parameters<typeof decisionReport>[0]> = {}) =>
  decisionReport({ verdict, subject: 'rm -rf /', marks: [], reasons: [reason], facts: [], ...more }, layout);

describe('decisionReport', () => {
  it('says the verdict, the reasons and what to do instead', () => {
    const text = report({ kind: 'deny' }, { facts: [['action', 'abc']] });
    expect(text).toBe(
      [
        ' ✗ DENIED',
        '',
        '    rm -rf /',
        '',
        '  ✗ files-whole  article 1',
        '    A whole home would be removed.',
        '    instead: Name the files.',
        '',
        '  action  abc',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [{ kind: 'ask', role: 'maintainer' }, '? ASK  the role "maintainer" must approve this first'],
    [{ kind: 'defer', retryAfterMs: 1500 }, '? LATER  come back in 2 s'],
    [{ kind: 'allow' }, '✓ ALLOWED'],
    [{ kind: 'modify', input: {} }, '✓ ALLOWED, CHANGED'],
  ] as const)('begins with what was decided: %j', (verdict, line) => {
    expect(report(verdict).split('\n')[0]).toBe(` ${line}`);
  });

  it('gives no advice for what is allowed, and each policy once', () => {
    const text = report({ kind: 'allow' }, { reasons: [reason, { ...reason, effect: 'delete /a' }] });
    expect(text).not.toContain('instead');
    expect(text.match(/files-whole/g)).toHaveLength(1);
  });

  it('signs a reason as its own effect was judged', () => {
    const marks = [{ span: reason.span, label: 'delete / (maintainer)', tone: 'asked' as const }];
    expect(report({ kind: 'deny' }, { marks })).toContain('? files-whole');
  });

  it('draws what is in the way first when there is too much', () => {
    const marks = Array.from({ length: 40 }, (_, at) => ({ label: `read ${at}`, tone: 'good' as const }));
    const text = report({ kind: 'deny' }, { marks: [...marks, { label: 'delete it', tone: 'bad' }] });
    expect(text).toContain('✗ delete it');
    expect(text).toContain('and 17 more effects');
  });
});

it('knows a tone for every verdict', () => {
  expect((['allow', 'modify', 'ask', 'defer', 'deny'] as const).map(verdictTone)).toEqual([
    'good',
    'good',
    'asked',
    'asked',
    'bad',
  ]);
});

describe('subjectOf', () => {
  const base = { cwd: '/w', workspaceRoots: ['/w'] };
  it.each<[Action, string]>([
    [{ ...base, kind: 'shell', command: 'make', background: false }, 'make'],
    [{ ...base, kind: 'file', operation: 'read', path: 'a' }, 'read a'],
    [
      {
        ...base,
        kind: 'files',
        accesses: [
          { operation: 'read', path: 'a' },
          { operation: 'delete', path: 'b' },
        ],
      },
      'read a\ndelete b',
    ],
    [
      { ...base, kind: 'git', operation: 'push', remote: 'origin', refs: ['refs/heads/x'], force: false },
      'push origin',
    ],
    [{ ...base, kind: 'package', manager: 'npm', packages: ['a', 'b@1'] }, 'install a b@1'],
    [{ ...base, kind: 'network', operation: 'fetch', target: 'https://x.test' }, 'fetch https://x.test'],
    [{ ...base, kind: 'mcp', server: 'github', tool: 'merge', input: {} }, 'github merge'],
    [{ ...base, kind: 'deploy', environment: 'prod', artifact: 'a' }, 'prod'],
    [{ ...base, kind: 'prompt', text: 'hello' }, 'prompt'],
    [{ ...base, kind: 'subagent', name: 'tester', prompt: 'go' }, 'tester'],
    [{ ...base, kind: 'unknown', tool: 'Frobnicate', input: {} }, 'Frobnicate'],
  ])('of %j', (action, subject) => {
    expect(subjectOf(canonicalAction(action))).toBe(subject);
  });

  it('of a record without a kind', () => {
    expect(subjectOf({})).toBe('an action');
  });
});

it('names the constitution', () => {
  const digest = 'ab'.repeat(32) as ConstitutionDigest;
  expect(constitutionFact({ lineage: 'cdd0', number: 3, digest })[1]).toBe('3, digest abababababababab, lineage cdd0');
});
