import { describe, expect, it } from 'vitest';
import { type Checkpoint, checkpointText, parseCheckpoint, parseCheckpointText, signCheckpoint } from './checkpoint.ts';
import { cosign, cosignatureTime } from './cosignature.ts';
import { EMPTY_ROOT, leafHash } from './merkle.ts';
import { parsePolicy } from './policy.ts';
import { sampleKey } from './sample-keys.ts';
import { type Note, noteText } from './signed-note.ts';
import { verifierKeyText } from './verifier-key.ts';
import { verifyCheckpoint } from './verify-checkpoint.ts';

const log = sampleKey('log', 'acgs.example/ledger', 1);
const other = sampleKey('log', 'acgs.example/ledger', 2);
const [w1, w2, w3] = [sampleKey('witness', 'w1', 11), sampleKey('witness', 'w2', 12), sampleKey('witness', 'w3', 13)];
const root = leafHash(Buffer.from('only'));
const rootText = root.toString('base64');
const note = signCheckpoint(log.name, { size: 1, root }, log.signer);

const TIME_SECONDS = 1_679_315_147;
const cosigned = (...witnesses: readonly (typeof w1)[]): Note => ({
  text: note.text,
  signatures: [
    ...note.signatures,
    ...witnesses.map(({ name, signer }) => cosign(note.text, name, signer, TIME_SECONDS)),
  ],
});
const policyText = (quorum: string) =>
  [
    `log ${verifierKeyText(log.verifier)}`,
    ...[w1, w2, w3].map(({ verifier }) => `witness ${verifier.name} ${verifierKeyText(verifier)}`),
    'group two 2 w1 w2 w3',
    `quorum ${quorum}`,
    '',
  ].join('\n');
function policy(quorum: string) {
  const parsed = parsePolicy(Buffer.from(policyText(quorum)));
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.value;
}
const codeOf = (text: string, quorum = 'none') => {
  const verified = verifyCheckpoint(text, policy(quorum));
  return verified.ok ? 'verified' : verified.refusal.code;
};

describe('the text of a checkpoint', () => {
  it.each([
    ['no lines', '\n'],
    ['no newline at the end', `a\n1\n${rootText}`],
    ['no origin', `\n1\n${rootText}\n`],
    ['two lines', 'a\n1\n'],
    ['a size with a leading zero', `a\n01\n${rootText}\n`],
    ['a size with a sign', `a\n+1\n${rootText}\n`],
    ['a size in another base', `a\n0x1\n${rootText}\n`],
    ['a size that is not counted exactly', `a\n9007199254740992\n${rootText}\n`],
    ['a root of 31 bytes', `a\n1\n${root.subarray(1).toString('base64')}\n`],
    ['a root in base64url', `a\n1\n${Buffer.alloc(32, 0xff).toString('base64url')}\n`],
    ['an empty extension line', `a\n1\n${rootText}\n\n`],
    ['an empty tree with a root that it cannot have', `a\n0\n${rootText}\n`],
  ])('with %s is refused', (_name, text) => {
    expect(parseCheckpointText(text)).toMatchObject({ ok: false, refusal: { code: 'checkpoint-malformed' } });
  });

  it.each<Checkpoint>([
    { origin: 'example.com/behind-the-sofa', size: 20_852_163, root, extensions: [] },
    { origin: 'a b', size: 0, root: EMPTY_ROOT, extensions: ['one', 'two'] },
    { origin: 'ä', size: Number.MAX_SAFE_INTEGER, root, extensions: [] },
  ])('comes back as it was: $origin', (checkpoint) => {
    expect(parseCheckpointText(checkpointText(checkpoint))).toEqual({ ok: true, value: checkpoint });
  });
});

describe('a checkpoint is refused', () => {
  it('that is no note, or a note that is no checkpoint', () => {
    expect(codeOf('x')).toBe('note-malformed');
    expect(codeOf(`x\n\n${noteText(note).slice(note.text.length + 1)}`)).toBe('checkpoint-malformed');
  });

  it('of a log that is not known, and of a known one under another name', () => {
    const stranger = sampleKey('log', 'stranger', 3);
    expect(codeOf(noteText(signCheckpoint(stranger.name, { size: 1, root }, stranger.signer)))).toBe('log-unknown');
    expect(codeOf(noteText(signCheckpoint(stranger.name, { size: 1, root }, log.signer)))).toBe('log-unknown');
  });

  it('that is signed by another key of the same name, or by a witness only', () => {
    expect(codeOf(noteText(signCheckpoint(other.name, { size: 1, root }, other.signer)))).toBe('signature-invalid');
    expect(codeOf(noteText({ ...note, signatures: cosigned(w1).signatures.slice(1) }))).toBe('signature-invalid');
  });

  it('whose signature claims the known key and is wrong, even beside a right one of another', () => {
    const [line] = note.signatures;
    if (line === undefined) throw new Error('it is signed');
    const wrong = { ...line, signature: Buffer.alloc(64, 1) };
    expect(codeOf(noteText({ ...note, signatures: [wrong] }))).toBe('signature-invalid');
    const [cosignature] = cosigned(w1).signatures.slice(1);
    if (cosignature === undefined) throw new Error('it is cosigned');
    for (const at of [0, 7, 8, 71]) {
      const signature = Buffer.from(cosignature.signature);
      signature.writeUInt8(signature.readUInt8(at) ^ 1, at);
      expect(codeOf(noteText({ ...note, signatures: [line, { ...cosignature, signature }] }))).toBe(
        'signature-invalid',
      );
    }
  });

  it('that too few witnesses cosigned', () => {
    expect(codeOf(noteText(cosigned()), 'w1')).toBe('quorum-missed');
    expect(codeOf(noteText(cosigned(w2)), 'w1')).toBe('quorum-missed');
    expect(codeOf(noteText(cosigned(w2)), 'two')).toBe('quorum-missed');
    const unknown = sampleKey('witness', 'w1', 99);
    expect(codeOf(noteText(cosigned(unknown)), 'w1')).toBe('quorum-missed');
  });
});

describe('a checkpoint is verified', () => {
  it('with lines of unknown keys, and says who cosigned when', () => {
    const unknown = sampleKey('witness', 'nobody', 99);
    const verified = verifyCheckpoint(noteText(cosigned(unknown, w2, w3)), policy('two'));
    expect(verified).toMatchObject({
      ok: true,
      value: {
        checkpoint: { origin: 'acgs.example/ledger', size: 1 },
        log: 'acgs.example/ledger',
        cosigned: [
          { name: 'w2', timeSeconds: TIME_SECONDS },
          { name: 'w3', timeSeconds: TIME_SECONDS },
        ],
      },
    });
    expect(codeOf(noteText(cosigned(w1)), 'w1')).toBe('verified');
    expect(codeOf(noteText(note))).toBe('verified');
  });

  it('and tells since when a quorum knew of no larger tree', () => {
    const at = (witness: typeof w1, timeSeconds: number) =>
      cosign(note.text, witness.name, witness.signer, timeSeconds);
    const text = noteText({ ...note, signatures: [...note.signatures, at(w1, 300), at(w2, 100), at(w3, 200)] });
    const timeBy = (quorum: string) => {
      const verified = verifyCheckpoint(text, policy(quorum));
      return verified.ok ? verified.value.quorumTimeSeconds : verified.refusal.code;
    };
    expect(timeBy('two')).toBe(200);
    expect(timeBy('w2')).toBe(100);
    expect(timeBy('none')).toBeUndefined();
  });

  it('of an empty tree', () => {
    expect(codeOf(noteText(signCheckpoint(log.name, { size: 0, root: EMPTY_ROOT }, log.signer)))).toBe('verified');
  });
});

describe('a cosignature', () => {
  const [line] = [cosign(note.text, w1.name, w1.signer, TIME_SECONDS)];

  it('is not one of a log, of another witness, for another text, or of another length', () => {
    expect(cosignatureTime(note.text, line, log.verifier)).toBeUndefined();
    expect(cosignatureTime(note.text, line, w2.verifier)).toBeUndefined();
    expect(cosignatureTime(`${note.text}x\n`, line, w1.verifier)).toBeUndefined();
    expect(cosignatureTime(note.text, { ...line, signature: line.signature.subarray(8) }, w1.verifier)).toBeUndefined();
    const beyond = Buffer.from(line.signature);
    beyond.writeBigUInt64BE(2n ** 63n, 0);
    expect(cosignatureTime(note.text, { ...line, signature: beyond }, w1.verifier)).toBeUndefined();
  });

  it('tells its time', () => {
    expect(cosignatureTime(note.text, line, w1.verifier)).toBe(TIME_SECONDS);
    expect(line.signature).toHaveLength(72);
  });
});

it('a checkpoint is read with all its signatures', () => {
  const text = noteText(cosigned(w1, w2));
  const parsed = parseCheckpoint(text);
  expect(parsed.ok && noteText(parsed.value.note)).toBe(text);
});
