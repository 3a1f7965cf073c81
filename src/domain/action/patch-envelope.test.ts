import { describe, expect, it } from 'vitest';
import { readPatch } from '#domain/action/patch-envelope.ts';

const patch = (...lines: readonly string[]) => ['*** Begin Patch', ...lines, '*** End Patch'].join('\n');

describe('readPatch', () => {
  it.each([
    ['nothing', ''],
    ['only a beginning', '*** Begin Patch'],
    ['no beginning', '*** Delete File: a\n*** End Patch'],
    ['no end', '*** Begin Patch\n*** Delete File: a'],
    ['no change', patch()],
    ['text before the first file', patch('hello', '*** Delete File: a')],
    ['a file without a name', patch('*** Delete File: ')],
    ['an added file whose text lacks its plus', patch('*** Add File: a', '+x', 'y')],
    ['a deleted file with a text', patch('*** Delete File: a', '+x')],
    ['a hunk with a stray line', patch('*** Update File: a', '@@', '-x', 'y')],
    ['a move that does not come first', patch('*** Update File: a', '@@', '-x', '*** Move to: b')],
    ['an unknown header', patch('*** Update File: a', '@@', '+x', '*** Rename File: b')],
    ['a heredoc that does not end', `<<'EOF'\n${patch('*** Delete File: a')}`],
    ['a shell command around it', `apply_patch <<'EOF'\n${patch('*** Delete File: a')}\nEOF`],
  ])('refuses %s', (_what, text) => {
    expect(readPatch(text)).toMatchObject({ ok: false, refusal: { code: 'patch-malformed' } });
  });

  it('never takes a header for the text of a hunk', () => {
    // Codex would read the padded header as a line that is kept; then the patch is larger than it is, which is safe.
    expect(readPatch(patch('*** Update File: a', '@@', ' x', '  *** Delete File: b'))).toEqual({
      ok: true,
      value: [
        { operation: 'edit', path: 'a', content: 'x\n', anchor: '@@\n x' },
        { operation: 'delete', path: 'b' },
      ],
    });
  });

  it('reads every kind of change, in order', () => {
    const text = patch(
      '*** Add File: new.ts',
      '+a',
      '+*** Delete File: not-a-header',
      '*** Add File: empty.ts',
      '*** Update File: old.ts',
      '*** Move to: moved.ts',
      '@@ class A',
      '-x',
      '+y',
      '',
      ' z',
      '*** End of File',
      '*** Delete File: gone.ts',
      '',
    );
    expect(readPatch(text)).toEqual({
      ok: true,
      value: [
        { operation: 'write', path: 'new.ts', content: 'a\n*** Delete File: not-a-header\n' },
        { operation: 'write', path: 'empty.ts', content: '' },
        {
          operation: 'move',
          path: 'old.ts',
          to: 'moved.ts',
          content: 'y\nz\n',
          anchor: '@@ class A\n-x\n+y\n\n z\n*** End of File',
        },
        { operation: 'delete', path: 'gone.ts' },
      ],
    });
  });

  it.each([
    ['padding around the markers', '  *** Begin Patch \n *** Delete File: a\n*** End Patch  \n\n'],
    ['Windows line ends', '*** Begin Patch\r\n*** Delete File: a\r\n*** End Patch\r\n'],
    ['a heredoc', '<<EOF\n*** Begin Patch\n*** Delete File: a\n*** End Patch\nEOF\n'],
  ])('allows %s', (_what, text) => {
    expect(readPatch(text)).toEqual({ ok: true, value: [{ operation: 'delete', path: 'a' }] });
  });
});
