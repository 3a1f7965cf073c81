import { describe, expect, it } from 'vitest';
import { mayHoldSecret, secretSpans } from './secret-spans.ts';

const LENGTH = 256 * 1024;
const filled = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
const costOf = (text: string): number => {
  const times = [1, 2, 3].map(() => {
    const start = process.cpuUsage();
    secretSpans(text);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  });
  return Math.min(...times);
};

describe('spans of secrets', () => {
  /** Texts that make a pattern begin everywhere and end nowhere. Eight times the text may cost some sixteen times as much, not sixty-four. */
  it.each([
    'curl ',
    'curl -u ',
    'docker login ',
    'mysql a ',
    'sshpass -p',
    'echo a ',
    'echo a|',
    'token ',
    '--token ',
    'token="',
    "token='",
    'token=\\',
    'tokentoken',
    '://',
    '://a:',
    'secret=$(',
    'bearer ',
    '-----BEGIN ',
    'a:',
    'sudo ',
    'echo a|sudo sudo ',
  ])(
    'are found in %j without going back and forth',
    (piece) => {
      costOf(filled(piece, LENGTH / 8));
      const short = costOf(filled(piece, LENGTH / 8)) + 2_000; // µs: what is less is noise
      expect(costOf(filled(piece, LENGTH)) / short).toBeLessThan(24);
    },
    60_000,
  );

  it('are sorted, within the text, apart, and none where nothing may be one', () => {
    for (const text of [
      '',
      'ls',
      'A_TOKEN=abc B_SECRET="d e" --password=f https://u:pw1234@h',
      '[redacted:[redacted:',
    ]) {
      let last = 0;
      for (const { start, end } of secretSpans(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
      if (!mayHoldSecret(text)) expect(last).toBe(0);
    }
  });
});
