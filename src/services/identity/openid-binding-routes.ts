import Type from 'typebox';
import type { Directory } from '#domain/identity/directory.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import { bindAccount, unbindAccount } from '#domain/identity/openid-person.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import type { IdentityRecord } from '#services/identity/record.ts';
import { refOf } from '#services/identity/routes/people.ts';
import { IdParameters, PersonReply } from '#services/identity/schemas.ts';
import { sendProblem } from '#services/problem.ts';

const BindingBody = Type.Object(
  { subject: Type.Union([Type.String({ maxLength: 1_024 }), Type.Null()]) },
  { additionalProperties: false },
);

/** Which account at the OpenID provider is whose, said by people here. */
export function registerOpenidBindingRoutes(
  app: EdgeServer,
  deps: {
    readonly provider: { readonly issuer: string };
    readonly directory: Directory;
    readonly record: IdentityRecord;
    readonly nowMs: () => number;
  },
): void {
  const { directory, record, provider } = deps;
  app.post(
    '/v1/people/:id/openid',
    {
      config: { permission: 'people.manage' },
      schema: {
        summary: 'Bind an account at the OpenID provider (its `sub`) to a person; null unbinds it',
        params: IdParameters,
        body: BindingBody,
        response: { 200: PersonReply },
      },
    },
    async (request, reply) => {
      const { subject } = request.body;
      const personId = request.params.id;
      const change = { personId, directory, by: refOf(callerOf(request)) };
      const changed = await record.change<IdentityEvent, string>(() =>
        subject === null
          ? unbindAccount({ ...change, nowMs: deps.nowMs() })
          : bindAccount({ ...change, account: { issuer: provider.issuer, subject }, nowMs: deps.nowMs() }),
      );
      if (!changed.ok) return sendProblem(reply, changed.refusal);
      const person = directory.person(personId as PersonId); // looked up, not trusted
      if (person === undefined) throw new Error('a person who was just changed is not in the directory');
      return person;
    },
  );
}
