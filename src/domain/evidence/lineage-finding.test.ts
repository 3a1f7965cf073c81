import { expect, it } from 'vitest';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import type { KeptConstitution } from '#domain/constitution/registry.ts';
import { sha256Hex } from '#domain/json.ts';
import { ada, amend, ben, cem, eve, sampleConstitution, signed, signersOf } from '../../../tests/support/lineage.ts';
import { constitutionFile } from './bundle.ts';
import { lineageFinding } from './lineage-finding.ts';

const founders = signersOf(2, ada, ben, cem);
const first = sampleConstitution({ signers: founders });
const second = amend(first);
const trust = { founders, parseBundle };

function filesOf(...kept: readonly KeptConstitution[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const { bytes, envelope } of kept) {
    const digest = sha256Hex(bytes);
    files.set(constitutionFile(digest), bytes);
    files.set(constitutionFile(digest, '.envelope'), Buffer.from(JSON.stringify(envelope)));
  }
  return files;
}
const digestOf = ({ bytes }: KeptConstitution): string => sha256Hex(bytes);
const [one, two] = [signed(first, ada, ben), signed(second, ben, cem)];

it('proves that each constitution was signed by those whom its parent names', () => {
  const files = filesOf(one, two);
  expect(lineageFinding(files, [digestOf(two), digestOf(one)], trust)).toMatchObject({ state: 'proved' });
});

it('says who is not believed when no founders are given, and what is missing when an ancestor is', () => {
  expect(lineageFinding(filesOf(one, two), [digestOf(two)], undefined)).toMatchObject({ state: 'open' });
  expect(lineageFinding(filesOf(two), [digestOf(two)], trust)).toMatchObject({
    state: 'open',
    code: 'lineage-missing',
  });
  const files = filesOf(one, two);
  files.delete(constitutionFile(digestOf(one), '.envelope'));
  expect(lineageFinding(files, [digestOf(two)], trust)).toMatchObject({ state: 'open', code: 'lineage-missing' });
});

it.each<[string, Map<string, Uint8Array>, string]>([
  ['by too few', filesOf(one, signed(second, ben)), 'signatures-too-few'],
  ['by a stranger', filesOf(one, signed(second, eve, ben)), 'signature-foreign'],
  ['at the beginning by too few', filesOf(signed(first, ada), two), 'signatures-too-few'],
  ['over another text', filesOf(one, { ...two, envelope: one.envelope }), 'envelope-payload'],
  ['in no envelope', filesOf(one, { ...two, envelope: 'none' }), 'envelope-malformed'],
])('is false of a constitution that was signed %s', (_what, files, code) => {
  expect(lineageFinding(files, [digestOf(two)], trust)).toMatchObject({ part: 'lineage', state: 'false', code });
});

it('is false when other founders are believed, and when an ancestor is another than it is called', () => {
  const others = { ...trust, founders: signersOf(1, eve) };
  expect(lineageFinding(filesOf(one, two), [digestOf(two)], others)).toMatchObject({ state: 'false' });
  const files = filesOf(one, two);
  const other = signed(sampleConstitution({ signers: founders, title: 'Another first one' }), ada, ben);
  files.set(constitutionFile(digestOf(one)), other.bytes);
  files.set(constitutionFile(digestOf(one), '.envelope'), Buffer.from(JSON.stringify(other.envelope)));
  expect(lineageFinding(files, [digestOf(two)], trust)).toMatchObject({ state: 'false' });
});
