import { randomUUID } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { createKeyFile } from '#adapters/key-file/key-file.ts';
import {
  AgentFile,
  isTokenDue,
  KEY,
  NEXT_KEY,
  readAgent,
  readKey,
  renewAlone,
  writeAgent,
  writeToken,
} from '#apps/cli/agent/agent-folder.ts';
import { reasonOf } from '#apps/cli/client.ts';
import { request, type ServerUrl } from '#apps/cli/connection.ts';
import { failure } from '#apps/cli/failure.ts';
import { EXIT } from '#apps/cli/io.ts';
import { AGENT_KEY_MS } from '#domain/identity/agent-key.ts';
import { makeAssertion, makeProof } from '#domain/identity/holder.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { Signer } from '#domain/signature/ed25519.ts';

const ANSWER_MS_MAX = 10_000;

const Token = Type.Object({ access_token: Type.String(), expires_in: Type.Number() });
type Token = Static<typeof Token>;
const Problem = Type.Object({
  title: Type.Optional(Type.String()),
  error_description: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
});

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** What a server says to a key that is not the one in use: it may have the next one already. */
const NOT_IN_USE = ['assertion-invalid', 'key-not-current'];

/** Where a key is, and the server that knows it. */
export interface Enrolled {
  readonly server: ServerUrl;
  readonly folder: string;
}

/**
 * Enrols by a one-time code: makes a key that never leaves `folder`, proves it, and keeps where the agent belongs. A key that is
 * there already is used again: an enrolment whose answer was lost may have happened.
 */
export async function enrol({ server, folder, code }: Enrolled & { readonly code: string }): Promise<AgentFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const signer = (await readKey(folder, KEY)) ?? (await createKeyFile(join(folder, KEY)));
  const Metadata = Type.Object({ issuer: Type.String() });
  const { issuer } = orFailure(await send(server, '/.well-known/oauth-authorization-server', Metadata));
  const proof = makeProof(signer, { method: 'POST', url: `${issuer}/v1/enrolments`, ...occasion() });
  const enrolled = await send(server, '/v1/enrolments', AgentFile, {
    headers: { dpop: proof, 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  const agent = { ...orFailure(enrolled), server, keySinceMs: Date.now() };
  await writeAgent(folder, agent);
  return agent;
}

/** A fresh token into `<folder>/token` (mode 0600, in one step), for a hook that cannot sign by itself. Seconds that it is good for. */
export async function refresh({ server, folder }: Enrolled): Promise<number> {
  const { agent, signer } = await opened(folder);
  let token = await fetchToken(server, agent, signer);
  if (!token.ok && NOT_IN_USE.includes(token.refusal.code)) {
    const adopted = await adoptNext({ server, folder }, agent);
    if (adopted !== undefined) token = ok(adopted);
  }
  const { access_token: text, expires_in: lifeS } = orFailure(token);
  await writeToken(folder, text, lifeS, Date.now());
  return lifeS;
}

/** The same, if nobody else is at it and it is time: for hooks, which start it and cannot know. */
export function refreshIfDue(enrolled: Enrolled): Promise<void> {
  return renewAlone(enrolled.folder, async () => {
    if (await isTokenDue(enrolled.folder, Date.now())) await refresh(enrolled);
  });
}

/** Whether the key has been in use for so long that it is to be changed. */
export async function isKeyDue(folder: string): Promise<boolean> {
  const agent = await readAgent(folder);
  return agent !== undefined && Date.now() - (agent.keySinceMs ?? 0) >= AGENT_KEY_MS;
}

/**
 * Puts a new key in the place of the one in use. The new one is on the disk before the server hears of it, and the old one until the
 * server is known to have the new one: whatever is interrupted, one of the two is the agent's.
 */
export async function rotate({ server, folder }: Enrolled): Promise<void> {
  const { agent, signer } = await opened(folder);
  const next = (await readKey(folder, NEXT_KEY)) ?? (await createKeyFile(join(folder, NEXT_KEY)));
  const { agentId, issuer } = agent;
  const changed = await send(server, '/v1/agent-keys', AgentFile, {
    headers: {
      dpop: makeProof(next, { method: 'POST', url: `${issuer}/v1/agent-keys`, ...occasion() }),
      'content-type': 'application/json',
    },
    body: JSON.stringify({ clientAssertion: makeAssertion(signer, { agentId, issuer, ...occasion() }) }),
  });
  if (changed.ok) return takeNext(folder, agent);
  // It may have been changed before, and the answer was lost.
  const adopted = NOT_IN_USE.includes(changed.refusal.code) ? await adoptNext({ server, folder }, agent) : undefined;
  if (adopted === undefined) orFailure(changed);
}

/** Takes the next key for the agent's, where the server does; the token that it gave for it. */
async function adoptNext({ server, folder }: Enrolled, agent: AgentFile): Promise<Token | undefined> {
  const next = await readKey(folder, NEXT_KEY);
  if (next === undefined) return undefined;
  const token = await fetchToken(server, agent, next);
  if (!token.ok) return undefined;
  await takeNext(folder, agent);
  return token.value;
}

async function takeNext(folder: string, agent: AgentFile): Promise<void> {
  await rename(join(folder, NEXT_KEY), join(folder, KEY));
  await writeAgent(folder, { ...agent, keySinceMs: Date.now() });
}

function fetchToken(server: ServerUrl, { agentId, issuer }: AgentFile, signer: Signer): Promise<Result<Token>> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: makeAssertion(signer, { agentId, issuer, ...occasion() }),
  });
  return send(server, '/oauth/token', Token, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
}

async function opened(folder: string): Promise<{ readonly agent: AgentFile; readonly signer: Signer }> {
  const [agent, signer] = [await readAgent(folder), await readKey(folder, KEY)];
  if (signer === undefined || agent === undefined) {
    throw failure(EXIT.usage, `no agent is enrolled in ${folder}: run "acgs agent enrol <code>" first`);
  }
  return { agent, signer };
}

/** Refused: what the server refuses. Ends the command where it cannot be reached, or its answer cannot be read. */
async function send<T extends TSchema>(
  server: ServerUrl,
  path: string,
  schema: T,
  posted?: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<Result<Static<T>>> {
  let body: unknown;
  let response: Response;
  try {
    response = await request(server, path, {
      ...(posted === undefined ? {} : { method: 'POST', ...posted }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    body = await response.json();
  } catch (error) {
    throw failure(EXIT.unavailable, `${server} cannot be reached (${reasonOf(error)})`);
  }
  if (response.ok && Value.Check(schema, body)) return ok(body);
  const { title, error_description: description, code } = Value.Check(Problem, body) ? body : {};
  const told = title ?? description ?? `it answered ${response.status} in a form that is not known here`;
  if (response.status < 500 && code !== undefined) return refuse(code, told);
  throw failure(response.status < 500 ? EXIT.refused : EXIT.unavailable, told);
}

function orFailure<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw failure(EXIT.refused, `${result.refusal.message} [${result.refusal.code}]`);
}

function occasion() {
  return { nowMs: Date.now(), id: randomUUID() };
}
