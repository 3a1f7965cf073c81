import type { Entity, EntityUid } from '#domain/policy/authorization.ts';
import { type Model, REQUEST_COUNT, ref } from './application.ts';

/** How likely any two things are connected: a user in a group, a document in a folder, a folder shared with a group. */
const CONNECTED = 0.05;

/**
 * Documents and folders that are owned, shared for viewing and public, as in the first application of the Cedar paper
 * (OOPSLA 2024) after OpenFGA's sample store. What may be seen hangs below a `View`, one for each user and each group.
 */
export const GDRIVE: Model = {
  name: 'gdrive',
  schema: `
    entity Group;
    entity View in [View];
    entity User in [Group] { views: View, ownedDocuments: Set<Document>, ownedFolders: Set<Folder> };
    entity Folder in [Folder, View];
    entity Document in [Folder, View] { public: Bool };
    action read, write, share, changeOwner appliesTo { principal: User, resource: Document };
    action createDocument appliesTo { principal: User, resource: Folder };
  `,
  policies: `
    @id("view") permit (principal, action == Action::"read", resource) when { resource in principal.views };
    @id("public") permit (principal, action == Action::"read", resource) when { resource.public };
    @id("owner-document")
    permit (principal, action in [Action::"read", Action::"write", Action::"share", Action::"changeOwner"], resource)
    when { principal.ownedDocuments.contains(resource) };
    @id("owner-folder")
    permit (principal, action in [Action::"read", Action::"write", Action::"share"], resource)
    when { resource in principal.ownedFolders };
    @id("create") permit (principal, action == Action::"createDocument", resource)
    when { principal.ownedFolders.contains(resource) };
  `,
  generate(size, random) {
    const all = (type: string) =>
      Array.from({ length: size }, (_, index): EntityUid => ({ type, id: `${type.toLowerCase()}-${index}` }));
    const [users, groups, documents, folders] = [all('User'), all('Group'), all('Document'), all('Folder')];
    const some = (uids: readonly EntityUid[]) => uids.filter(() => random.chance(CONNECTED));
    const viewOf = ({ type, id }: EntityUid): EntityUid => ({ type: 'View', id: `${type} ${id}` });
    const entities: Entity[] = [];
    const members = new Map<string, EntityUid[]>(groups.map(({ id }) => [id, []]));
    for (const uid of users) {
      const parents = some(groups);
      for (const group of parents) members.get(group.id)?.push(uid);
      entities.push({
        uid,
        attrs: {
          views: ref(viewOf(uid)),
          ownedDocuments: some(documents).map(ref),
          ownedFolders: some(folders).map(ref),
        },
        parents,
      });
      entities.push({ uid: viewOf(uid), attrs: {}, parents: [] });
    }
    for (const uid of groups) {
      entities.push({ uid, attrs: {}, parents: [] });
      entities.push({ uid: viewOf(uid), attrs: {}, parents: (members.get(uid.id) ?? []).map(viewOf) });
    }
    const shared = () => [...some(users), ...some(groups)].map(viewOf);
    for (const [index, uid] of folders.entries())
      entities.push({ uid, attrs: {}, parents: [...some(folders.slice(0, index)), ...shared()] });
    for (const uid of documents)
      entities.push({ uid, attrs: { public: random.chance(0.2) }, parents: [...some(folders), ...shared()] });
    const requests = Array.from({ length: REQUEST_COUNT }, () => {
      const id = random.pick(['read', 'read', 'write', 'share', 'changeOwner', 'createDocument']);
      return {
        principal: random.pick(users),
        action: { type: 'Action', id },
        resource: random.pick(id === 'createDocument' ? folders : documents),
        context: {},
      };
    });
    return { entities, requests };
  },
};
