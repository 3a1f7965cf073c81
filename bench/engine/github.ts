import type { Entity, EntityUid } from '#domain/policy/authorization.ts';
import { type Model, REQUEST_COUNT, ref } from './application.ts';

const ROLES = ['readers', 'triagers', 'writers', 'maintainers', 'admins'] as const;

/** Teams of a user, teams that a team is part of, and grants of each role on a repository. */
const CONNECTED = 0.05;

/**
 * Repositories with five roles, each including the one before, granted to users, nested teams and whole organisations,
 * as in the second application of the Cedar paper (OOPSLA 2024) after OpenFGA's sample store.
 */
export const GITHUB: Model = {
  name: 'github',
  schema: `
    entity Role in [Role];
    entity Team in [Team, Role];
    entity Organization { readers: Role, writers: Role, admins: Role };
    entity User in [Team, Role];
    entity Repository { owner: Organization, readers: Role, triagers: Role, writers: Role, maintainers: Role, admins: Role };
    action pull, fork, label, push, settings, "delete" appliesTo { principal: User, resource: Repository };
  `,
  policies: `
    @id("readers") permit (principal, action in [Action::"pull", Action::"fork"], resource) when { principal in resource.readers };
    @id("triagers") permit (principal, action == Action::"label", resource) when { principal in resource.triagers };
    @id("writers") permit (principal, action == Action::"push", resource) when { principal in resource.writers };
    @id("maintainers") permit (principal, action == Action::"settings", resource) when { principal in resource.maintainers };
    @id("admins") permit (principal, action == Action::"delete", resource) when { principal in resource.admins };
    @id("org-readers") permit (principal, action in [Action::"pull", Action::"fork"], resource) when { principal in resource.owner.readers };
    @id("org-writers") permit (principal, action == Action::"push", resource) when { principal in resource.owner.writers };
    @id("org-admins") permit (principal, action, resource) when { principal in resource.owner.admins };
  `,
  generate(size, random) {
    const all = (type: string) =>
      Array.from({ length: size }, (_, index): EntityUid => ({ type, id: `${type.toLowerCase()}-${index}` }));
    const [users, teams, organizations, repositories] = [
      all('User'),
      all('Team'),
      all('Organization'),
      all('Repository'),
    ];
    const some = (uids: readonly EntityUid[], probability = CONNECTED) => uids.filter(() => random.chance(probability));
    const roleOf = (holder: EntityUid, role: string): EntityUid => ({ type: 'Role', id: `${holder.id} ${role}` });
    const entities: Entity[] = [];
    // The roles that have been granted, by who has them.
    const granted = new Map<EntityUid, EntityUid[]>([...users, ...teams].map((uid) => [uid, []]));
    const addRoles = (holder: EntityUid, names: readonly string[]) => {
      for (const [index, name] of names.entries()) {
        const below = names[index - 1];
        entities.push({
          uid: roleOf(holder, name),
          attrs: {},
          parents: below === undefined ? [] : [roleOf(holder, below)],
        });
        for (const uid of some([...users, ...teams], CONNECTED / names.length))
          granted.get(uid)?.push(roleOf(holder, name));
      }
      return Object.fromEntries(names.map((name) => [name, ref(roleOf(holder, name))]));
    };
    for (const uid of organizations)
      entities.push({ uid, attrs: addRoles(uid, ['readers', 'writers', 'admins']), parents: [] });
    for (const uid of repositories)
      entities.push({ uid, attrs: { owner: ref(random.pick(organizations)), ...addRoles(uid, ROLES) }, parents: [] });
    for (const [index, uid] of teams.entries())
      entities.push({ uid, attrs: {}, parents: [...some(teams.slice(0, index)), ...(granted.get(uid) ?? [])] });
    for (const uid of users) entities.push({ uid, attrs: {}, parents: [...some(teams), ...(granted.get(uid) ?? [])] });
    const requests = Array.from({ length: REQUEST_COUNT }, () => ({
      principal: random.pick(users),
      action: { type: 'Action', id: random.pick(['pull', 'fork', 'label', 'push', 'settings', 'delete']) },
      resource: random.pick(repositories),
      context: {},
    }));
    return { entities, requests };
  },
};
