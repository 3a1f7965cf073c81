import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectJournal } from '#adapters/journal/inspect.ts';
import { scratchDirectory } from '#adapters/journal/scratch.ts';

const APPENDER = join(import.meta.dirname, 'journal-appender.ts');
const RECORDS = 40;

/** Why strace cannot be used here, or undefined. */
function whyNoStrace(): string | undefined {
  const tried = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
  if (tried.error !== undefined) return `strace: ${tried.error.message}`;
  return tried.status === 0 ? undefined : `strace: ${tried.stderr.toString().trim()}`;
}
const missing = whyNoStrace();

// Not run where strace is absent or ptrace is forbidden: the title then says why.
describe.skipIf(missing !== undefined)(`under strace${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  it('every acknowledgement comes after the fdatasync that follows the write of its bytes', { timeout: 60_000 }, () => {
    using scratch = scratchDirectory();
    const trace = join(scratch.path, 'trace');
    const calls = 'openat,pwrite64,write,fdatasync';
    const run = spawnSync(
      'strace',
      [
        '-f',
        '-y',
        '-s',
        '64',
        '-e',
        `trace=${calls}`,
        '-o',
        trace,
        process.execPath,
        APPENDER,
        join(scratch.path, 'journal'),
        '4',
        String(RECORDS),
      ],
      { encoding: 'utf8' },
    );
    expect(run.status, run.stderr).toBe(0);
    const seen = acknowledgements(readFileSync(trace, 'utf8'));
    expect(seen.map(({ sequence }) => sequence)).toEqual(Array.from({ length: RECORDS }, (_, index) => index + 1));
    for (const { sequence, durable } of seen)
      expect(durable, `record ${sequence} was answered`).toBeGreaterThanOrEqual(sequence);
  });

  it('the check finds an answer that came before its sync', () => {
    const write =
      '11 pwrite64(20</j/0000000001.segment>, "\\377AJ\\1\\0\\0\\4\\0\\0\\0\\0\\0\\0\\0\\0\\1", 900, 128) = 900';
    const sync = '11 fdatasync(20</j/0000000001.segment>) = 0';
    const answer = `10 write(1<pipe:[7]>, "1 ${'a'.repeat(64)}\\n", 67) = 67`;
    expect(acknowledgements([write, sync, answer].join('\n'))).toEqual([{ sequence: 1, durable: 1 }]);
    expect(acknowledgements([write, answer, sync].join('\n'))).toEqual([{ sequence: 1, durable: 0 }]);
    expect(acknowledgements([sync, write, answer].join('\n'))).toEqual([{ sequence: 1, durable: 0 }]);
    const twoWritten = [
      write.replace('900, 128) = 900', '2176, 128 <unfinished ...>'),
      '11 <... pwrite64 resumed>) = 2176',
    ];
    const second = answer.replace('"1 ', '"2 ');
    expect(acknowledgements([...twoWritten, sync, answer, second].join('\n'))).toEqual([
      { sequence: 1, durable: 2 },
      { sequence: 2, durable: 2 },
    ]);
  });

  it('an fdatasync that fails (EIO, injected) is not answered, and the process goes on in a new segment', {
    timeout: 60_000,
  }, async () => {
    using scratch = scratchDirectory();
    const journal = join(scratch.path, 'journal');
    const run = spawnSync(
      'strace',
      [
        '-f',
        '-o',
        '/dev/null',
        '-e',
        'trace=fdatasync',
        '-e',
        'inject=fdatasync:error=EIO:when=3',
        process.execPath,
        APPENDER,
        journal,
        '1',
        '10',
      ],
      // strace counts the calls of each thread by itself: with one, the third is the third.
      { encoding: 'utf8', env: { ...process.env, UV_THREADPOOL_SIZE: '1' } },
    );
    // The appender does not catch the refusal: the first one ends it, with the cause.
    expect(run.status).not.toBe(0);
    expect(run.stderr).toMatch(/JournalUnavailable[\s\S]*EIO/);
    expect(
      run.stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['opened', '1', '2']);
    expect(await inspectJournal(journal)).toMatchObject({ kind: 'sound', acknowledged: { sequence: 2 } });
    const again = spawnSync(process.execPath, [APPENDER, journal, '1', '3'], { encoding: 'utf8' });
    expect(again.status, again.stderr).toBe(0);
  });
});

/** Each answer in a trace, with the last record that a completed fdatasync had made durable by then. */
function acknowledgements(trace: string): readonly { readonly sequence: number; readonly durable: number }[] {
  const seen: { sequence: number; durable: number }[] = [];
  let written = 0;
  let durable = 0;
  /** Thread → what was written when its fdatasync began. */
  const syncing = new Map<string, number>();
  for (const line of trace.split('\n')) {
    const [thread = ''] = line.split(' ', 1);
    if (/pwrite64\(\d+<[^>]*\.segment>, "\\377AJ/.test(line)) written = lastSequenceOf(line, written);
    else if (/fdatasync\(\d+<[^>]*\.segment>(\)\s+= 0| <unfinished)/.test(line)) {
      if (line.includes('unfinished')) syncing.set(thread, written);
      else durable = written;
    } else if (/<\.\.\. fdatasync resumed>\)\s+= 0/.test(line)) durable = syncing.get(thread) ?? durable;
    const answer = / write\(1<[^>]*>, "(\d+) [0-9a-f]{8}/.exec(line);
    if (answer !== null) seen.push({ sequence: Number(answer[1]), durable });
  }
  return seen;
}

/** The trace shows the first frame of a batch: its sequence is where the one before ended plus one, and frames are counted by length. */
function lastSequenceOf(line: string, before: number): number {
  // The count that was asked for, not the result: strace gives the result on another line when a thread comes between.
  const [, bytes] = /, (\d+), \d+(?:\)| <unfinished)/.exec(line) ?? [];
  const [, quoted = ''] = /, "([^"]*)"/.exec(line) ?? [];
  const head = unquote(quoted);
  const frameBytes = 64 + head.readUInt32BE(4);
  const frames = bytes === undefined ? 1 : Math.max(1, Math.round(Number(bytes) / frameBytes));
  return before + frames;
}

/** strace's C escapes back to bytes. */
function unquote(text: string): Buffer {
  const named: Record<string, number> = { n: 10, t: 9, r: 13, v: 11, f: 12, '"': 34, '\\': 92 };
  const bytes: number[] = [];
  for (const [, octal, letter, plain] of text.matchAll(/\\([0-7]{1,3})|\\(.)|([^\\])/g)) {
    bytes.push(
      octal !== undefined
        ? Number.parseInt(octal, 8)
        : letter !== undefined
          ? (named[letter] ?? 0)
          : (plain ?? '').charCodeAt(0),
    );
  }
  return Buffer.from(bytes);
}
