import { readFolder, readText } from '#adapters/constitution-files/load.ts';
import { canonicalJson, sha256Hex } from '#domain/json.ts';
import { ok, type Result } from '#domain/result.ts';

/**
 * SHA-256, hex, over the texts of a constitution's folder, without reading what they say. Equal: it builds to the same digest.
 * Different: it may still, as layout and comments count here.
 */
export async function folderFingerprint(folder: string): Promise<Result<string, 'constitution-unreadable'>> {
  const texts: (readonly [string, string])[] = [];
  for (const name of ['constitution.yaml', 'schema.cedarschema']) {
    const file = await readText(folder, name);
    if (!file.ok) return file;
    texts.push([file.value.name, file.value.text]);
  }
  for (const [name, extension] of [['policies', '.cedar'] as const, ['tests', '.yaml'] as const]) {
    const files = await readFolder(folder, name, extension);
    if (!files.ok) return files;
    texts.push(...files.value.map((file) => [file.name, file.text] as const));
  }
  return ok(sha256Hex(canonicalJson(texts)));
}
