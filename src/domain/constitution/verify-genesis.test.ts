import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import { verifyGenesis } from '#domain/constitution/verify-genesis.ts';

/** The genesis text is data outside of this repository; where it is not at hand, its tests are skipped, and say so. */
const GENESIS_FILE = new URL('../../../../shared/genesis/constitution.txt', import.meta.url);

describe('verifyGenesis', () => {
  it('refuses another text and says what it is and what was expected', () => {
    const verified = verifyGenesis(Buffer.from('We the people'));
    expect(verified.ok).toBe(false);
    if (verified.ok) return;
    expect(verified.refusal.code).toBe('genesis-mismatch');
    expect(verified.refusal.message).toContain(GENESIS_DIGEST);
    expect(verified.refusal.message).toContain('455ee3c88a6dfa9a1aae21936ca15a7446f80693293c8d8faee1ea0c4865ca6a');
  });

  // Needs ../shared/genesis/constitution.txt beside the checkout.
  describe.skipIf(!existsSync(GENESIS_FILE))('on the genesis text', () => {
    it('accepts it byte for byte', () => {
      expect(verifyGenesis(readFileSync(GENESIS_FILE))).toEqual({ ok: true, value: { digest: GENESIS_DIGEST } });
    });

    it('refuses it with its trailing blanks stripped', () => {
      const text = readFileSync(GENESIS_FILE, 'utf8');
      for (const stripped of [text.trimEnd(), text.replaceAll(/ +$/gm, '')]) {
        const verified = verifyGenesis(Buffer.from(stripped));
        expect(verified.ok ? '' : verified.refusal.message).toMatch(/blanks at the ends of lines/);
      }
    });

    it('refuses it with one bit changed', () => {
      const text = readFileSync(GENESIS_FILE);
      text.writeUInt8(text.readUInt8(100) ^ 1, 100);
      expect(verifyGenesis(text).ok).toBe(false);
    });
  });
});
