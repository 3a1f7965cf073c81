import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { type DetailKeyId, detailKeyId, isSelected, parseDetailKeyId } from '#domain/detail/detail-key.ts';
import { type DetailOwner, type DetailStore, DetailUnavailable, type Shredding } from '#domain/detail/detail-store.ts';
import type { RedactionDetail } from '#domain/redaction/marker.ts';
import { ok, refuse } from '#domain/result.ts';
import { appendFile, isCode, overwriteFile, readIfThere, replaceFile, syncFolder } from './durable-files.ts';
import { parseDetails, parseShredding } from './parse.ts';
import { KEY_BYTES, seal, unseal } from './sealed.ts';

/** Data keys held in memory; more are read again when they are needed. */
const KEYS_HELD_MAX = 1_000;
/** Decisions whose details wait for the disk. A disk that is further behind has stopped, and memory must not follow it. */
const WAITING_MAX = 10_000;

const KEY_FILE = 'key';
const DETAILS_FILE = 'details.ndjson';
const INTENT_FILE = 'shredding.json';

interface Waiting {
  readonly id: DetailKeyId;
  readonly decisionId: string;
  readonly details: readonly RedactionDetail[];
}

/**
 * Details in a folder: below it one folder for each data key, with the key (wrapped by the installation's), and a line for each
 * decision, encrypted with it. Everything for the owner only.
 */
export function createDetailFiles(options: {
  readonly directory: string;
  readonly installationKey: Uint8Array;
  /** A detail that could not be kept: it will not be disclosed. */
  readonly onLost: (error: unknown, decisions: number) => void;
}): DetailStore {
  const { directory, installationKey, onLost } = options;
  const held = new LRUCache<DetailKeyId, Buffer>({ max: KEYS_HELD_MAX });
  let waiting: Waiting[] = [];
  let writing: Promise<void> = Promise.resolve();
  const folderOf = (id: DetailKeyId): string => join(directory, id);

  return {
    keep(owner, details) {
      if (waiting.length >= WAITING_MAX) {
        onLost(new DetailUnavailable('the disk does not keep up'), 1);
        return;
      }
      waiting.push({ id: detailKeyId(owner), decisionId: owner.id, details });
      if (waiting.length === 1) writing = writing.then(writeWaiting);
    },
    settled: () => writing,
    find: (owner) => reading(() => find(owner)),
    keys: (selection) => reading(async () => (await allKeys()).filter((id) => isSelected(id, selection))),
    intend: (shredding) =>
      reading(async () => {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        await replaceFile(join(directory, INTENT_FILE), JSON.stringify(shredding));
      }),
    unfinished: () => reading(intended),
    // After what waits: a line that is written later would bring the key back.
    destroyIntended: () => {
      const destroying = writing.then(() => reading(destroyIntended));
      writing = destroying.catch(() => undefined);
      return destroying;
    },
  };

  async function writeWaiting(): Promise<void> {
    const batch = waiting;
    waiting = [];
    for (const [id, group] of Map.groupBy(batch, (one) => one.id)) {
      try {
        const key = (await dataKey(id)) ?? (await makeDataKey(id));
        const lines = group.map(({ decisionId, details }) => {
          const sealed = seal(key, aboutLine(id, decisionId), Buffer.from(JSON.stringify(details)));
          return `${JSON.stringify({ decisionId, sealed })}\n`;
        });
        await appendFile(join(folderOf(id), DETAILS_FILE), lines.join(''));
      } catch (error) {
        onLost(error, group.length);
      }
    }
  }

  async function find(owner: DetailOwner): ReturnType<DetailStore['find']> {
    await writing;
    const id = detailKeyId(owner);
    const key = await dataKey(id);
    const lines = key === undefined ? undefined : await readIfThere(join(folderOf(id), DETAILS_FILE));
    const line = lines?.split('\n').find((text) => text.startsWith(`{"decisionId":${JSON.stringify(owner.id)},`));
    if (key === undefined || line === undefined) {
      return refuse('detail-gone', 'The detail of this decision is not there: it was shredded, or was never kept.');
    }
    const details = parseDetails(line, (sealed) => unseal(key, aboutLine(id, owner.id), sealed));
    return details === undefined
      ? refuse('detail-damaged', 'The detail of this decision cannot be decrypted.')
      : ok(details);
  }

  async function dataKey(id: DetailKeyId): Promise<Buffer | undefined> {
    const known = held.get(id);
    if (known !== undefined) return known;
    const wrapped = await readIfThere(join(folderOf(id), KEY_FILE));
    if (wrapped === undefined) return undefined;
    const key = unseal(installationKey, aboutKey(id), wrapped);
    if (key === undefined) throw new DetailUnavailable(`the data key ${id} is not one of this installation`);
    held.set(id, key);
    return key;
  }

  async function makeDataKey(id: DetailKeyId): Promise<Buffer> {
    const key = randomBytes(KEY_BYTES);
    await mkdir(folderOf(id), { recursive: true, mode: 0o700 });
    await replaceFile(join(folderOf(id), KEY_FILE), seal(installationKey, aboutKey(id), key));
    await syncFolder(directory);
    held.set(id, key);
    return key;
  }

  async function allKeys(): Promise<readonly DetailKeyId[]> {
    const names = await readdir(directory).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return [];
      throw error;
    });
    return names.flatMap((name) => parseDetailKeyId(name) ?? []).toSorted();
  }

  async function intended(): Promise<Shredding | undefined> {
    const text = await readIfThere(join(directory, INTENT_FILE));
    return text === undefined ? undefined : parseShredding(text);
  }

  async function destroyIntended(): Promise<void> {
    const shredding = await intended();
    for (const id of shredding?.keys ?? []) await destroy(id);
    await rm(join(directory, INTENT_FILE), { force: true });
    await syncFolder(directory);
  }

  async function destroy(id: DetailKeyId): Promise<void> {
    held.delete(id);
    const file = join(folderOf(id), KEY_FILE);
    const wrapped = await readIfThere(file);
    // Where the file system writes in place, nothing of the key is left; where it does not, a copy is left that only the
    // installation's key opens.
    if (wrapped !== undefined) await overwriteFile(file, randomBytes(Buffer.byteLength(wrapped)));
    await rm(folderOf(id), { recursive: true, force: true });
  }

  async function reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (cause) {
      if (cause instanceof DetailUnavailable) throw cause;
      throw new DetailUnavailable(`the details in ${directory} cannot be read or written`, { cause });
    }
  }
}

function aboutKey(id: DetailKeyId): string {
  return `acgs-detail-key-v1\n${id}`;
}

function aboutLine(id: DetailKeyId, decisionId: string): string {
  return `acgs-detail-v1\n${id}\n${decisionId}`;
}
