import { describe, expect, it } from 'vitest';
import { chipsOf, filterOf, queryOf, typedFilter } from './filter.ts';

describe('the filter of the decisions', () => {
  it('takes from an address what it understands, and nothing else', () => {
    expect(
      filterOf({
        verdict: 'explode',
        effect: 3,
        hours: 'NaN',
        text: '',
        agent: { a: 1 },
        other: 'x',
        policy: 'p'.repeat(600),
      }),
    ).toEqual({ policy: 'p'.repeat(512) });
    // A session's id that looks like a number is one in an address.
    expect(filterOf({ verdict: 'deny', effect: 'delete', hours: 24, session: 12, text: 'rm' })).toEqual({
      verdict: 'deny',
      effect: 'delete',
      hours: 24,
      session: '12',
      text: 'rm',
    });
  });

  it.each([
    ['rm -rf', {}, { text: 'rm -rf' }],
    ['', { text: 'old', agent: 'codex' }, { agent: 'codex' }],
    ['agent:codex rm', { verdict: 'deny' }, { verdict: 'deny', agent: 'codex', text: 'rm' }],
    ['effect:delete', { effect: 'run' }, { effect: 'delete' }],
    // What is no filter is a text: a URL, a kind that is none.
    ['https://x effect:none verdict:', {}, { text: 'https://x effect:none verdict:' }],
    ['person:ada@example.org   policy:no-force', {}, { person: 'ada@example.org', policy: 'no-force' }],
  ] as const)('reads %j', (typed, before, after) => {
    expect(typedFilter(typed, before)).toEqual(after);
  });

  it('shows what was typed as chips', () => {
    expect(chipsOf({ agent: 'codex', verdict: 'deny', person: 'ada', text: 'x' })).toEqual([
      ['agent', 'codex'],
      ['person', 'ada'],
    ]);
  });

  it('asks for a span from the moment that the list was read at', () => {
    expect(queryOf({ hours: 1, text: 'x' }, 3_600_001)).toEqual({ text: 'x', from: 1 });
    expect(queryOf({ agent: 'a' }, 5)).toEqual({ agent: 'a' });
  });
});
