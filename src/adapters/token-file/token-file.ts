import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { hasCode, writeDurably } from '#adapters/durable-file.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import { TOKEN_BYTES, type TokenIndex, type TokenRecord, tokenHash, tokenText } from '#domain/identity/token.ts';

const StoredToken = Type.Object(
  {
    kind: Type.Union([Type.Literal('agent'), Type.Literal('person')]),
    id: Type.String({ minLength: 1, maxLength: 128 }),
    agent: Type.Optional(Type.String()),
    /** Of an agent. */
    teams: Type.Array(Type.String()),
    /** Of a person. */
    roles: Type.Array(Type.String()),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    createdMs: Type.Number(),
    expiresMs: Type.Number(),
  },
  { additionalProperties: false },
);
const StoredTokens = Type.Object(
  { version: Type.Literal(1), tokens: Type.Array(StoredToken, { maxItems: 100_000 }) },
  { additionalProperties: false },
);

/** Thrown when the token file exists and cannot be trusted: nobody is let in on a guess. */
export class TokenFileDamaged extends Error {
  override readonly name = 'TokenFileDamaged';
}

/** The hashes of all bearer tokens of an installation: one JSON file, mode 0600, replaced atomically. */
export function createTokenFile(path: string) {
  let index: TokenIndex = new Map();
  let loadedMtimeMs = -1;

  async function load(): Promise<TokenIndex> {
    const mtimeMs = await modifiedMs(path);
    if (mtimeMs === undefined) {
      index = new Map();
    } else if (mtimeMs !== loadedMtimeMs) {
      index = parse(await readFile(path, 'utf8'), path);
      loadedMtimeMs = mtimeMs;
    }
    return index;
  }

  return {
    /** The tokens as last loaded: a plain look-up on the way of a request. */
    current: (): TokenIndex => index,
    /** Reads the file again if it has changed; another process may have issued or revoked a token. */
    load,
    /** Issues a token and returns its text: the only time that it is seen. */
    async issue(principal: Principal, createdMs: number, ttlMs: number): Promise<string> {
      const token = tokenText(randomBytes(TOKEN_BYTES));
      const record = { principal, sha256: tokenHash(token), createdMs, expiresMs: createdMs + ttlMs };
      await withLock(path, async () => {
        const held = [...(await load()).values()].filter((other) => other.expiresMs > createdMs);
        await writeDurably(path, serialize([...held, record]));
      });
      await load();
      return token;
    },
    /** Revokes every token of a principal; returns how many there were. */
    async revoke(principalId: string): Promise<number> {
      return withLock(path, async () => {
        const all = [...(await load()).values()];
        const held = all.filter((record) => record.principal.id !== principalId);
        await writeDurably(path, serialize(held));
        await load();
        return all.length - held.length;
      });
    },
  };
}

export type TokenFile = ReturnType<typeof createTokenFile>;

async function modifiedMs(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function parse(text: string, path: string): TokenIndex {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new TokenFileDamaged(`${path} is not JSON`, { cause: error });
  }
  if (!Value.Check(StoredTokens, data)) throw new TokenFileDamaged(`${path} is not a token file of version 1`);
  return new Map(data.tokens.map((stored) => [stored.sha256, fromStored(stored, path)]));
}

function fromStored(stored: Static<typeof StoredToken>, path: string): TokenRecord {
  const { sha256, createdMs, expiresMs } = stored;
  // The brands are given here, at the edge, to ids that the schema has checked.
  if (stored.kind === 'person') {
    return {
      principal: { kind: 'person', id: stored.id as PersonId, roles: stored.roles },
      sha256,
      createdMs,
      expiresMs,
    };
  }
  if (stored.agent === undefined)
    throw new TokenFileDamaged(`${path}: the agent token ${stored.id} names no agent kind`);
  // Checked by the schema, as above.
  const principal = { kind: 'agent', id: stored.id as AgentId, agent: stored.agent, teams: stored.teams } as const;
  return { principal, sha256, createdMs, expiresMs };
}

function serialize(records: readonly TokenRecord[]): string {
  const tokens = records.map(({ principal, ...rest }) => ({
    kind: principal.kind,
    id: principal.id,
    ...(principal.kind === 'agent'
      ? { agent: principal.agent, teams: principal.teams, roles: [] }
      : { teams: [], roles: principal.roles }),
    ...rest,
  }));
  return `${JSON.stringify({ version: 1, tokens }, null, 2)}\n`;
}

const LOCK_RETRY_MS = 20;
const LOCK_TRIES = 250;
/** A lock older than this was left by a process that died while it held it. */
const LOCK_STALE_MS = 10_000;

async function withLock<T>(path: string, run: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  for (let tries = 0; ; tries++) {
    try {
      await mkdir(lock);
      break;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      const sinceMs = await modifiedMs(lock);
      if (sinceMs !== undefined && Date.now() - sinceMs > LOCK_STALE_MS) await removeFolder(lock);
      else if (tries >= LOCK_TRIES) throw new Error(`${lock} is held by another process`, { cause: error });
      else await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
    }
  }
  try {
    return await run();
  } finally {
    await removeFolder(lock);
  }
}

async function removeFolder(path: string): Promise<void> {
  await rmdir(path).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
}
