import type { Entity, EntityUid } from '#domain/policy/authorization.ts';
import { type Model, REQUEST_COUNT, ref } from './application.ts';

const CONNECTED = 0.05;

/** Task lists with owners, readers and writers, in nested teams: the third application of the Cedar paper (OOPSLA 2024). */
export const TINYTODO: Model = {
  name: 'tinytodo',
  schema: `
    entity Application;
    entity Team in [Team, Application];
    entity User in [Team, Application];
    entity List in [Application] { owner: User, readers: Team, writers: Team };
    action createList, getLists appliesTo { principal: User, resource: Application };
    action getList, updateList, deleteList, createTask, updateTask, deleteTask, editShare appliesTo { principal: User, resource: List };
  `,
  policies: `
    @id("create") permit (principal, action in [Action::"createList", Action::"getLists"], resource == Application::"TinyTodo");
    @id("owner") permit (principal, action, resource is List) when { resource.owner == principal };
    @id("read") permit (principal, action == Action::"getList", resource)
    when { principal in resource.readers || principal in resource.writers };
    @id("write")
    permit (principal, action in [Action::"updateList", Action::"createTask", Action::"updateTask", Action::"deleteTask"], resource)
    when { principal in resource.writers };
    @id("interns") forbid (principal in Team::"interns", action == Action::"createList", resource == Application::"TinyTodo");
  `,
  generate(size, random) {
    const application: EntityUid = { type: 'Application', id: 'TinyTodo' };
    const all = (type: string) =>
      Array.from({ length: size }, (_, index): EntityUid => ({ type, id: `${type.toLowerCase()}-${index}` }));
    const users = all('User');
    const teams: readonly EntityUid[] = [{ type: 'Team', id: 'interns' }, ...all('Team')];
    const lists = all('List');
    const some = (uids: readonly EntityUid[]) => uids.filter(() => random.chance(CONNECTED));
    const entities: Entity[] = [
      { uid: application, attrs: {}, parents: [] },
      ...users.map((uid) => ({ uid, attrs: {}, parents: [application, ...some(teams)] })),
      ...teams.map((uid, index) => ({ uid, attrs: {}, parents: [application, ...some(teams.slice(0, index))] })),
      ...lists.map((uid) => ({
        uid,
        attrs: { owner: ref(random.pick(users)), readers: ref(random.pick(teams)), writers: ref(random.pick(teams)) },
        parents: [application],
      })),
    ];
    const requests = Array.from({ length: REQUEST_COUNT }, () => {
      const id = random.pick([
        'createList',
        'getLists',
        'getList',
        'getList',
        'updateList',
        'createTask',
        'updateTask',
        'deleteTask',
        'deleteList',
      ]);
      return {
        principal: random.pick(users),
        action: { type: 'Action', id },
        resource: id === 'createList' || id === 'getLists' ? application : random.pick(lists),
        context: {},
      };
    });
    return { entities, requests };
  },
};
