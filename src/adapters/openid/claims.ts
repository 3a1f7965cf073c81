/** Claims of an ID token or of a userinfo answer, of whatever types. */
export type Claims = Readonly<Record<string, unknown>>;

/** Characters of a name, and groups of an account, that are looked at. */
const NAME_CHARACTERS_MAX = 128;
const GROUPS_MAX = 2_000;

/** The address, where the provider says beside it that it has verified it: `true`, and nothing that only looks like it. */
export function emailOf({ email, email_verified: isVerified }: Claims): string | undefined {
  return typeof email === 'string' && isVerified === true ? email : undefined;
}

/** Without characters that would move a cursor in somebody's terminal. */
export function nameOf({ name }: Claims): string | undefined {
  if (typeof name !== 'string') return undefined;
  const visible = name.replace(/\p{C}/gu, '').trim().slice(0, NAME_CHARACTERS_MAX);
  return visible === '' ? undefined : visible;
}

/** A list of texts, or one text. */
export function groupsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return [];
  return value.slice(0, GROUPS_MAX).filter((group) => typeof group === 'string');
}
