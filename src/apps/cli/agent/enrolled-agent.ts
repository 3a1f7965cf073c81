import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import Type, { type TSchema } from 'typebox';
import Value from 'typebox/value';
import { createKeyFile, readKeyFile } from '#adapters/key-file/key-file.ts';
import { reasonOf } from '#apps/cli/client.ts';
import { request, type ServerUrl } from '#apps/cli/connection.ts';
import { failure } from '#apps/cli/failure.ts';
import { EXIT } from '#apps/cli/io.ts';
import { makeAssertion, makeProof } from '#domain/identity/holder.ts';
import type { Signer } from '#domain/signature/ed25519.ts';

const ANSWER_MS_MAX = 10_000;

/** What is kept of an enrolled agent, beside its key: where it belongs. */
const AgentFile = Type.Object({ agentId: Type.String(), agent: Type.String(), issuer: Type.String() });
const Token = Type.Object({ access_token: Type.String(), expires_in: Type.Number() });
const Problem = Type.Object({
  title: Type.Optional(Type.String()),
  error_description: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
});

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Enrols by a one-time code: makes a key that never leaves `folder`, proves it, and keeps where the agent belongs. A key that is
 * there already is used again: an enrolment whose answer was lost may have happened.
 */
export async function enrol(given: {
  readonly server: ServerUrl;
  readonly folder: string;
  readonly code: string;
}): Promise<Type.Static<typeof AgentFile>> {
  await mkdir(given.folder, { recursive: true, mode: 0o700 });
  const signer = (await keyOf(given.folder)) ?? (await createKeyFile(join(given.folder, 'key.pem')));
  const { issuer } = await send(
    given.server,
    '/.well-known/oauth-authorization-server',
    Type.Object({ issuer: Type.String() }),
  );
  const proof = makeProof(signer, { method: 'POST', url: `${issuer}/v1/enrolments`, ...occasion() });
  const agent = await send(given.server, '/v1/enrolments', AgentFile, {
    headers: { dpop: proof, 'content-type': 'application/json' },
    body: JSON.stringify({ code: given.code }),
  });
  await write(join(given.folder, 'agent.json'), `${JSON.stringify(agent, null, 2)}\n`);
  return agent;
}

/** A fresh token into `<folder>/token` (mode 0600, in one step), for a hook that cannot sign by itself. Seconds that it is good for. */
export async function refresh(given: { readonly server: ServerUrl; readonly folder: string }): Promise<number> {
  const signer = await keyOf(given.folder);
  const agent: unknown = await readFile(join(given.folder, 'agent.json'), 'utf8').then(JSON.parse, () => undefined);
  if (signer === undefined || !Value.Check(AgentFile, agent)) {
    throw failure(EXIT.usage, `no agent is enrolled in ${given.folder}: run "acgs agent enrol <code>" first`);
  }
  const { agentId, issuer } = agent;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: makeAssertion(signer, { agentId, issuer, ...occasion() }),
  });
  const token = await send(given.server, '/oauth/token', Token, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  await write(join(given.folder, 'token'), `${token.access_token}\n`);
  return token.expires_in;
}

async function keyOf(folder: string): Promise<Signer | undefined> {
  const key = await readKeyFile(join(folder, 'key.pem'));
  if (key.ok) return key.value;
  if (key.refusal.code === 'private-key-missing') return undefined;
  throw failure(EXIT.usage, key.refusal.message);
}

async function send<T extends TSchema>(
  server: ServerUrl,
  path: string,
  schema: T,
  posted?: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<Type.Static<T>> {
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
  if (response.ok && Value.Check(schema, body)) return body;
  const { title, error_description: description, code } = Value.Check(Problem, body) ? body : {};
  const told = title ?? description ?? `it answered ${response.status} in a form that is not known here`;
  throw failure(
    response.status < 500 ? EXIT.refused : EXIT.unavailable,
    code === undefined ? told : `${told} [${code}]`,
  );
}

function occasion() {
  return { nowMs: Date.now(), id: randomUUID() };
}

/** Readers see the old content or the new one, never a part. */
async function write(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
