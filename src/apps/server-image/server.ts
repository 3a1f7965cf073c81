import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideImage } from './provide.ts';

const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));

/**
 * The code of a server in few files, made from this package on its first start after a change (docs/decisions/0012-latency.md).
 *
 * @returns the absolute path of what to run
 * @throws when it can be neither found nor made
 */
export async function serverImage(): Promise<string> {
  const image = await provideImage({
    folder: PACKAGE,
    entries: { acgs: join(HERE, 'main.ts') },
    settings: [
      ...['package.json', 'package-lock.json'].map((name) => join(PACKAGE, name)),
      ...readdirSync(HERE).map((name) => join(HERE, name)),
    ],
    images: join(PACKAGE, 'node_modules', '.cache', 'acgs-server'),
  });
  return join(image, 'acgs.mjs');
}
