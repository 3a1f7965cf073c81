import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCorruptionWatch } from './error-response.ts';

function message(type: string, body: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, Buffer.from(body, 'latin1')]);
}

function error(code: string): Buffer {
  return message('E', `SERROR\0VERROR\0C${code}\0Minvalid page in block 0\0\0`);
}

const ready = message('Z', 'I');
/** A command that was stored to be taken for a report, if anything in a row were. */
const row = message('D', `\0\x01\0\0\0\x2f${error('XX001').toString('latin1')}`);
const damages = [Buffer.concat([ready, error('XX001'), ready]), Buffer.concat([row, error('XX002')])];

describe('corruption watch', () => {
  it.each(damages.map((answer) => [answer]))('sees damaged files', (answer) => {
    expect(createCorruptionWatch()(answer)).toBe(true);
  });

  it.each([
    ['another error', error('42P01')],
    ['an internal error', error('XX000')],
    ['nothing', Buffer.alloc(0)],
    ['a stored command that looks like it', row],
    ['an error that quotes it', message('E', 'SERROR\0C22021\0MCXX001\0\0')],
    ['an error without a code', message('E', 'SERROR\0\0')],
    ['an error whose fields do not end', message('E', 'SERROR\0CXX001')],
    ['an error that is cut off', error('XX001').subarray(0, 12)],
    ['a notice', message('N', 'SWARNING\0CXX001\0\0')],
  ])('does not take %s for it', (_what, answer) => {
    expect(createCorruptionWatch()(answer)).toBe(false);
  });

  it('sees the same however the answer is cut into chunks that are overwritten afterwards', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(ready, row, error('42P01'), error('XX001'), message('D', 'x'.repeat(50)))),
        fc.array(fc.integer({ min: 0, max: 60 })),
        (messages, sizes) => {
          const answer = Buffer.concat(messages);
          const watch = createCorruptionWatch();
          let found = false;
          let at = 0;
          for (const size of [...sizes, answer.length]) {
            const chunk = Buffer.from(answer.subarray(at, at + size));
            found = watch(chunk) || found;
            chunk.fill('E');
            at += size;
          }
          const expected = messages.some((one) => one.equals(error('XX001')));
          expect(found).toBe(expected);
        },
      ),
    ));
});
