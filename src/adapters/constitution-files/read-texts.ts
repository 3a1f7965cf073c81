import { parseDocument } from '#adapters/constitution-files/document.ts';
import { parseExamples } from '#adapters/constitution-files/examples.ts';
import { assembleConstitution } from '#domain/constitution/assemble.ts';
import type { ReadConstitutionTexts } from '#domain/constitution/constitution-texts.ts';
import type { Example } from '#domain/constitution/example.ts';
import type { PolicyLanguage } from '#domain/policy/language.ts';
import { ok } from '#domain/result.ts';

/** A constitution from its files' texts. The language is loaded when the first one comes: a node that nobody amends needs none. */
export function createReadTexts(loadLanguage: () => Promise<PolicyLanguage>): ReadConstitutionTexts {
  return async (texts) => {
    const document = parseDocument(texts.document);
    if (!document.ok) return document;
    const examples: Example[] = [];
    for (const file of texts.tests) {
      const parsed = parseExamples(file.text, file.name);
      if (!parsed.ok) return parsed;
      examples.push(...parsed.value);
    }
    const constitution = assembleConstitution({
      document: document.value,
      schema: { name: 'schema.cedarschema', text: texts.schema },
      policyFiles: texts.policies,
      examples,
      language: await loadLanguage(),
    });
    return constitution.ok ? ok({ constitution: constitution.value, examples }) : constitution;
  };
}
