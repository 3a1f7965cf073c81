import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFolderDurably } from '#adapters/durable-file.ts';

/** With the newest: a server that still runs from an older one loads parts of it later. */
const KEPT_MAX = 4;
const MANIFEST = 'manifest.json';
/** Characters of a digest that name an image's folder: enough to tell some thousands apart. */
const NAME_CHARACTERS = 16;

/** SHA-256 in hex by absolute path, and by name within the image. */
interface Manifest {
  readonly inputs: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

export interface ImageSources {
  /** Below which everything is that goes in. */
  readonly folder: string;
  /** Absolute path by name: what can be run. */
  readonly entries: Readonly<Record<string, string>>;
  /** Absolute paths of files that say how modules are found and put together. */
  readonly settings: readonly string[];
  /** Where images are kept. */
  readonly images: string;
}

/**
 * An image of just these sources, made when there is none. Sources and image are read in full and held to their SHA-256: what is
 * old or damaged is never run.
 *
 * @returns the absolute path of its folder, with `<name>.mjs` for each entry
 * @throws when it can be neither found nor made
 */
export async function provideImage(sources: ImageSources): Promise<string> {
  for (const image of await newestFirst(sources.images)) if (await isSound(image)) return image;
  const { buildImage } = await import('./build.ts'); // the bundler is loaded only when there is something to make
  const { files, inputs } = await buildImage(sources.folder, sources.entries);
  const digests: Record<string, string> = {};
  for (const path of [...inputs, ...sources.settings]) digests[path] = digestOf(await readFile(path));
  const manifest = JSON.stringify({
    inputs: digests,
    files: Object.fromEntries(Object.entries(files).map(([name, code]) => [name, digestOf(code)])),
  } satisfies Manifest);
  const image = join(sources.images, digestOf(manifest).slice(0, NAME_CHARACTERS));
  if (await isSound(image)) return image; // another has made it meanwhile, and may run it already
  await rm(image, { recursive: true, force: true });
  await writeFolderDurably(image, { ...files, [MANIFEST]: manifest });
  for (const old of (await newestFirst(sources.images)).slice(KEPT_MAX)) await rm(old, { recursive: true });
  return image;
}

async function newestFirst(images: string): Promise<readonly string[]> {
  const names = (await readdir(images).catch(() => [])).filter((name) => !name.startsWith('.'));
  const dated = await Promise.all(
    names.map(async (name) => ({ path: join(images, name), madeMs: (await stat(join(images, name))).mtimeMs })),
  );
  return dated.sort((a, b) => b.madeMs - a.madeMs).map(({ path }) => path);
}

/** Whether it is whole, and what it was made from is what is there now. */
async function isSound(image: string): Promise<boolean> {
  const manifest = await readManifest(join(image, MANIFEST));
  if (manifest === undefined) return false;
  const expected = [
    ...Object.entries(manifest.files).map(([name, digest]) => [join(image, name), digest] as const),
    ...Object.entries(manifest.inputs),
  ];
  for (const [path, digest] of expected) {
    const content = await readFile(path).catch(() => undefined);
    if (content === undefined || digestOf(content) !== digest) return false;
  }
  return true;
}

/** Undefined when it is not one: then the image is none either. */
async function readManifest(path: string): Promise<Manifest | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isManifest(manifest) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function isManifest(value: unknown): value is Manifest {
  return isObject(value) && 'inputs' in value && isObject(value.inputs) && 'files' in value && isObject(value.files);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
