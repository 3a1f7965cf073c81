import { describe, expect, it } from 'vitest';
import { sampleKey } from './sample-keys.ts';
import {
  isNoteSignature,
  NOTE_BYTES_MAX,
  noteText,
  parseNote,
  parseSignatureLines,
  signatureOf,
  signNote,
} from './signed-note.ts';
import { parseKeyName, parseVerifierKey, verifierKeyText } from './verifier-key.ts';

/** The example of Go's note package, with which every implementation tests. */
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const SIGNED = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
const LINE = SIGNED.slice(TEXT.length + 1);

const log = sampleKey('log', 'acgs.example/ledger', 1);
const note = signNote('a text\n\nwith an empty line\n', log.name, log.signer);

describe('a note', () => {
  it.each([
    ['nothing', ''],
    ['no signatures', TEXT],
    ['an empty line and nothing after it', `${TEXT}\n`],
    ['a signature that does not end', SIGNED.slice(0, -1)],
    ['a carriage return', SIGNED.replace('\n', '\r\n')],
    ['a tab', `a\tb\n\n${LINE}`],
    ['a zero byte', `a\0b\n\n${LINE}`],
    ['half a surrogate pair', `a\ud800\n\n${LINE}`],
    ['a hyphen for the dash', SIGNED.replace('— ', '- ')],
    ['two spaces', SIGNED.replace('— P', '—  P')],
    ['a word after the signature', SIGNED.replace(/\n$/, ' x\n')],
    ['a plus in the name', SIGNED.replace('PeterNeumann x', 'Peter+Neumann x')],
    ['a no-break space in the name', SIGNED.replace('PeterNeumann x', 'Peter\u00a0Neumann x')],
    ['no name', SIGNED.replace('PeterNeumann x', ' x')],
    ['base64url', SIGNED.replace('go/Z', 'go_Z')],
    ['base64 without padding', SIGNED.replace('=\n', '\n')],
    ['base64 with bits to spare', SIGNED.replace('nAM=', 'nAN=')],
    ['a key id and no signature', `${TEXT}\n— a AAAAAA==\n`],
    ['a line that is none among the signatures', `${SIGNED}more\n`],
  ])('with %s is refused', (_name, text) => {
    expect(parseNote(text)).toMatchObject({ ok: false, refusal: { code: 'note-malformed' } });
  });

  it('with the same key twice, too many lines or too many bytes is refused', () => {
    expect(parseNote(SIGNED + LINE)).toMatchObject({ refusal: { code: 'signature-repeated' } });
    const many = Array.from({ length: 65 }, (_, at) => `— n${at} AAAAAAA=\n`).join('');
    expect(parseNote(`${TEXT}\n${many}`)).toMatchObject({ refusal: { code: 'note-too-large' } });
    expect(parseNote(`${'x'.repeat(NOTE_BYTES_MAX)}\n\n${LINE}`)).toMatchObject({
      refusal: { code: 'note-too-large' },
    });
    expect(parseSignatureLines('')).toMatchObject({ refusal: { code: 'note-malformed' } });
  });

  it('with sixteen signatures is read, as the specification demands', () => {
    const lines = Array.from({ length: 16 }, (_, at) => `— n${at} ${'A'.repeat(6000)}\n`).join('');
    const parsed = parseNote(`${TEXT}\n${lines}`);
    expect(parsed.ok && parsed.value.signatures).toHaveLength(16);
  });

  it('of another implementation is verified, and no longer once a letter is another one', () => {
    const key = parseVerifierKey(VKEY);
    const parsed = parseNote(SIGNED);
    if (!key.ok || !parsed.ok) throw new Error('the example is sound');
    const line = signatureOf(parsed.value, key.value);
    if (line === undefined) throw new Error('the example is signed');
    expect(isNoteSignature(parsed.value.text, line, key.value)).toBe(true);
    expect(isNoteSignature(parsed.value.text.replace('I', 'i'), line, key.value)).toBe(false);
    expect(isNoteSignature(parsed.value.text, { ...line, signature: line.signature.subarray(1) }, key.value)).toBe(
      false,
    );
    expect(noteText(parsed.value)).toBe(SIGNED);
  });

  it('may have empty lines in its text', () => {
    const parsed = parseNote(noteText(note));
    expect(parsed).toEqual({ ok: true, value: note });
    const line = signatureOf(note, log.verifier);
    expect(line && isNoteSignature(note.text, line, log.verifier)).toBe(true);
  });
});

describe('a verifier key', () => {
  it.each([
    ['nothing', ''],
    ['two parts', 'PeterNeumann+c74f20a3'],
    ['another id', VKEY.replace('c74f20a3', 'c74f20a4')],
    ['another name', VKEY.replace('Peter', 'Paul')],
    ['an id in capitals', VKEY.replace('c74f20a3', 'C74F20A3')],
    ['a blank', ` ${VKEY}`],
    ['no base64', `${VKEY}!`],
  ])('with %s is refused', (_name, text) => {
    expect(parseVerifierKey(text)).toMatchObject({ ok: false, refusal: { code: 'verifier-key-malformed' } });
  });

  it.each([
    ['ECDSA', Buffer.concat([Buffer.from([2]), Buffer.alloc(32)])],
    ['no type', Buffer.alloc(0)],
    ['31 bytes', Buffer.concat([Buffer.from([1]), Buffer.alloc(31)])],
  ])('of %s is not supported', (_name, material) => {
    const text = `a+00000000+${material.toString('base64')}`;
    const code = material.length === 0 ? 'verifier-key-malformed' : 'verifier-key-unsupported';
    expect(parseVerifierKey(text)).toMatchObject({ refusal: { code } });
  });

  it('comes back as it was, and differs by kind', () => {
    const witness = sampleKey('witness', 'acgs.example/ledger', 1);
    expect(witness.verifier.id).not.toBe(log.verifier.id);
    for (const { verifier } of [log, witness]) {
      expect(parseVerifierKey(verifierKeyText(verifier))).toMatchObject({
        ok: true,
        value: { kind: verifier.kind, id: verifier.id },
      });
    }
    expect(verifierKeyText(log.verifier)).toMatch(/^acgs\.example\/ledger\+[0-9a-f]{8}\+A[A-Za-z0-9+/]{43}$/);
  });

  it.each(['', 'a b', 'a+b', 'a\u2003b', 'a\u0085b', 'a\nb', 'x'.repeat(256), 'ä'.repeat(128)])(
    'is not named %j',
    (name) => {
      expect(parseKeyName(name)).toMatchObject({ refusal: { code: 'key-name-invalid' } });
    },
  );
});
