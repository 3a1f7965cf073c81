import Type from 'typebox';
import type { Directory } from '#domain/identity/directory.ts';
import type { PrincipalRef } from '#domain/identity/identity-event.ts';
import { addPerson, type Person, setPersonStatus, setRoles } from '#domain/identity/person.ts';
import type { PersonId, Principal } from '#domain/identity/principal.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import type { IdentityRecord } from '#services/identity/record.ts';
import {
  IdParameters,
  MeReply,
  PersonBody,
  PersonReply,
  PersonStatusBody,
  RolesBody,
} from '#services/identity/schemas.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

export interface PeopleRouteDeps {
  readonly directory: Directory;
  readonly record: IdentityRecord;
  /** Roles that there are now: the constitution in force names some of them. */
  readonly assignableRoles: () => readonly string[];
  readonly nowMs: () => number;
}

/** Who works here, and in which roles. */
export function registerPeopleRoutes(app: EdgeServer, deps: PeopleRouteDeps): void {
  const { directory, record } = deps;

  app.get(
    '/v1/me',
    { config: { permission: 'self.read' }, schema: { summary: 'Who the caller is', response: { 200: MeReply } } },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const caller = callerOf(request);
      const { signIn } = request;
      const name = caller.kind === 'person' ? directory.person(caller.id)?.name : undefined;
      return {
        kind: caller.kind,
        id: caller.id,
        ...(name === undefined ? {} : { name }),
        roles: caller.kind === 'person' ? caller.roles : [],
        teams: caller.kind === 'agent' ? caller.teams : [],
        ...(signIn === undefined
          ? {}
          : { signIn: { csrf: signIn.csrf, expiresMs: signIn.expiresMs, way: signIn.way } }),
      };
    },
  );

  app.get(
    '/v1/people',
    {
      config: { permission: 'people.read' },
      schema: { summary: 'Everybody, by id', response: { 200: Type.Object({ people: list(PersonReply) }) } },
    },
    async () => ({ people: directory.people() }),
  );

  app.post(
    '/v1/people',
    {
      config: { permission: 'people.manage' },
      schema: { summary: 'Add a person', body: PersonBody, response: { 201: PersonReply } },
    },
    async (request, reply) => {
      const added = await record.change(() =>
        addPerson({
          ...request.body,
          by: refOf(callerOf(request)),
          assignable: deps.assignableRoles(),
          people: { count: directory.people().length, known: (id) => directory.person(id) !== undefined },
          nowMs: deps.nowMs(),
        }),
      );
      if (!added.ok) return sendProblem(reply, added.refusal);
      return reply.code(201).send(known(request.body.id));
    },
  );

  app.post(
    '/v1/people/:id/roles',
    {
      config: { permission: 'people.manage' },
      schema: {
        summary: "Set a person's roles",
        params: IdParameters,
        body: RolesBody,
        response: { 200: PersonReply },
      },
    },
    async (request, reply) => {
      const set = await record.change(() =>
        setRoles({
          person: find(request.params.id),
          roles: request.body.roles,
          assignable: deps.assignableRoles(),
          by: refOf(callerOf(request)),
          nowMs: deps.nowMs(),
        }),
      );
      return set.ok ? known(request.params.id) : sendProblem(reply, set.refusal);
    },
  );

  app.post(
    '/v1/people/:id/status',
    {
      config: { permission: 'people.manage' },
      schema: {
        summary: 'Suspend or reinstate a person',
        params: IdParameters,
        body: PersonStatusBody,
        response: { 200: PersonReply },
      },
    },
    async (request, reply) => {
      const set = await record.change(() =>
        setPersonStatus({
          person: find(request.params.id),
          status: request.body.status,
          by: refOf(callerOf(request)),
          nowMs: deps.nowMs(),
        }),
      );
      return set.ok ? known(request.params.id) : sendProblem(reply, set.refusal);
    },
  );

  function find(id: string): Person | undefined {
    return directory.person(id as PersonId); // looked up, not trusted
  }

  function known(id: string): Person {
    const person = find(id);
    if (person === undefined) throw new Error('a person who was just changed is not in the directory');
    return person;
  }
}

export function refOf({ kind, id }: Principal): PrincipalRef {
  return { kind, id };
}
