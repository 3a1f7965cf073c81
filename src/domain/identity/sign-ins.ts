import type { PersonId } from '#domain/identity/principal.ts';
import type { SignIn } from '#domain/identity/sign-in.ts';

/** Browsers in which one person is signed in at a time; one more, and the one that was used longest ago is signed out. */
export const SIGN_INS_PER_PERSON_MAX = 10;
/** Of everybody together: the file that they are kept in stays below 5 MB. */
export const SIGN_INS_MAX = 20_000;

/** All sign-ins there are, by the hash of their secret. */
export interface SignIns {
  find(sha256: string): SignIn | undefined;
  add(signIn: SignIn): void;
  /** It was used just now. */
  touch(sha256: string, nowMs: number): void;
  remove(sha256: string): SignIn | undefined;
  /** All of one person; how many there were. */
  removeAllOf(personId: PersonId): number;
  /**
   * Those that were made at the OpenID provider and that it has ended: of one person, of one session of its own, or of both. A
   * person's sign-in whose session it never named is meant by any of them. Gives back whose they were.
   */
  removeOfProvider(ended: { readonly personId?: PersonId; readonly openidSession?: string }): readonly PersonId[];
  list(): readonly SignIn[];
}

/** Where they outlive the process. */
export interface SignInStore {
  /** Keeps all of them, as they are when the write begins. Rejects when they cannot be kept. */
  save(signIns: () => readonly SignIn[]): Promise<void>;
  /** When nothing is being written any more, whether or not it could be. */
  settled(): Promise<void>;
}

export function createSignIns(kept: readonly SignIn[] = []): SignIns {
  /** The one that was used longest ago comes first. */
  const signIns = new Map(kept.toSorted((a, b) => a.usedMs - b.usedMs).map((signIn) => [signIn.sha256, signIn]));

  const of = (personId: PersonId) => [...signIns.values()].filter((signIn) => signIn.personId === personId);

  return {
    find: (sha256) => signIns.get(sha256),
    add(signIn) {
      const others = of(signIn.personId);
      const oldest = others.length < SIGN_INS_PER_PERSON_MAX ? undefined : others[0];
      if (oldest !== undefined) signIns.delete(oldest.sha256);
      const [first] = signIns.keys();
      if (signIns.size >= SIGN_INS_MAX && first !== undefined) signIns.delete(first);
      signIns.set(signIn.sha256, signIn);
    },
    touch(sha256, nowMs) {
      const signIn = signIns.get(sha256);
      if (signIn === undefined) return;
      signIns.delete(sha256);
      signIns.set(sha256, { ...signIn, usedMs: Math.max(nowMs, signIn.usedMs) });
    },
    remove(sha256) {
      const signIn = signIns.get(sha256);
      signIns.delete(sha256);
      return signIn;
    },
    removeAllOf(personId) {
      const gone = of(personId);
      for (const { sha256 } of gone) signIns.delete(sha256);
      return gone.length;
    },
    removeOfProvider({ personId, openidSession }) {
      const gone = [...signIns.values()].filter((signIn) => {
        if (signIn.way !== 'openid') return false;
        if (personId !== undefined && signIn.personId !== personId) return false;
        const known = signIn.openidSession;
        return (
          openidSession === undefined || known === openidSession || (known === undefined && personId !== undefined)
        );
      });
      for (const { sha256 } of gone) signIns.delete(sha256);
      return [...new Set(gone.map((signIn) => signIn.personId))];
    },
    list: () => [...signIns.values()],
  };
}
