import type { AssembleRefusalCode, ConstitutionText } from '#domain/constitution/assemble.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { Example } from '#domain/constitution/example.ts';
import type { Result } from '#domain/result.ts';

/** The files of a constitution's folder, as they are sent to whom they are proposed. */
export interface ConstitutionTexts {
  /** `constitution.yaml`. */
  readonly document: string;
  /** `schema.cedarschema`. */
  readonly schema: string;
  /** `policies/*.cedar`. */
  readonly policies: readonly ConstitutionText[];
  /** `tests/*.yaml`. */
  readonly tests: readonly ConstitutionText[];
}

/** Validates as strictly as a folder is. Implemented in `src/adapters/constitution-files`. */
export type ReadConstitutionTexts = (
  texts: ConstitutionTexts,
) => Promise<
  Result<{ readonly constitution: Constitution; readonly examples: readonly Example[] }, AssembleRefusalCode>
>;
