import { describe, expect, it } from 'vitest';
import { signCheckpoint } from './checkpoint.ts';
import { entryBytes, entryLeafHash, type LedgerEntry, parseLedgerEntry } from './entry.ts';
import { EMPTY_EDGE, integrate, type ReadTiles } from './integrate.ts';
import { parsePolicy } from './policy.ts';
import { proveInclusion } from './proof.ts';
import { sampleKey } from './sample-keys.ts';
import { parseTlogProof, type TlogProof, tlogProofText, verifyTlogProof } from './tlog-proof.ts';
import { verifierKeyText } from './verifier-key.ts';

const log = sampleKey('log', 'acgs.example/ledger', 1);
const entryOf = (sequence: number): LedgerEntry => ({
  node: 'node-1',
  sequence,
  hash: `${sequence}`.padStart(64, '0'),
});
const leaves = Array.from({ length: 10 }, (_, at) => entryLeafHash(entryOf(at + 1)));
const readTiles: ReadTiles = async (tiles) => tiles.map(({ width }) => Buffer.concat(leaves.slice(0, width)));
const { root } = integrate(EMPTY_EDGE, leaves);
const parsedPolicy = parsePolicy(Buffer.from(`log ${verifierKeyText(log.verifier)}\nquorum none\n`));
if (!parsedPolicy.ok) throw new Error(parsedPolicy.refusal.message);
const policy = parsedPolicy.value;

async function proofOf(index: number, more: Partial<TlogProof> = {}): Promise<string> {
  const note = signCheckpoint(log.name, { size: leaves.length, root }, log.signer);
  const checkpoint = { checkpoint: { origin: log.name, size: leaves.length, root, extensions: [] }, note };
  return tlogProofText({ index, hashes: await proveInclusion(index, leaves.length, readTiles), checkpoint, ...more });
}
const good = await proofOf(3);
const leaf = entryLeafHash(entryOf(4));
const codeOf = (text: string) => {
  const verified = verifyTlogProof(text, leaf, policy);
  return verified.ok ? 'verified' : verified.refusal.code;
};

describe('a proof is refused', () => {
  it.each([
    ['nothing', ''],
    ['another version', good.replace('@v1', '@v2')],
    ['no empty line', good.replaceAll('\n\n', '\n')],
    ['no index', good.replace(/index 3\n/, '')],
    ['an index with a leading zero', good.replace('index 3', 'index 03')],
    ['a negative index', good.replace('index 3', 'index -1')],
    ['extra data after the index', good.replace('index 3\n', 'index 3\nextra AAAA\n')],
    ['extra data twice', good.replace('index 3', 'extra AAAA\nextra AAAA\nindex 3')],
    ['extra data that is empty', good.replace('index 3', 'extra \nindex 3')],
    ['extra data in base64url', good.replace('index 3', 'extra __8=\nindex 3')],
    ['a line that is no hash', good.replace('index 3\n', 'index 3\nAAAA\n')],
    ['a line that is not known', good.replace('index 3\n', 'index 3\nroot yes\n')],
    ['too many hashes', good.replace('index 3\n', `index 3\n${`${root.toString('base64')}\n`.repeat(64)}`)],
    ['carriage returns', good.replace('index 3\n', 'index 3\r\n')],
  ])('with %s', (_name, text) => {
    expect(codeOf(text)).toBe('proof-malformed');
  });

  it('whose checkpoint is cut short, or not signed by the log', () => {
    expect(codeOf(good.slice(0, -1))).toBe('note-malformed');
    expect(codeOf(good.replace('\n10\n', '\n11\n'))).toBe('signature-invalid');
  });

  it('for another index, with a hash less, more or of another place, and for another entry', () => {
    expect(codeOf(good.replace('index 3', 'index 4'))).toBe('inclusion-unproved');
    expect(codeOf(good.replace('index 3', 'index 10'))).toBe('inclusion-unproved');
    const lines = good.split('\n');
    expect(codeOf(lines.toSpliced(2, 1).join('\n'))).toBe('inclusion-unproved');
    expect(codeOf(lines.toSpliced(2, 0, lines[2] ?? '').join('\n'))).toBe('inclusion-unproved');
    expect(
      codeOf(
        lines
          .with(2, lines[3] ?? '')
          .with(3, lines[2] ?? '')
          .join('\n'),
      ),
    ).toBe('inclusion-unproved');
    expect(verifyTlogProof(good, entryLeafHash(entryOf(5)), policy)).toMatchObject({ ok: false });
  });
});

it('a proof is verified, with extra data and without, at every index', async () => {
  for (const [index, one] of leaves.entries()) {
    expect(verifyTlogProof(await proofOf(index), one, policy)).toMatchObject({ ok: true, value: { index } });
  }
  const text = await proofOf(3, { extra: Buffer.from('more') });
  expect(codeOf(text)).toBe('verified');
  const parsed = parseTlogProof(text);
  expect(parsed.ok && tlogProofText(parsed.value)).toBe(text);
});

describe('an entry', () => {
  const bytes = entryBytes(entryOf(7)).toString();

  it.each([
    ['another format', bytes.replace('v1', 'v2')],
    ['a blank', bytes.replace(':7', ': 7')],
    ['a member more', bytes.replace('}', ',"more":1}')],
    ['a sequence of zero', bytes.replace(':7', ':0')],
    ['a sequence that is not counted exactly', bytes.replace(':7', ':9007199254740993')],
    ['a node that is none', bytes.replace('node-1', 'node 1')],
    ['a node with an escape', bytes.replace('node-1', '\\u006eode')],
    ['a hash in capitals', bytes.replace('00000007', '0000000A')],
    ['a newline at the end', `${bytes}\n`],
    ['half a character', Buffer.concat([Buffer.from(bytes), Buffer.from([0xc3])])],
  ])('with %s is refused', (_name, text) => {
    expect(parseLedgerEntry(Buffer.from(text))).toMatchObject({ refusal: { code: 'ledger-entry-malformed' } });
  });

  it('comes back as it was, whatever its node may be called', () => {
    expect(bytes).toBe(
      `{"format":"acgs-ledger-entry-v1","hash":"${'7'.padStart(64, '0')}","node":"node-1","sequence":7}`,
    );
    for (const node of ['a', 'A.b_c:d-9', 'x'.repeat(64)]) {
      const entry = { ...entryOf(Number.MAX_SAFE_INTEGER), node };
      expect(parseLedgerEntry(entryBytes(entry))).toEqual({ ok: true, value: entry });
    }
  });
});
