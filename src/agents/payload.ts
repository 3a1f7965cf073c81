import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { HookCall, HookRefusalCode } from '#agents/agent.ts';
import type { JsonObject, JsonValue } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { SessionId, SessionRef } from '#domain/session/session.ts';

/** Nesting of a payload. Real ones stay below ten; past this, recursive readers (RFC 8785) could exhaust the stack. */
export const PAYLOAD_DEPTH_MAX = 64;
/** Values in a payload: bounds the time that reading and hashing a body of the largest size can take (tens of ms). */
export const PAYLOAD_VALUES_MAX = 100_000;
/** UTF-16 units of a name that is kept in every record: session, tool, model, version, mode. */
export const NAME_LENGTH_MAX = 512;
/** UTF-16 units of a path; Linux's PATH_MAX. */
export const PATH_LENGTH_MAX = 4096;

export type Read<T> = Result<T, HookRefusalCode>;

/** Schemas of the fields that payloads share. Agents leave optional fields out or send `null`: both mean "not said". */
export const name = Type.String({ minLength: 1, maxLength: NAME_LENGTH_MAX });
export const path = Type.String({ minLength: 1, maxLength: PATH_LENGTH_MAX });
export const text = Type.String();
/** Any JSON; what it holds was checked for the whole payload by `readPayload`. */
export const json = Type.Unsafe<JsonValue>({});
export function optional<S extends TSchema>(schema: S) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

/**
 * The payload as an object whose strings are all well-formed Unicode: a lone surrogate has no RFC 8785 form, and two
 * different ones would hash alike.
 */
export function readPayload(call: HookCall): Read<JsonObject> {
  const problem = problemIn(call.payload);
  if (problem !== undefined) return refuse('payload-malformed', `The hook's payload ${problem}.`);
  return asObject(call.payload);
}

export function asObject(value: JsonValue): Read<JsonObject> {
  return isObject(value) ? ok(value) : refuse('payload-malformed', "The hook's payload is not a JSON object.");
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A typed reader, compiled once, when it is first used: compiling all of them would delay every start of the command line.
 * Unknown fields are tolerated: newer agents send more.
 */
export function reader<S extends TSchema>(schema: S): (value: JsonValue) => Read<Static<S>> {
  const compile = () => Compile(schema);
  let compiled: ReturnType<typeof compile> | undefined;
  return (value) => {
    compiled ??= compile();
    if (compiled.Check(value)) return ok(value);
    const [error] = compiled.Errors(value);
    const place = error === undefined || error.instancePath === '' ? 'the payload' : error.instancePath;
    return error?.keyword === 'required'
      ? refuse('field-missing', `The hook's payload lacks a field: ${place} ${error.message}.`)
      : refuse(
          'payload-malformed',
          `The hook's payload is not as documented: ${place} ${error?.message ?? 'is wrong'}.`,
        );
  };
}

/** JSON that an agent sends inside a string (Cursor's MCP input, Copilot's older `toolArgs`), held to the same limits. */
export function readEmbedded(source: string): Read<JsonValue> {
  let value: JsonValue;
  try {
    value = JSON.parse(source);
  } catch {
    return refuse('payload-malformed', 'A field that should hold JSON does not.');
  }
  const problem = problemIn(value);
  return problem === undefined ? ok(value) : refuse('payload-malformed', `JSON inside the hook's payload ${problem}.`);
}

/**
 * The event's name: the payload's own, or the one the installed hook gives with the call. Two that differ are refused,
 * since the form of the answer hangs on it and an agent ignores an answer of another event.
 */
export function readEventName(call: HookCall, own: string | null | undefined): Read<string> {
  const given = call.event === undefined || call.event === '' ? undefined : call.event;
  if (typeof own === 'string' && given !== undefined && own !== given) {
    return refuse('payload-malformed', 'The payload names another event than the hook was installed for.');
  }
  const event = own ?? given;
  return event === undefined || event === ''
    ? refuse('field-missing', 'Neither the payload nor the call names the event.')
    : ok(event);
}

export function eventUnknown(agent: string, event: string): Read<never> {
  return refuse(
    'event-unknown',
    `ACGS does not handle this event of ${agent}.`,
    `event ${event.slice(0, NAME_LENGTH_MAX)}`,
  );
}

/** Where an action would happen. */
export interface Place {
  readonly cwd: string;
  readonly workspaceRoots: readonly string[];
}

export function readPlace(cwd: string, roots: readonly string[] = []): Read<Place> {
  if (!isAbsolute(cwd)) return refuse('payload-malformed', 'The working directory is not an absolute path.');
  if (!roots.every(isAbsolute)) return refuse('payload-malformed', 'A workspace root is not an absolute path.');
  return ok({ cwd, workspaceRoots: roots.length === 0 ? [cwd] : roots });
}

/** Whatever system the server itself runs on: `/x`, `C:\x`, `C:/x`, `\\\\host\\share`. */
export function isAbsolute(candidate: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(candidate);
}

export function sessionRef(
  id: string,
  about: { readonly [K in 'agentVersion' | 'model' | 'mode']?: string | null | undefined } = {},
): SessionRef {
  return {
    // The agent's own id becomes ours here, at the parse edge.
    id: id as SessionId,
    ...said('agentVersion', about.agentVersion),
    ...said('model', about.model),
    ...said('mode', about.mode),
  };
}

/** An optional field, left out when the agent did not say it. */
export function said<K extends string, V>(key: K, value: V | null | undefined): { readonly [P in K]?: V } {
  // `{[key]: value}` is typed by its computed key as an index signature; the shape is exactly this one.
  return value === undefined || value === null ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}

/** Walks level by level, without recursion: the nesting is what is being limited. */
function problemIn(root: JsonValue): string | undefined {
  let level: readonly JsonValue[] = [root];
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    const below: JsonValue[] = [];
    count += level.length;
    if (count > PAYLOAD_VALUES_MAX) return `holds more than ${PAYLOAD_VALUES_MAX} values`;
    for (const value of level) {
      if (typeof value === 'string' && !value.isWellFormed()) return 'holds text that is not Unicode';
      if (typeof value !== 'object' || value === null) continue;
      if (depth === PAYLOAD_DEPTH_MAX) return `is nested deeper than ${PAYLOAD_DEPTH_MAX} levels`;
      if (!Array.isArray(value) && !Object.keys(value).every((key) => key.isWellFormed())) {
        return 'holds a name that is not Unicode';
      }
      for (const child of Object.values(value)) below.push(child);
    }
    level = below;
  }
  return undefined;
}
