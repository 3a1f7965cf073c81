import type { Directory } from '#domain/identity/directory.ts';
import type { IdentityEvent, PrincipalRef } from '#domain/identity/identity-event.ts';
import type { OpenidAccount, OpenidProof } from '#domain/identity/openid-provider.ts';
import { PEOPLE_MAX, type Person, parsePersonId } from '#domain/identity/person.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { sha256Hex } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/**
 * Who is let in. Both ways are off until an operator configures them: then only accounts count that somebody has bound to a person.
 */
export interface OpenidAdmission {
  /** A person whose id is the account's verified e-mail address is that account's, from its first sign-in on. */
  readonly byEmail: boolean;
  /** Roles by group; whoever is in one of these groups becomes a person at their first sign-in. */
  readonly rolesByGroup: ReadonlyMap<string, readonly string[]>;
}

export type OpenidPersonRefusalCode =
  | 'openid-person-unknown'
  | 'openid-person-taken'
  | 'openid-no-group'
  | 'directory-full';

/** Whose account it is; or what has to be written down first, after which it is asked again. */
export type Settled =
  | { readonly kind: 'known'; readonly personId: PersonId }
  | { readonly kind: 'change'; readonly event: IdentityEvent };

/** Characters of a name that are kept, as for people who are added by hand. */
const NAME_CHARACTERS_MAX = 128;

/**
 * Whom an account stands for. An account that is bound to a person is that person's, whatever its e-mail address has become. Nothing
 * that people at the provider choose for themselves (names, addresses that it has not verified) makes anybody somebody else.
 */
export function settleOpenidPerson(
  proof: OpenidProof,
  known: {
    readonly directory: Pick<Directory, 'person' | 'people'>;
    readonly admission: OpenidAdmission;
    /** Roles that there are now; others that a group is said to give are left out. */
    readonly assignable: readonly string[];
    readonly nowMs: number;
  },
): Result<Settled, OpenidPersonRefusalCode> {
  const { directory, admission, nowMs } = known;
  const { account } = proof;
  const people = directory.people();
  const roles = rolesOf(proof.groups, known);
  const bound = people.find(({ openid }) => openid !== undefined && isSameAccount(openid, account));
  if (bound !== undefined) return ofBound(bound, roles, nowMs);

  const id = idOfEmail(proof.verifiedEmail);
  const named = id === undefined ? undefined : directory.person(id);
  if (named !== undefined) {
    if (!admission.byEmail) return unknown(account);
    // Addresses are given to other people when somebody leaves; the account is not.
    if (named.openid !== undefined) {
      return refuse('openid-person-taken', `${named.id} signs in with another account: an operator can unbind it.`);
    }
    return change({
      kind: 'person-bound',
      timeMs: nowMs,
      personId: named.id,
      openid: { ...account, rolesBy: 'directory' },
    });
  }
  if (roles === undefined) return unknown(account);
  if (people.length >= PEOPLE_MAX) return refuse('directory-full', `At most ${PEOPLE_MAX} people are kept.`);
  const personId = id ?? idOfAccount(account);
  const name = proof.name ?? proof.verifiedEmail ?? personId;
  return change({
    kind: 'person-provisioned',
    timeMs: nowMs,
    personId,
    name: name.slice(0, NAME_CHARACTERS_MAX),
    roles,
    openid: { ...account, rolesBy: 'groups' },
  });
}

function ofBound(
  person: Person,
  roles: readonly string[] | undefined,
  nowMs: number,
): Result<Settled, OpenidPersonRefusalCode> {
  const settled: Settled = { kind: 'known', personId: person.id };
  if (person.openid?.rolesBy !== 'groups') return ok(settled);
  const now = roles ?? [];
  // Written down also when nothing is left: tokens of this person lose what the groups gave, too.
  if (now.join() !== person.roles.join()) {
    return change({ kind: 'person-regrouped', timeMs: nowMs, personId: person.id, roles: now });
  }
  return roles === undefined
    ? refuse('openid-no-group', 'Your account is in no group that may sign in here any more.')
    : ok(settled);
}

/** Roles by the groups of an account, sorted, each once; undefined when it is in no group that counts. */
function rolesOf(
  groups: readonly string[],
  { admission, assignable }: { readonly admission: OpenidAdmission; readonly assignable: readonly string[] },
): readonly string[] | undefined {
  const counting = groups.filter((group) => admission.rolesByGroup.has(group));
  if (counting.length === 0) return undefined;
  const roles = counting.flatMap((group) => admission.rolesByGroup.get(group) ?? []);
  return [...new Set(roles)].filter((role) => assignable.includes(role)).sort();
}

/** @returns undefined for an address that cannot be an id. Only ASCII is put in lower case: `K` (U+212A) must not become a `k`. */
function idOfEmail(email: string | undefined): PersonId | undefined {
  if (email === undefined || !/^[\x21-\x7e]+@[\x21-\x7e]+$/.test(email)) return undefined;
  const id = parsePersonId(email.toLowerCase());
  return id.ok ? id.value : undefined;
}

/** Of an account without an address that counts: nobody can choose it, and it stays the same. */
function idOfAccount({ issuer, subject }: OpenidAccount): PersonId {
  const id = parsePersonId(`openid-${sha256Hex(`${issuer}\n${subject}`).slice(0, 32)}`);
  if (!id.ok) throw new Error(id.refusal.message);
  return id.value;
}

export function isSameAccount(a: OpenidAccount, b: OpenidAccount): boolean {
  return a.issuer === b.issuer && a.subject === b.subject;
}

function change(event: IdentityEvent): Result<Settled, OpenidPersonRefusalCode> {
  return ok({ kind: 'change', event });
}

/** Says which account it was: an operator needs it to bind it, and it is the caller's own. */
function unknown({ issuer, subject }: OpenidAccount) {
  return refuse(
    'openid-person-unknown',
    `Nobody here has your account (subject ${subject}): ask an operator to bind it.`,
    `subject ${subject} of ${issuer}`,
  );
}

/** OpenID Connect Core, section 2: at most 255 ASCII characters. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

interface BindingChange {
  readonly personId: string;
  readonly directory: Pick<Directory, 'person' | 'people'>;
  readonly by: PrincipalRef;
  readonly nowMs: number;
}

/** By an operator, who has it from the provider whose account it is; in the place of the one that the person had. */
export function bindAccount(
  input: BindingChange & { readonly account: OpenidAccount },
): Result<IdentityEvent, 'person-unknown' | 'openid-subject-malformed' | 'openid-person-taken'> {
  const { account, directory, by, nowMs } = input;
  const person = directory.people().find(({ id }) => id === input.personId);
  if (person === undefined) return unknownPerson();
  if (!SUBJECT.test(account.subject)) {
    return refuse('openid-subject-malformed', 'A subject has 1 to 255 ASCII characters; the provider shows it.');
  }
  const other = directory
    .people()
    .find(({ id, openid }) => id !== person.id && openid !== undefined && isSameAccount(openid, account));
  if (other !== undefined) return refuse('openid-person-taken', `The account is ${other.id}'s.`);
  const openid = { ...account, rolesBy: 'directory' } as const;
  return ok({ kind: 'person-bound', timeMs: nowMs, by, personId: person.id, openid });
}

export function unbindAccount({
  personId,
  directory,
  by,
  nowMs,
}: BindingChange): Result<IdentityEvent, 'person-unknown'> {
  const person = directory.people().find(({ id }) => id === personId);
  return person === undefined
    ? unknownPerson()
    : ok({ kind: 'person-unbound', timeMs: nowMs, by, personId: person.id });
}

function unknownPerson() {
  return refuse('person-unknown', 'There is no such person.');
}
