import { cedarLanguage } from '#adapters/cedar/language.ts';
import { type ConstitutionFolder, loadConstitutionFolder } from '#adapters/constitution-files/load.ts';
import { failure } from '#apps/cli/failure.ts';
import { EXIT } from '#apps/cli/io.ts';

/** Loads a constitution for a command that can do nothing without one. */
export async function openFolder(folder: string): Promise<ConstitutionFolder> {
  const loaded = await loadConstitutionFolder(folder, cedarLanguage);
  if (loaded.ok) return loaded.value;
  const { code, message } = loaded.refusal;
  throw failure(EXIT.usage, `the constitution in ${folder} is refused [${code}]: ${message}`);
}
