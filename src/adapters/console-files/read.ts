import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** By ending; a file of another kind is not the console's, and is left out. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface BuiltFile {
  readonly contentType: string;
  readonly isImmutable: boolean;
  readonly etag: string;
  readonly bodies: { readonly identity: Buffer; readonly br?: Buffer; readonly gzip?: Buffer };
}

/**
 * Reads a built console whole (some hundred kilobytes), with the compressed forms that lie beside its files.
 * @returns by path, `/assets/….js`; undefined when there is none
 */
export async function readConsoleFiles(folder: string): Promise<ReadonlyMap<string, BuiltFile> | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (entries === undefined) return undefined;
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const known = new Set(paths);
  const read = async (path: string) => (known.has(path) ? await readFile(path) : undefined);
  const files = new Map<string, BuiltFile>();
  for (const path of paths) {
    const contentType = CONTENT_TYPES[extname(path)];
    if (contentType === undefined) continue;
    const name = `/${relative(folder, path).split(sep).join('/')}`;
    const identity = await readFile(path);
    const [br, gzip] = [await read(`${path}.br`), await read(`${path}.gz`)];
    files.set(name, {
      contentType,
      isImmutable: name.startsWith('/assets/'),
      etag: createHash('sha256').update(identity).digest('base64url').slice(0, 22),
      bodies: { identity, ...(br === undefined ? {} : { br }), ...(gzip === undefined ? {} : { gzip }) },
    });
  }
  return files.has('/index.html') ? files : undefined;
}
