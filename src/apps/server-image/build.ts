import { pathToFileURL } from 'node:url';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { oneByteText } from './one-byte-text.ts';

/** Loaded by the processes beside the server alone, if at all: they stay where they are. */
const LEFT_OUT = [/^node:/, /^@cedar-policy\//, /^@electric-sql\//, 'pg-native'];

export interface BuiltImage {
  /** JavaScript by file name; `<name>.mjs` for each entry. */
  readonly files: Readonly<Record<string, string>>;
  /** Absolute paths of every module that went into it. */
  readonly inputs: readonly string[];
}

/**
 * Puts modules and whatever they import into few files of JavaScript. Nothing is renamed for people, so that what an error tells is
 * the same; each module still believes that it lies where it was written.
 *
 * @param entries Absolute path by name.
 * @throws what the bundler says of sources that it cannot put together
 */
export async function buildImage(folder: string, entries: Readonly<Record<string, string>>): Promise<BuiltImage> {
  await using bundle = await rolldown({
    input: { ...entries },
    cwd: folder,
    platform: 'node',
    external: LEFT_OUT,
    plugins: [keepPlaces],
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({
    format: 'esm',
    keepNames: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  });
  const chunks = output.filter((part): part is OutputChunk => part.type === 'chunk');
  return {
    files: Object.fromEntries(chunks.map((chunk) => [chunk.fileName, oneByteText(chunk.code)])),
    inputs: [...new Set(chunks.flatMap((chunk) => chunk.moduleIds))].filter((id) => id.startsWith('/')).sort(),
  };
}

/** A module finds its neighbours by its own place, ours by `import.meta.url`, CommonJS packages by `__dirname`. */
const keepPlaces: Plugin = {
  name: 'keep-places',
  transform(code, id) {
    if (!id.startsWith('/') || !/import\.meta|__dirname|__filename/.test(code)) return null;
    const folder = JSON.stringify(id.slice(0, id.lastIndexOf('/')));
    const placed = code
      .replaceAll(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(id).href))
      .replaceAll(/\bimport\.meta\.dirname\b/g, folder)
      .replaceAll(/\bimport\.meta\.filename\b/g, JSON.stringify(id));
    const isCommonJs = /\.c?js$/.test(id) && !this.parse(placed).body.some(({ type }) => /^(Import|Export)/.test(type));
    if (!isCommonJs) return placed;
    return `var __dirname = ${folder}, __filename = ${JSON.stringify(id)};\n${placed}`;
  },
};
