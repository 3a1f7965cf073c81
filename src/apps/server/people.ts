import type { Directory, RoleHolders } from '#domain/identity/directory.ts';

/** Those of the directory, and those whom only the token file knows. Whom the directory knows, it alone speaks for. */
export function peopleOf(directory: Directory, tokenHolders: RoleHolders): RoleHolders {
  return {
    peopleWithRole(role) {
      const others = tokenHolders.peopleWithRole(role).filter(({ id }) => directory.person(id) === undefined);
      return [...directory.peopleWithRole(role), ...others];
    },
  };
}
