import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import { layoutDifferences } from '#domain/constitution/same-words.ts';
import { verifyGenesis } from '#domain/constitution/verify-genesis.ts';
import { sha256Hex } from '#domain/json.ts';

/** The genesis text is data outside of this repository; where it is not at hand, its tests are skipped, and say so. */
const GENESIS_FILE = new URL('../../../../shared/genesis/constitution.txt', import.meta.url);

/** Laid out as such texts are: an empty line before, indented, empty lines that carry the indent, blanks at the end. */
const SAMPLE = `
      # A sample
      
      ## Part one
      1. One thing
        a. and  what belongs to it
      
      ## Part two
      2. Another thing
    `;
const message = (text: string, original = SAMPLE) => {
  const verified = verifyGenesis(Buffer.from(text), sha256Hex(original));
  return verified.ok ? 'verified' : verified.refusal.message;
};

const TIDYINGS: Readonly<Record<string, (text: string) => string>> = {
  'blanks at the ends of 2 lines differ': (text) => text.replaceAll(/ +\n/g, '\n'),
  'it ends with a line end and 0 blanks, not a line end and 4 blanks': (text) => text.replace(/ +$/, ''),
  'its line ends are CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'byte order mark': (text) => `\ufeff${text}`,
  'it begins with 0 empty lines, not an empty line': (text) => text.replace(/^(\ufeff?)[\r\n]+/, '$1'),
};

describe('verifyGenesis', () => {
  it('refuses another text and says what it is and what was expected', () => {
    const verified = verifyGenesis(Buffer.from('We the people'));
    expect(verified.ok).toBe(false);
    if (verified.ok) return;
    expect(verified.refusal.code).toBe('genesis-mismatch');
    expect(verified.refusal.message).toContain(GENESIS_DIGEST);
    expect(verified.refusal.message).toContain('455ee3c88a6dfa9a1aae21936ca15a7446f80693293c8d8faee1ea0c4865ca6a');
    expect(verified.refusal.message).toContain('compare with an untouched copy');
  });

  it('accepts the bytes of the digest, and no others', () => {
    expect(verifyGenesis(Buffer.from(SAMPLE), sha256Hex(SAMPLE))).toEqual({
      ok: true,
      value: { digest: sha256Hex(SAMPLE) },
    });
    fc.assert(
      fc.property(fc.nat(SAMPLE.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(SAMPLE);
        bytes.writeUInt8(bytes.readUInt8(at) ^ flip, at);
        expect(verifyGenesis(bytes, sha256Hex(SAMPLE)).ok).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it.each(Object.entries(TIDYINGS))('refuses a tidied copy and says: %s', (finding, tidy) => {
    expect(tidy(SAMPLE)).not.toBe(SAMPLE);
    expect(message(tidy(SAMPLE))).toContain(finding);
    expect(message(tidy(SAMPLE))).toContain('The words are those of the genesis');
  });

  it('names everything that was tidied, in whatever combination', () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(TIDYINGS), { minLength: 1 }), (names) => {
        const tidied = names.reduce((text, name) => TIDYINGS[name]?.(text) ?? text, SAMPLE);
        for (const name of names) expect(message(tidied)).toContain(name);
      }),
      { numRuns: 31 },
    );
  });

  it.each([
    ['trimmed', SAMPLE.trim(), 'indented by 0 blanks, not 6'],
    ['without its indent', SAMPLE.replaceAll(/^ {6}/gm, ''), 'indented by 0 blanks, not 6'],
    ['with a line end added', `${SAMPLE}\n`, 'it ends with 2 line ends and 0 blanks, not a line end and 4 blanks'],
    ['with tabs', SAMPLE.replaceAll(' '.repeat(4), '\t'), 'blanks were made tabs'],
    [
      'with every blank at an end stripped',
      SAMPLE.replaceAll(/ +$/gm, ''),
      'blanks at the ends of 2 lines differ; it ends',
    ],
  ])('recognises it %s', (_name, text, finding) => {
    expect(message(text)).toContain(finding);
  });

  it('does not take other words for the same ones', () => {
    expect(layoutDifferences(SAMPLE.replace('Another', 'Other'), sha256Hex(SAMPLE))).toBeUndefined();
    expect(layoutDifferences(SAMPLE.replace('and  what', 'and what'), sha256Hex(SAMPLE))).toBeUndefined();
    expect(layoutDifferences('', sha256Hex(SAMPLE))).toBeUndefined();
    expect(layoutDifferences(`${SAMPLE}${' '.repeat(70_000)}`, sha256Hex(SAMPLE))).toBeUndefined();
  });

  // Needs ../shared/genesis/constitution.txt beside the checkout.
  describe.skipIf(!existsSync(GENESIS_FILE))('on the genesis text', () => {
    it('accepts it byte for byte', () => {
      expect(verifyGenesis(readFileSync(GENESIS_FILE))).toEqual({ ok: true, value: { digest: GENESIS_DIGEST } });
    });

    it('refuses it tidied in every usual way, and says what was tidied', () => {
      const text = readFileSync(GENESIS_FILE, 'utf8');
      const tidied: readonly [string, RegExp][] = [
        [text.trimEnd(), /it ends with 0 line ends and 0 blanks/],
        [text.trim(), /it begins with 0 empty lines.*indented by 0 blanks/],
        [text.replaceAll(/ +$/gm, ''), /blanks at the ends of \d+ lines differ/],
        [`${text.replaceAll(/ +$/gm, '').trimEnd()}\n`, /blanks at the ends of \d+ lines differ/],
        [text.replaceAll('\n', '\r\n'), /CRLF/],
        [`\ufeff${text}`, /byte order mark/],
        [`${text}\n`, /it ends with 2 line ends/],
        [text.replaceAll(/^ +/gm, ''), /indented by 0 blanks/],
      ];
      for (const [copy, finding] of tidied) {
        const verified = verifyGenesis(Buffer.from(copy));
        expect(verified.ok ? '' : verified.refusal.message).toMatch(finding);
      }
    });

    it('refuses the copy that is known to go round, whose blanks before line ends were stripped', () => {
      const tidied = Buffer.from(readFileSync(GENESIS_FILE, 'utf8').replaceAll(/ +\n/g, '\n'));
      expect(sha256Hex(tidied)).toMatch(/^1b33abb9a724f5dd/);
      const verified = verifyGenesis(tidied);
      expect(verified.ok ? '' : verified.refusal.message).toMatch(
        /1b33abb9a724f5dd.*The words are those of the genesis and the bytes are not: blanks at the ends of 6 lines differ\./,
      );
    });

    it('refuses it with one bit changed', () => {
      const text = readFileSync(GENESIS_FILE);
      text.writeUInt8(text.readUInt8(100) ^ 1, 100);
      expect(verifyGenesis(text).ok).toBe(false);
    });
  });
});
