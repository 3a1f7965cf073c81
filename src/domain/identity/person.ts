import type { IdentityEvent, PrincipalRef } from '#domain/identity/identity-event.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** A person whom the installation knows. What proves that somebody is this person (password, passkey) is kept elsewhere. */
export interface Person {
  readonly id: PersonId;
  /** For people to read. */
  readonly name: string;
  /** Standing roles and approver roles, sorted, each once. */
  readonly roles: readonly string[];
  readonly status: PersonStatus;
  /** Absent: does not sign in at the OpenID provider. */
  readonly openid?: OpenidBinding;
}

/** The account at an OpenID provider that is this person's: `sub` of this `iss`, to the letter. */
export interface OpenidBinding {
  readonly issuer: string;
  readonly subject: string;
  /** Whether people here set the roles, or the groups at the provider do, with each sign-in. */
  readonly rolesBy: 'directory' | 'groups';
}

export const PERSON_STATUSES = ['active', 'suspended'] as const;
export type PersonStatus = (typeof PERSON_STATUSES)[number];

/** Whom the directory holds; what a team of any size stays far below. */
export const PEOPLE_MAX = 10_000;

/** An id as people and policies write it: lower case, so that two people cannot differ in case alone. At most 64 characters. */
const PERSON_ID = /^[a-z0-9][a-z0-9._@+-]{0,63}$/;

export type PersonRefusalCode =
  | 'person-id-malformed'
  | 'person-exists'
  | 'person-unknown'
  | 'person-self'
  | 'role-unknown'
  | 'directory-full';

interface Change {
  readonly by: PrincipalRef;
  readonly nowMs: number;
}

export function parsePersonId(text: string): Result<PersonId, 'person-id-malformed'> {
  if (!PERSON_ID.test(text)) {
    return refuse(
      'person-id-malformed',
      'The id of a person has 1 to 64 characters: a-z, 0-9, and . _ @ + - after the first.',
    );
  }
  return ok(text as PersonId); // minted here, of the form that was just checked
}

/** A new person, active at once. `assignable` are the roles that there are. */
export function addPerson(
  input: Change & {
    readonly id: string;
    readonly name: string;
    readonly roles: readonly string[];
    readonly assignable: readonly string[];
    readonly people: { readonly count: number; readonly known: (id: PersonId) => boolean };
  },
): Result<IdentityEvent, PersonRefusalCode> {
  const id = parsePersonId(input.id);
  if (!id.ok) return id;
  if (input.people.known(id.value)) return refuse('person-exists', `There is a person "${id.value}" already.`);
  if (input.people.count >= PEOPLE_MAX) return refuse('directory-full', `At most ${PEOPLE_MAX} people are kept.`);
  const roles = parseRoles(input.roles, input.assignable);
  if (!roles.ok) return roles;
  return ok({
    kind: 'person-added',
    timeMs: input.nowMs,
    by: input.by,
    personId: id.value,
    name: input.name,
    roles: roles.value,
  });
}

/** Nobody changes their own roles: who may grant approvals is decided by somebody else. */
export function setRoles(
  input: Change & {
    readonly person: Person | undefined;
    readonly roles: readonly string[];
    readonly assignable: readonly string[];
  },
): Result<IdentityEvent, PersonRefusalCode> {
  const { person } = input;
  if (person === undefined) return unknownPerson();
  if (isSelf(person, input.by)) return refuse('person-self', 'Nobody changes their own roles.');
  const roles = parseRoles(input.roles, input.assignable);
  if (!roles.ok) return roles;
  return ok({
    kind: 'person-roles-set',
    timeMs: input.nowMs,
    by: input.by,
    personId: person.id,
    roles: roles.value,
  });
}

/** Suspends or reinstates. Nobody does it to themselves: a suspended person could not undo it, a reinstated one should not. */
export function setPersonStatus(
  input: Change & { readonly person: Person | undefined; readonly status: PersonStatus },
): Result<IdentityEvent, PersonRefusalCode> {
  const { person } = input;
  if (person === undefined) return unknownPerson();
  if (isSelf(person, input.by)) return refuse('person-self', 'Nobody suspends or reinstates themselves.');
  return ok({
    kind: 'person-status-set',
    timeMs: input.nowMs,
    by: input.by,
    personId: person.id,
    status: input.status,
  });
}

function isSelf(person: Person, by: PrincipalRef): boolean {
  return by.kind === 'person' && by.id === person.id;
}

function unknownPerson() {
  return refuse('person-unknown', 'There is no such person.');
}

function parseRoles(
  roles: readonly string[],
  assignable: readonly string[],
): Result<readonly string[], 'role-unknown'> {
  const wrong = roles.find((role) => !assignable.includes(role));
  if (wrong !== undefined) {
    return refuse('role-unknown', `There is no role "${wrong}". There are: ${assignable.join(', ')}.`);
  }
  return ok([...new Set(roles)].sort());
}
