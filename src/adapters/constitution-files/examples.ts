import Type, { type Static } from 'typebox';
import { reader } from '#adapters/constitution-files/document.ts';
import { type Action, AGENT_KINDS } from '#domain/action/action.ts';
import { EXAMPLE_WORKSPACE, type Example } from '#domain/constitution/example.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { SESSION_LABELS } from '#domain/session/session.ts';

const Text = Type.String({ maxLength: 262_144 });
const Name = Type.String({ minLength: 1, maxLength: 4_096 });
const closed = { additionalProperties: false } as const;

/** Where the action happens; the example's own project unless it says otherwise. */
const place = { cwd: Type.Optional(Name), workspaceRoots: Type.Optional(Type.Array(Name, { minItems: 1 })) };

const ExampleAction = Type.Union([
  Type.Object(
    { kind: Type.Literal('shell'), command: Text, background: Type.Optional(Type.Boolean()), ...place },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('file'),
      operation: Type.Union([
        Type.Literal('read'),
        Type.Literal('write'),
        Type.Literal('edit'),
        Type.Literal('delete'),
      ]),
      path: Name,
      content: Type.Optional(Text),
      recursive: Type.Optional(Type.Literal(true)),
      ...place,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('files'),
      accesses: Type.Array(
        Type.Union([
          Type.Object({ operation: Type.Union([Type.Literal('read'), Type.Literal('delete')]), path: Name }, closed),
          Type.Object({ operation: Type.Literal('write'), path: Name, content: Text }, closed),
        ]),
        { minItems: 1 },
      ),
      ...place,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('git'),
      operation: Type.Union([Type.Literal('push'), Type.Literal('commit'), Type.Literal('tag'), Type.Literal('merge')]),
      remote: Name,
      refs: Type.Array(Name),
      force: Type.Boolean(),
      ...place,
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('package'), manager: Name, packages: Type.Array(Name), ...place }, closed),
  Type.Object(
    {
      kind: Type.Literal('network'),
      operation: Type.Union([Type.Literal('fetch'), Type.Literal('search')]),
      target: Text,
      ...place,
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('mcp'), server: Name, tool: Name, input: Type.Unknown(), ...place }, closed),
  Type.Object({ kind: Type.Literal('deploy'), environment: Name, artifact: Name, ...place }, closed),
  Type.Object({ kind: Type.Literal('prompt'), text: Text, ...place }, closed),
  Type.Object({ kind: Type.Literal('subagent'), name: Name, prompt: Text, ...place }, closed),
  Type.Object(
    {
      kind: Type.Literal('builtin'),
      agent: Type.Union(AGENT_KINDS.map((agent) => Type.Literal(agent))),
      tool: Name,
      input: Type.Unknown(),
      ...place,
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('unknown'), tool: Name, input: Type.Unknown(), ...place }, closed),
]);

const Examples = Type.Array(
  Type.Object(
    {
      policy: Name,
      /** A shell command; or else `action`. */
      command: Type.Optional(Text),
      action: Type.Optional(ExampleAction),
      expect: Type.String({ pattern: '^(allow|deny|ask [a-z][a-z0-9-]*)$' }),
      labels: Type.Optional(Type.Array(Type.Union(SESSION_LABELS.map((label) => Type.Literal(label))))),
      approval: Type.Optional(Type.Object({ role: Name, by: Name }, closed)),
      /** `agent` (the default) or `person`. */
      principal: Type.Optional(Type.Union([Type.Literal('agent'), Type.Literal('person')])),
      teams: Type.Optional(Type.Array(Name)),
      /** ISO 8601 with a zone, for policies that speak about time. */
      time: Type.Optional(Name),
      /** The node is cut off for longer than the constitution's age bound. */
      stale: Type.Optional(Type.Literal(true)),
    },
    closed,
  ),
  { maxItems: 5_000 },
);

type Entry = Static<typeof Examples>[number];

const examplesReader = reader(Examples);

/** The examples of one file below `tests/`. `file` is only for telling where one stands. */
export function parseExamples(text: string, file: string): Result<readonly Example[], 'constitution-examples'> {
  const read = examplesReader(text);
  if (!read.ok) return refuse('constitution-examples', `${file}: ${read.refusal.message}`);
  const examples: Example[] = [];
  for (const [index, entry] of read.value.entries()) {
    const at = `${file}, example ${index + 1}`;
    const action = actionOf(entry);
    if (action === undefined) return refuse('constitution-examples', `${at}: give either \`command\` or \`action\`.`);
    const timeMs = entry.time === undefined ? undefined : Date.parse(entry.time);
    if (Number.isNaN(timeMs)) return refuse('constitution-examples', `${at}: \`time\` is not an ISO 8601 time.`);
    examples.push({
      policy: entry.policy as PolicyId, // whether there is one of that name is for `assembleConstitution`
      action,
      labels: entry.labels ?? [],
      ...(entry.approval === undefined ? {} : { approval: entry.approval }),
      ...(entry.principal === undefined && entry.teams === undefined ? {} : { principal: principalOf(entry) }),
      ...(timeMs === undefined ? {} : { timeMs }),
      ...(entry.stale === undefined ? {} : { stale: entry.stale }),
      expected: expectedOf(entry.expect),
      at,
    });
  }
  return ok(examples);
}

function actionOf(entry: Entry): Action | undefined {
  const place = { cwd: EXAMPLE_WORKSPACE, workspaceRoots: [EXAMPLE_WORKSPACE] };
  const { command, action } = entry;
  if (command === undefined) {
    // The schema above is `Action` with defaults, and an `input` read from YAML is JSON.
    return action === undefined ? undefined : ({ background: false, ...place, ...action } as Action);
  }
  return action === undefined ? { ...place, kind: 'shell', command, background: false } : undefined;
}

function principalOf(entry: Entry): Principal {
  if (entry.principal === 'person') return { kind: 'person', id: 'example' as PersonId, roles: ['operator'] };
  return { kind: 'agent', id: 'example' as AgentId, agent: 'claude-code', teams: entry.teams ?? [] };
}

function expectedOf(text: string): Example['expected'] {
  if (text === 'allow' || text === 'deny') return { verdict: text };
  return { verdict: 'ask', role: text.slice('ask '.length) };
}
