import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { BUNDLE_PAYLOAD_TYPE } from '#domain/constitution/bundle.ts';
import type { KeptConstitution } from '#domain/constitution/registry.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import { signedBy } from '#domain/constitution/signed-by.ts';
import { type VerifiedConstitution, verifyAmendment } from '#domain/constitution/verify-amendment.ts';
import { type Envelope, signEnvelope } from '#domain/signature/dsse.ts';
import { ada, amend, ben, cem, eve, sampleConstitution, signed, signersOf } from '../../../tests/support/lineage.ts';

const trio = signersOf(2, ada, ben, cem);
const first = sampleConstitution({ signers: trio });
const number1 = verified(signed(first, ada, ben), { founders: trio });

function verified(kept: KeptConstitution, parent: Parameters<typeof verifyAmendment>[1]): VerifiedConstitution {
  const result = verifyAmendment(kept, parent, parseBundle);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
}

function codeOf(kept: KeptConstitution, parent: Parameters<typeof verifyAmendment>[1] = number1): string {
  const result = verifyAmendment(kept, parent, parseBundle);
  return result.ok ? 'verified' : result.refusal.code;
}

/** The successor of number 1, its envelope changed by the test. */
function withEnvelope(change: (envelope: Envelope) => unknown): KeptConstitution {
  const kept = signed(amend(first), ada, ben);
  return { bytes: kept.bytes, envelope: change(kept.envelope) };
}

describe('the signatures of an amendment', () => {
  it('are enough when they are those of k of the n signers whom the parent names', () => {
    for (const signers of [
      [ada, ben],
      [ada, cem],
      [ben, cem],
      [ada, ben, cem],
    ])
      expect(codeOf(signed(amend(first), ...signers))).toBe('verified');
  });

  it.each<[string, KeptConstitution, string]>([
    ['stripped of all signatures', withEnvelope((e) => ({ ...e, signatures: [] })), 'envelope-malformed'],
    ['stripped to too few', withEnvelope((e) => ({ ...e, signatures: e.signatures.slice(1) })), 'signatures-too-few'],
    ['reordered', withEnvelope((e) => ({ ...e, signatures: e.signatures.toReversed() })), 'signature-order'],
    [
      'whose signatures stand under each other’s key',
      withEnvelope((e) => ({
        ...e,
        signatures: e.signatures.map(({ keyid }, at) => ({ keyid, sig: e.signatures[1 - at]?.sig ?? '' })),
      })),
      'signature-wrong',
    ],
    [
      'with one signer counted twice',
      withEnvelope((e) => ({ ...e, signatures: [e.signatures[0], e.signatures[0]] })),
      'signature-repeated',
    ],
    ['with a foreign signature beside enough good ones', signed(amend(first), ada, ben, eve), 'signature-foreign'],
    ['signed by strangers only', signed(amend(first), eve), 'signature-foreign'],
    ['signed by too few', signed(amend(first), cem), 'signatures-too-few'],
    [
      'signed for another type of payload',
      withEnvelope(() => signEnvelope('application/json', signed(amend(first)).bytes, [ada, ben])),
      'envelope-type',
    ],
    [
      'whose type was changed after signing',
      {
        ...signed(amend(first), ada, ben),
        envelope: {
          ...signEnvelope('application/json', signed(amend(first)).bytes, [ada, ben]),
          payloadType: BUNDLE_PAYLOAD_TYPE,
        },
      },
      'signature-wrong',
    ],
    ['with a field that DSSE does not have', withEnvelope((e) => ({ ...e, alg: 'none' })), 'envelope-malformed'],
    [
      'with a field in a signature that DSSE does not have',
      withEnvelope((e) => ({ ...e, signatures: e.signatures.map((one) => ({ ...one, alg: 'none' })) })),
      'envelope-malformed',
    ],
    [
      'over another bundle',
      withEnvelope(() => signed(amend(first, { title: 'Another' }), ada, ben).envelope),
      'envelope-payload',
    ],
    ['without an envelope', { bytes: signed(amend(first)).bytes, envelope: undefined }, 'envelope-malformed'],
  ])('are refused: %s', (_name, kept, code) => {
    expect(codeOf(kept)).toBe(code);
  });

  it('count only while each is another signer’s, in order, and there are at least k: all lists of up to four', () => {
    const all = [ada, ben, cem, eve];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }), (picks) => {
        const kept = signed(amend(first), ...picks.map((pick) => all[pick] ?? eve));
        const isLawful =
          picks.every((pick, at) => pick < 3 && (at === 0 || pick > (picks[at - 1] ?? -1))) && picks.length >= 2;
        expect(signedBy(kept.bytes, kept.envelope, trio).ok).toBe(isLawful);
      }),
    );
  });
});

describe('the place of an amendment', () => {
  it.each<[string, KeptConstitution, string]>([
    ['another parent', signed(amend(first, { parent: 'f'.repeat(64) }), ada, ben), 'lineage-parent'],
    ['the genesis for its parent', signed(amend(first, { parent: first.parent }), ada, ben), 'lineage-parent'],
    ['the same number', signed(amend(first, { number: 1 }), ada, ben), 'lineage-number'],
    ['a number left out', signed(amend(first, { number: 3 }), ada, ben), 'lineage-number'],
    ['founders again after named signers', signed(amend(first, { signers: 'founders' }), ada, ben), 'lineage-signers'],
  ])('is refused with %s, however well it is signed', (_name, kept, code) => {
    expect(codeOf(kept)).toBe(code);
  });
});

describe('the rotation of keys', () => {
  const pair: Signers = signersOf(2, cem, eve);
  const second = amend(first, { signers: pair });

  it('is an amendment that the old signers sign, and from then on the new ones', () => {
    expect(codeOf(signed(second, cem, eve))).toBe('signature-foreign');
    const number2 = verified(signed(second, ada, ben), number1);
    expect(number2.nextSigners).toEqual(pair);
    expect(codeOf(signed(amend(second), ada, ben), number2)).toBe('signature-foreign');
    expect(codeOf(signed(amend(second), cem, eve), number2)).toBe('verified');
  });

  it('lets the founders sign for as long as nobody is named, and never again', () => {
    const founders = signersOf(1, eve);
    const open = verified(signed(sampleConstitution(), eve), { founders });
    const stillOpen = verified(signed(amend(open.constitution), eve), open);
    const named = verified(signed(amend(stillOpen.constitution, { signers: pair }), eve), stillOpen);
    expect(codeOf(signed(amend(named.constitution), eve), named)).toBe('signatures-too-few');
    expect(codeOf(signed(amend(named.constitution, { signers: 'founders' }), cem, eve), named)).toBe('lineage-signers');
  });
});
