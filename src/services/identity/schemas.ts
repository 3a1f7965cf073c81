import Type from 'typebox';
import { AGENT_STATUSES, SETTABLE_STATUSES } from '#domain/identity/agent.ts';
import { PERSON_STATUSES } from '#domain/identity/person.ts';
import { SIGN_IN_WAYS } from '#domain/identity/sign-in.ts';
import { list } from '#services/replies.ts';

const Id = Type.String({ minLength: 1, maxLength: 64 });
const Name = Type.String({ minLength: 1, maxLength: 128 });
const Names = Type.Array(Name, { maxItems: 64 });

export const IdParameters = Type.Object({ id: Id });

export const PersonBody = Type.Object(
  { id: Type.String({ maxLength: 128 }), name: Name, roles: Names },
  { additionalProperties: false },
);
export const RolesBody = Type.Object({ roles: Names }, { additionalProperties: false });
export const PersonStatusBody = Type.Object(
  { status: Type.Enum([...PERSON_STATUSES]) },
  { additionalProperties: false },
);
export const PersonReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  roles: list(Type.String()),
  status: Type.Enum([...PERSON_STATUSES]),
  /** The account that this person signs in with at the OpenID provider, and whether people here set the roles or groups there. */
  openid: Type.Optional(
    Type.Object({
      issuer: Type.String(),
      subject: Type.String(),
      rolesBy: Type.Enum(['directory', 'groups']),
    }),
  ),
});

export const AgentBody = Type.Object(
  { id: Type.String({ maxLength: 128 }), agent: Name, teams: Type.Optional(Names) },
  { additionalProperties: false },
);
export const AgentStatusBody = Type.Object(
  { status: Type.Enum([...SETTABLE_STATUSES]), why: Type.String({ minLength: 1, maxLength: 1024 }) },
  { additionalProperties: false },
);
export const AgentReply = Type.Object({
  id: Type.String(),
  agent: Type.String(),
  owner: Type.String(),
  teams: list(Type.String()),
  status: Type.Enum([...AGENT_STATUSES]),
  keyThumbprint: Type.Optional(Type.String()),
  keySinceMs: Type.Optional(Type.Number()),
});
export const InvitedReply = Type.Object({ id: Type.String(), code: Type.String(), expiresMs: Type.Number() });
export const EnrolmentBody = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 64 }) },
  { additionalProperties: false },
);
export const EnrolledReply = Type.Object({ agentId: Type.String(), agent: Type.String(), issuer: Type.String() });
export const AgentKeyBody = Type.Object(
  { clientAssertion: Type.String({ minLength: 1, maxLength: 4096 }) },
  { additionalProperties: false },
);

export const RotateBody = Type.Object({ forget: Type.Optional(Type.Boolean()) }, { additionalProperties: false });

/** Longer than a password may be: what is too long is told so, and by nobody before it is known to be in order. */
const PasswordText = Type.String({ minLength: 1, maxLength: 1024 });
export const PasswordBody = Type.Object(
  { person: Type.String({ minLength: 1, maxLength: 128 }), password: PasswordText },
  { additionalProperties: false },
);
export const PasswordChangeBody = Type.Object(
  { current: PasswordText, next: PasswordText },
  { additionalProperties: false },
);
export const InvitationBody = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 64 }), password: PasswordText },
  { additionalProperties: false },
);
export const LoginBody = Type.Union([PasswordBody, InvitationBody]);
export const PersonInvitedReply = Type.Object({
  person: Type.String(),
  code: Type.String(),
  expiresMs: Type.Number(),
});
/** As `PublicKeyCredential.toJSON` gives it; what is in it is for the verifier. */
const AuthenticatorBytes = Type.String({ pattern: '^[A-Za-z0-9_-]*$', maxLength: 16_384 });
const AuthenticatorAnswer = Type.Object({
  id: Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 2048 }),
  rawId: Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 2048 }),
  type: Type.Literal('public-key'),
  response: Type.Object({
    clientDataJSON: AuthenticatorBytes,
    attestationObject: Type.Optional(AuthenticatorBytes),
    authenticatorData: Type.Optional(AuthenticatorBytes),
    signature: Type.Optional(AuthenticatorBytes),
    userHandle: Type.Optional(Type.Union([AuthenticatorBytes, Type.Null()])),
  }),
});
export const PasskeyUseBody = Type.Object({ response: AuthenticatorAnswer }, { additionalProperties: false });
export const PasskeyBody = Type.Object({ name: Name, response: AuthenticatorAnswer }, { additionalProperties: false });
export const PasskeyReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  addedMs: Type.Number(),
  usedMs: Type.Optional(Type.Number()),
});
export const SignedInReply = Type.Object({ person: Type.String(), csrf: Type.String() });
/** Nothing at all is good, too: the sign-in of the cookie. */
export const SignOutBody = Type.Optional(
  Type.Union([
    Type.Null(),
    Type.Object(
      {
        everywhere: Type.Optional(Type.Boolean()),
        /** Of a login: it is over, too. */
        refreshToken: Type.Optional(Type.String({ maxLength: 256 })),
      },
      { additionalProperties: false },
    ),
  ]),
);

export const MeReply = Type.Object({
  kind: Type.Enum(['person', 'agent']),
  id: Type.String(),
  name: Type.Optional(Type.String()),
  roles: list(Type.String()),
  teams: list(Type.String()),
  /** Where a cookie was used. */
  signIn: Type.Optional(
    Type.Object({ csrf: Type.String(), expiresMs: Type.Number(), way: Type.Enum([...SIGN_IN_WAYS]) }),
  ),
});

/** RFC 6749, section 5.1; RFC 8693, section 2.2.1. */
export const TokenReply = Type.Object({
  access_token: Type.String(),
  token_type: Type.Enum(['Bearer', 'DPoP']),
  expires_in: Type.Integer(),
  issued_token_type: Type.Optional(Type.String()),
  /** Of a person's login (RFC 6749, section 6). */
  refresh_token: Type.Optional(Type.String()),
});
export const LoginTokenReply = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('DPoP'),
  expires_in: Type.Integer(),
  refresh_token: Type.String(),
});

/** RFC 8628, section 3.2. */
export const DeviceAuthorizationReply = Type.Object({
  device_code: Type.String(),
  user_code: Type.String(),
  verification_uri: Type.String(),
  verification_uri_complete: Type.String(),
  expires_in: Type.Integer(),
  interval: Type.Integer(),
});
export const DeviceGrantReply = Type.Object({
  code: Type.String(),
  machine: Type.String(),
  address: Type.String(),
  askedMs: Type.Number(),
  expiresMs: Type.Number(),
  state: Type.Enum(['waiting', 'approved', 'refused']),
});
export const DeviceAnswerBody = Type.Object(
  { answer: Type.Enum(['approve', 'refuse']) },
  { additionalProperties: false },
);

/** RFC 6749, section 5.2, with our own code. */
export const OauthErrorReply = Type.Object({
  error: Type.String(),
  error_description: Type.String(),
  code: Type.String(),
});
