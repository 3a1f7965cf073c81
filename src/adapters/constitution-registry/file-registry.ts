import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { parseSigners } from '#adapters/constitution-registry/signers-form.ts';
import { hasCode, readIfThere, writeDurably, writeFolderDurably } from '#adapters/durable-file.ts';
import { BUNDLE_BYTES_MAX } from '#domain/constitution/bundle.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import {
  type ConstitutionRegistry,
  type KeptConstitution,
  type Mark,
  RegistryUnavailable,
} from '#domain/constitution/registry.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import { sha256Hex } from '#domain/json.ts';

const BUNDLE_FILE = 'bundle.json';
const ENVELOPE_FILE = 'envelope.json';
/** Base64 makes four bytes of three; the signatures are some 200 bytes each. */
const ENVELOPE_BYTES_MAX = 2 * BUNDLE_BYTES_MAX;
/** The small files: founders and marks. */
const FILE_BYTES_MAX = 64 * 1024;
/** Hex digits of the digest in a folder's name: the rest is recomputed from the bytes anyway. */
const NAME_DIGITS = 16;
const FOLDER_NAME = /^([1-9][0-9]{0,15})-([0-9a-f]{16})$/;

const closed = { additionalProperties: false } as const;
const MarkForm = Type.Object(
  { number: Type.Integer({ minimum: 1 }), digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) },
  closed,
);
/**
 * The registry in the state folder `home`:
 *
 *     founders.json                                 the public keys that sign number 1
 *     high-water.json                               outside of `constitutions/`, so that restoring that folder does not lower it
 *     constitutions/in-force.json                   number and digest
 *     constitutions/<number>-<16 digits>/bundle.json, envelope.json
 */
export function createFileRegistry(home: string): ConstitutionRegistry {
  const constitutions = join(home, 'constitutions');
  const files = {
    founders: join(home, 'founders.json'),
    highWater: join(home, 'high-water.json'),
    inForce: join(constitutions, 'in-force.json'),
  };
  /** One after the other: each of them reads before it writes. */
  let writing: Promise<unknown> = Promise.resolve();

  const readMark = async (path: string): Promise<Mark | undefined> => {
    const mark = await readForm(path, MarkForm);
    return mark === undefined ? undefined : { number: mark.number, digest: mark.digest as ConstitutionDigest }; // 64 hex digits
  };
  const readFounders = async (): Promise<Signers | undefined> => {
    const text = await readIfThere(files.founders, FILE_BYTES_MAX);
    if (text === undefined) return undefined;
    const founders = parseSigners(parseOrUndefined(text));
    if (!founders.ok) throw new Error(`${files.founders} is damaged: ${founders.refusal.message}`);
    return founders.value;
  };

  return {
    founders: () => available(readFounders),
    found: (signers) =>
      inTurn(async () => {
        const pinned = await readFounders();
        if (pinned !== undefined) return pinned;
        await writeJson(files.founders, signers);
        return signers;
      }),
    list: () => available(() => list(constitutions)),
    read: (digest) => available(() => read(constitutions, digest)),
    add: ({ number, digest, bytes, envelope }) =>
      available(() =>
        writeFolderDurably(join(constitutions, `${number}-${digest.slice(0, NAME_DIGITS)}`), {
          [BUNDLE_FILE]: bytes,
          [ENVELOPE_FILE]: `${JSON.stringify(envelope, undefined, 2)}\n`,
        }),
      ),
    inForce: () => available(() => readMark(files.inForce)),
    putInForce: ({ number, digest }) => inTurn(() => writeJson(files.inForce, { number, digest })),
    highWater: () => available(() => readMark(files.highWater)),
    raiseHighWater: ({ number, digest }) =>
      inTurn(async () => {
        const before = await readMark(files.highWater);
        if (before === undefined || before.number < number) await writeJson(files.highWater, { number, digest });
      }),
  };

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = writing.then(
      () => available(work),
      () => available(work),
    );
    writing = done;
    return done;
  }
}

async function list(constitutions: string): Promise<readonly Mark[]> {
  const marks: Mark[] = [];
  for (const { folder, number } of await folders(constitutions)) {
    const bytes = await readIfThere(join(constitutions, folder, BUNDLE_FILE), BUNDLE_BYTES_MAX);
    // The address is what the bytes say, whatever the folder is called.
    if (bytes !== undefined) marks.push({ number, digest: sha256Hex(bytes) as ConstitutionDigest });
  }
  return marks.toSorted((a, b) => a.number - b.number || (a.digest < b.digest ? -1 : 1));
}

async function read(constitutions: string, digest: ConstitutionDigest): Promise<KeptConstitution | undefined> {
  const found = (await folders(constitutions)).find(({ digits }) => digits === digest.slice(0, NAME_DIGITS));
  if (found === undefined) return undefined;
  const bytes = await readIfThere(join(constitutions, found.folder, BUNDLE_FILE), BUNDLE_BYTES_MAX);
  const envelope = await readIfThere(join(constitutions, found.folder, ENVELOPE_FILE), ENVELOPE_BYTES_MAX);
  if (bytes === undefined) return undefined;
  return { bytes, envelope: envelope === undefined ? undefined : parseOrUndefined(envelope) };
}

async function folders(constitutions: string) {
  let names: readonly string[];
  try {
    names = await readdir(constitutions);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
  return names.flatMap((folder) => {
    const [, number, digits] = FOLDER_NAME.exec(folder) ?? [];
    return number === undefined ? [] : [{ folder, number: Number(number), digits }];
  });
}

/** What is no JSON is no envelope either, and is refused as such by whoever verifies. */
function parseOrUndefined(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}

async function readForm<Form extends TSchema>(path: string, form: Form): Promise<Static<Form> | undefined> {
  const text = await readIfThere(path, FILE_BYTES_MAX);
  if (text === undefined) return undefined;
  const value = parseOrUndefined(text);
  if (!Value.Check(form, value)) throw new Error(`${path} is damaged: it is not what ACGS writes there`);
  return value;
}

function writeJson(path: string, value: object): Promise<void> {
  return writeDurably(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RegistryUnavailable(`The registry of constitutions cannot be used: ${why}`, { cause: error });
  }
}
