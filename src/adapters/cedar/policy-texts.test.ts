import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { policyTexts } from '#adapters/cedar/policy-texts.ts';
import { loadConstitution } from '#adapters/constitution-files/load.ts';
import { canonicalJson, type JsonObject } from '#domain/json.ts';

const STARTER = fileURLToPath(new URL('../../../constitution', import.meta.url));

describe('policies as people read them', () => {
  it('throws for what is no policy', () => {
    expect(() => policyTexts({ broken: { effect: 'perhaps' } })).toThrow('broken has no text');
  });

  it('mean what the bundle means: each text of the starter is read back as the same policy', async () => {
    const starter = await loadConstitution(STARTER, cedarLanguage);
    if (!starter.ok) throw new Error(starter.refusal.message);
    const texts = policyTexts(starter.value.policies);
    expect(Object.keys(texts)).toEqual(Object.keys(starter.value.policies));
    for (const [id, text] of Object.entries(texts)) {
      const read = cedarLanguage.parsePolicies(text);
      if (!read.ok) throw new Error(`${id}: ${read.refusal.message}`);
      expect(read.value, id).toHaveLength(1);
      expect(meaning(read.value[0]?.json ?? {}), id).toBe(meaning(starter.value.policies[id] ?? {}));
    }
  });

  it('leave the annotations to those who show them beside it', () => {
    const parsed = cedarLanguage.parsePolicies('@id("a") @reason("why") permit (principal, action, resource);');
    if (!parsed.ok) throw new Error(parsed.refusal.message);
    const { a } = policyTexts({ a: parsed.value[0]?.json ?? {} });
    expect(a).toMatch(/^permit/);
    expect(a).not.toContain('why');
  });
});

function meaning({ annotations: _, ...policy }: JsonObject): string {
  return canonicalJson(policy);
}
