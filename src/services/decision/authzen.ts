import Type, { type Static } from 'typebox';
import type { Action } from '#domain/action/action.ts';
import type { JsonValue } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** OpenID AuthZEN Authorization API 1.0, sections 5 and 6: subject, action, resource, context. */
const Fields = Type.Record(Type.String(), Type.Unknown());
const Properties = Type.Optional(Fields);
const Named = Type.String({ minLength: 1, maxLength: 512 });
export const Subject = Type.Object({ type: Named, id: Named, properties: Properties }, { additionalProperties: true });
export const ActionName = Type.Object({ name: Named, properties: Properties }, { additionalProperties: true });
export const Resource = Type.Object(
  { type: Named, id: Type.String({ minLength: 1, maxLength: 262_144 }), properties: Properties },
  { additionalProperties: true },
);
const Context = Fields;

export const EvaluationBody = Type.Object(
  { subject: Subject, action: ActionName, resource: Resource, context: Type.Optional(Context) },
  { additionalProperties: true },
);
export type Evaluation = Static<typeof EvaluationBody>;

/** Items of one batch. */
export const EVALUATIONS_MAX = 1_000;

export const EvaluationsBody = Type.Object(
  {
    subject: Type.Optional(Subject),
    action: Type.Optional(ActionName),
    resource: Type.Optional(Resource),
    context: Type.Optional(Context),
    evaluations: Type.Optional(
      Type.Array(
        Type.Object(
          {
            subject: Type.Optional(Subject),
            action: Type.Optional(ActionName),
            resource: Type.Optional(Resource),
            context: Type.Optional(Context),
          },
          { additionalProperties: true },
        ),
        { maxItems: EVALUATIONS_MAX },
      ),
    ),
    options: Type.Optional(
      Type.Object(
        {
          evaluations_semantic: Type.Optional(
            Type.Enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit']),
          ),
        },
        { additionalProperties: true },
      ),
    ),
  },
  { additionalProperties: true },
);

/** Where the action takes place when the caller does not say: no path is below it, so nothing counts as workspace. */
const NOWHERE = '/nonexistent';

/**
 * The action that an evaluation asks about. `resource.type` says what `resource.id` is:
 *
 * | resource.type | action.name | resource.id |
 * | --- | --- | --- |
 * | command | run | the command line |
 * | file | read, write, edit, delete | the path; `properties.content` is what would be written |
 * | tool | call | `server/tool`; `properties.input` |
 * | url | fetch | the URL |
 * | query | search | the query |
 * | package | install | `name` or `name@version`; `properties.manager` |
 * | ref | push, commit, tag, merge | the full ref name; `properties.remote`, `properties.force` |
 * | environment | deploy | its name; `properties.artifact` |
 * | prompt | submit | the text |
 *
 * Anything else is an unknown tool, which policies treat as opaque: it is not allowed silently.
 */
export function toAction(evaluation: Evaluation): Result<Action, 'body-invalid'> {
  const { action, resource, context } = evaluation;
  const properties: Readonly<Record<string, unknown>> = { ...resource.properties, ...action.properties };
  const cwd = text(context, 'cwd') ?? NOWHERE;
  if (!cwd.startsWith('/')) return refuse('body-invalid', 'context.cwd must be an absolute path.');
  const where = { cwd, workspaceRoots: [text(context, 'workspace') ?? cwd] };
  switch (`${resource.type} ${action.name}`) {
    case 'command run':
      return ok({ kind: 'shell', command: resource.id, background: properties.background === true, ...where });
    case 'file read':
    case 'file delete':
      return ok({ kind: 'file', operation: action.name === 'read' ? 'read' : 'delete', path: resource.id, ...where });
    case 'file write':
    case 'file edit':
      return ok({
        kind: 'file',
        operation: action.name === 'write' ? 'write' : 'edit',
        path: resource.id,
        content: text(properties, 'content') ?? '',
        ...where,
      });
    case 'tool call': {
      const slash = resource.id.indexOf('/');
      if (slash <= 0 || slash === resource.id.length - 1)
        return refuse('body-invalid', 'A tool is named "server/tool".');
      const input = (properties.input ?? {}) as JsonValue; // parsed JSON
      return ok({
        kind: 'mcp',
        server: resource.id.slice(0, slash),
        tool: resource.id.slice(slash + 1),
        input,
        ...where,
      });
    }
    case 'url fetch':
      return ok({ kind: 'network', operation: 'fetch', target: resource.id, ...where });
    case 'query search':
      return ok({ kind: 'network', operation: 'search', target: resource.id, ...where });
    case 'package install':
      return ok({
        kind: 'package',
        manager: text(properties, 'manager') ?? 'unknown',
        packages: [resource.id],
        ...where,
      });
    case 'ref push':
    case 'ref commit':
    case 'ref tag':
    case 'ref merge':
      return ok({
        kind: 'git',
        operation: gitOperation(action.name),
        remote: text(properties, 'remote') ?? 'origin',
        refs: [resource.id],
        force: properties.force === true,
        ...where,
      });
    case 'environment deploy':
      return ok({
        kind: 'deploy',
        environment: resource.id,
        artifact: text(properties, 'artifact') ?? 'unknown',
        ...where,
      });
    case 'prompt submit':
      return ok({ kind: 'prompt', text: resource.id, ...where });
    default:
      return ok({
        kind: 'unknown',
        tool: `${resource.type}:${action.name}`,
        input: { id: resource.id, ...properties } as JsonValue, // parsed JSON
        ...where,
      });
  }
}

function gitOperation(name: string): 'push' | 'commit' | 'tag' | 'merge' {
  return name === 'commit' || name === 'tag' || name === 'merge' ? name : 'push';
}

function text(record: Readonly<Record<string, unknown>> | undefined, key: string): string | undefined {
  const value = record?.[key];
  return typeof value === 'string' ? value : undefined;
}
