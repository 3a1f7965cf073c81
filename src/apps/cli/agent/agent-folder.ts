import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { writeDurably } from '#adapters/durable-file.ts';
import { readKeyFile } from '#adapters/key-file/key-file.ts';
import { failure } from '#apps/cli/failure.ts';
import { EXIT } from '#apps/cli/io.ts';
import type { Signer } from '#domain/signature/ed25519.ts';

/** What is kept of an enrolled agent, beside its key: where it belongs. */
export const AgentFile = Type.Object({
  agentId: Type.String(),
  agent: Type.String(),
  issuer: Type.String(),
  /** Where it was reached when it enrolled. */
  server: Type.Optional(Type.String()),
  /** Unix milliseconds from which the key is in use. */
  keySinceMs: Type.Optional(Type.Number()),
});
export type AgentFile = Static<typeof AgentFile>;

/** The key in use, and the one that is about to take its place: it stays until the server is known to have it. */
export const KEY = 'key.pem';
export const NEXT_KEY = 'key.next.pem';

/** Of a token's life, after which the next one is fetched: there is time for several attempts. */
const RENEW_SHARE = 0.4;
/** How long a renewal by another process is waited for, and after which one is taken for dead, in milliseconds. */
const LOCK_MS_MAX = 10_000;
const LOCK_LOOK_MS = 50;

export async function readAgent(folder: string): Promise<AgentFile | undefined> {
  const value: unknown = await readFile(join(folder, 'agent.json'), 'utf8').then(JSON.parse, () => undefined);
  return Value.Check(AgentFile, value) ? value : undefined;
}

export async function writeAgent(folder: string, agent: AgentFile): Promise<void> {
  await writeDurably(join(folder, 'agent.json'), `${JSON.stringify(agent, null, 2)}\n`);
}

export async function readKey(folder: string, name: string): Promise<Signer | undefined> {
  const key = await readKeyFile(join(folder, name));
  if (key.ok) return key.value;
  if (key.refusal.code === 'private-key-missing') return undefined;
  throw failure(EXIT.usage, key.refusal.message);
}

/**
 * A token for hooks, which read the first line of the file; the second says to them, in Unix seconds, from when it is to be renewed, and
 * when it expires.
 */
export async function writeToken(folder: string, token: string, lifeS: number, nowMs: number): Promise<void> {
  const nowS = Math.floor(nowMs / 1000);
  await writeDurably(join(folder, 'token'), `${token}\n${Math.floor(nowS + lifeS * RENEW_SHARE)} ${nowS + lifeS}\n`);
}

/** Whether the token that is there has to be renewed; also when there is none, or none that says. */
export async function isTokenDue(folder: string, nowMs: number): Promise<boolean> {
  const text = await readFile(join(folder, 'token'), 'utf8').catch(() => '');
  const dueS = Number(/^\S+\n(\d+) \d+\n$/.exec(text)?.[1] ?? 0);
  return nowMs >= dueS * 1000;
}

/** Milliseconds after which a token of this life, in seconds, is to be renewed. */
export function renewalMs(lifeS: number): number {
  return lifeS * RENEW_SHARE * 1000;
}

/** One renewal at a time: hooks that find the token too old start one each. Whoever comes second waits for the first. */
export async function renewAlone(folder: string, renew: () => Promise<void>): Promise<void> {
  const lock = join(folder, 'token.renewing');
  const handle = await open(lock, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (handle === undefined) {
    const age = await stat(lock).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    // Left behind by one that was killed.
    if (age > LOCK_MS_MAX) await rm(lock, { force: true });
    else await wait(LOCK_LOOK_MS);
    return renewAlone(folder, renew);
  }
  try {
    await renew();
  } finally {
    await handle.close();
    await rm(lock, { force: true });
  }
}
