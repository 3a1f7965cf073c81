import { type TSchema, Type } from 'typebox';
import { SETTABLE_STATUSES } from '#domain/identity/agent.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import { AUTHENTICATION_METHODS } from '#domain/identity/identity-event.ts';
import { PERSON_STATUSES } from '#domain/identity/person.ts';

/** The shape of identity events in a journal. */
const text = Type.String();
const texts = Type.Array(text);
const timeMs = Type.Number();
const digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const PrincipalRef = Type.Object({ kind: Type.Enum(['person', 'agent']), id: text });
const by = PrincipalRef;
const AgentKey = Type.Object({ thumbprint: text, publicKey: text, sinceMs: timeMs });

const openid = Type.Object({ issuer: text, subject: text, rolesBy: Type.Enum(['directory', 'groups']) });

const byPerson = { by, personId: text };
const keyed = { agentId: text, key: AgentKey };

/** What each kind has beside `kind` and `timeMs`: a new kind does not compile until it is here. */
const FIELDS: { readonly [Kind in IdentityEvent['kind']]: Readonly<Record<string, TSchema>> } = {
  'person-added': { ...byPerson, name: text, roles: texts },
  'person-roles-set': { ...byPerson, roles: texts },
  'person-status-set': { ...byPerson, status: Type.Enum([...PERSON_STATUSES]) },
  'person-bound': { by: Type.Optional(by), personId: text, openid },
  'person-unbound': byPerson,
  'person-provisioned': { personId: text, name: text, roles: texts, openid },
  'person-regrouped': { personId: text, roles: texts },
  'agent-invited': {
    by,
    agentId: text,
    agent: text,
    owner: text,
    teams: texts,
    codeSha256: digest,
    expiresMs: timeMs,
  },
  'agent-enrolled': keyed,
  'agent-key-rotated': keyed,
  'agent-status-set': { by, agentId: text, status: Type.Enum([...SETTABLE_STATUSES]), why: text },
  'token-revoked': { by, tokenId: text, expiresMs: timeMs },
  'signed-in': {
    personId: text,
    method: Type.Enum([...AUTHENTICATION_METHODS]),
    address: text,
    issuer: Type.Optional(text),
  },
  'signed-out': { personId: text, everywhere: Type.Boolean() },
  'authentication-refused': {
    subject: Type.Optional(PrincipalRef),
    method: Type.Enum([...AUTHENTICATION_METHODS]),
    code: text,
    address: text,
  },
  'locked-out': { subject: Type.Optional(PrincipalRef), address: text, untilMs: timeMs },
  'password-set': byPerson,
  'person-invited': { ...byPerson, expiresMs: timeMs },
  'passkey-added': { ...byPerson, passkeyId: text },
  'passkey-removed': { ...byPerson, passkeyId: text },
  'token-issued': {
    agentId: text,
    tokenId: text,
    bound: Type.Boolean(),
    onBehalfOf: Type.Optional(PrincipalRef),
    expiresMs: timeMs,
  },
  'signing-key-rotated': { by: Type.Optional(by), keyId: text },
};

export const IdentityEventSchema = Type.Union(
  Object.entries(FIELDS).map(([kind, fields]) => Type.Object({ kind: Type.Literal(kind), timeMs, ...fields })),
);
