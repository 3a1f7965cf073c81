import { parseDocument } from '#adapters/constitution-files/document.ts';
import { parseExamples } from '#adapters/constitution-files/examples.ts';
import { assembleConstitution } from '#domain/constitution/assemble.ts';
import type { ConstitutionTexts, ReadConstitutionTexts } from '#domain/constitution/constitution-texts.ts';
import type { Example } from '#domain/constitution/example.ts';
import type { PolicyLanguage } from '#domain/policy/language.ts';
import { ok } from '#domain/result.ts';

/** A constitution from its files' texts: validated as strictly as a folder is. */
export async function readTexts(texts: ConstitutionTexts, language: PolicyLanguage): ReturnType<ReadConstitutionTexts> {
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
    language,
  });
  return constitution.ok ? ok({ constitution: constitution.value, examples }) : constitution;
}
