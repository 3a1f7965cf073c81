import { ZONES, type Zone } from '#domain/action/effect.ts';
import type { JsonObject, JsonValue } from '#domain/json.ts';
import { canonicalJson } from '#domain/json.ts';
import type { EntityUid } from '#domain/policy/authorization.ts';
import { never } from '#domain/result.ts';
import type { Clause, Match } from '#domain/standing-grant/clause.ts';

/** For whom and until when (Unix milliseconds, exclusive) a clause is good. */
export interface ClauseBounds {
  readonly principalId: string;
  readonly expiresMs: number;
}

type Of = 'context' | 'resource';

/** All that a clause's policy ever says of an effect, one `&&` each. Nothing else is written, and nothing else is read back. */
type Condition =
  | { readonly kind: 'before'; readonly time: string }
  | { readonly kind: 'has' | 'lacks' | 'not'; readonly of: Of; readonly attribute: string }
  | { readonly kind: 'is'; readonly of: Of; readonly attribute: string; readonly value: string | number | boolean }
  | { readonly kind: 'begins'; readonly of: Of; readonly attribute: string; readonly text: string }
  | { readonly kind: 'outside'; readonly zones: readonly Zone[] };

interface Form {
  readonly principal: EntityUid;
  readonly action: string;
  readonly resource: { readonly op: '==' | 'in'; readonly entity: EntityUid };
  readonly conditions: readonly Condition[];
}

/** The Cedar policy of a clause: a permit over the constitution's schema, for the language's own parser to read. */
export function clausePolicyText(clause: Clause, bounds: ClauseBounds): string {
  const form = formOf(clause, bounds);
  const scope = [
    `principal == ${uidText(form.principal)}`,
    `action == ${uidText({ type: 'Action', id: form.action })}`,
    `resource ${form.resource.op} ${uidText(form.resource.entity)}`,
  ];
  return `permit (\n  ${scope.join(',\n  ')}\n)\nwhen\n{\n  ${form.conditions.map(conditionText).join(' &&\n  ')}\n};\n`;
}

/**
 * Whether a policy in Cedar's JSON form is the clause's and nothing more: it is read back into the form that the clause gives,
 * and a part that the form does not know is not read. So neither a mistake in writing the text nor a policy from elsewhere
 * lets through more than what is shown.
 */
export function isPolicyOf(policy: JsonObject, clause: Clause, bounds: ClauseBounds): boolean {
  const read = readForm(policy);
  return read !== undefined && canonicalJson(asJson(read)) === canonicalJson(asJson(formOf(clause, bounds)));
}

function formOf(clause: Clause, { principalId, expiresMs }: ClauseBounds): Form {
  const before: Condition = { kind: 'before', time: new Date(expiresMs).toISOString() };
  const { action, resource, conditions } = effectForm(clause);
  return { principal: { type: 'Agent', id: principalId }, action, resource, conditions: [before, ...conditions] };
}

function effectForm(clause: Clause): Omit<Form, 'principal'> {
  switch (clause.kind) {
    case 'git':
      return {
        action: `git.${clause.operation}`,
        resource: one('Repository', clause.remote ?? 'local'),
        conditions: [
          ...whether('resource', 'remote', clause.remote),
          ...(clause.ref === undefined ? [lacks('context', 'ref')] : [has('context', 'ref'), match('ref', clause.ref)]),
          ...(clause.mayForce ? [] : [not('force')]),
          ...(clause.mayDelete ? [] : [not('deletes')]),
        ],
      };
    case 'path':
      return {
        action: clause.access,
        resource: clause.at.kind === 'below' ? within('Path', clause.at.path) : one('Path', clause.at.path),
        conditions: [
          ...(clause.mayRecurse ? [] : [not('recursive')]),
          ...(clause.outside.length === 0 ? [] : [{ kind: 'outside', zones: clause.outside } as const]),
        ],
      };
    case 'connect':
      return {
        action: 'connect',
        resource: hostResource(clause.host),
        conditions: [...whether('context', 'port', clause.port), ...whether('context', 'scheme', clause.scheme)],
      };
    case 'send':
      return {
        action: 'send',
        resource: hostResource(clause.host),
        conditions: [is('context', 'source', clause.source)],
      };
    case 'run':
      return {
        action: 'run',
        resource: one('Program', clause.path ?? clause.program),
        conditions: [
          is('resource', 'name', clause.program),
          ...whether('resource', 'path', clause.path),
          match('line', clause.line),
        ],
      };
    case 'install':
      return {
        action: 'install',
        resource: one('Package', `${clause.manager}:${clause.package}`),
        conditions: [
          is('resource', 'name', clause.package),
          is('context', 'source', clause.source),
          is('context', 'global', clause.global),
          ...(clause.version.kind === 'any'
            ? []
            : whether('context', 'version', clause.version.kind === 'exact' ? clause.version.text : undefined)),
        ],
      };
    case 'call':
      return {
        action: 'call',
        resource: one('Tool', `${clause.server}/${clause.tool}`),
        conditions: [is('resource', 'server', clause.server), is('resource', 'name', clause.tool)],
      };
    case 'deploy':
      return {
        action: 'deploy',
        resource: one('Environment', clause.environment),
        conditions: clause.artifact === undefined ? [] : [is('context', 'artifact', clause.artifact)],
      };
    default:
      return never(clause);
  }
}

const one = (type: string, id: string) => ({ op: '==', entity: { type, id } }) as const;
const within = (type: string, id: string) => ({ op: 'in', entity: { type, id } }) as const;
const has = (of: Of, attribute: string): Condition => ({ kind: 'has', of, attribute });
const lacks = (of: Of, attribute: string): Condition => ({ kind: 'lacks', of, attribute });
const not = (attribute: string): Condition => ({ kind: 'not', of: 'context', attribute });
const is = (of: Of, attribute: string, value: string | number | boolean): Condition => ({
  kind: 'is',
  of,
  attribute,
  value,
});

/** An attribute that may be absent: there and equal, or not there. */
function whether(of: Of, attribute: string, value: string | number | undefined): readonly Condition[] {
  return value === undefined ? [lacks(of, attribute)] : [has(of, attribute), is(of, attribute, value)];
}

function match(attribute: string, { kind, text }: Match): Condition {
  return kind === 'exact' ? is('context', attribute, text) : { kind: 'begins', of: 'context', attribute, text };
}

function hostResource({ kind, name }: { readonly kind: 'exact' | 'domain'; readonly name: string }) {
  return kind === 'domain' ? within('Domain', name) : one('Host', name);
}

function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'before':
      return `context.time < datetime(${quoted(condition.time)})`;
    case 'has':
      return `${condition.of} has ${condition.attribute}`;
    case 'lacks':
      return `!(${condition.of} has ${condition.attribute})`;
    case 'not':
      return `!${condition.of}.${condition.attribute}`;
    case 'is':
      return `${condition.of}.${condition.attribute} == ${typeof condition.value === 'string' ? quoted(condition.value) : condition.value}`;
    case 'begins':
      return `${condition.of}.${condition.attribute} like ${quoted(condition.text, '*').slice(0, -1)}*"`;
    case 'outside':
      return `!(resource in [${condition.zones.map((id) => uidText({ type: 'Zone', id })).join(', ')}])`;
    default:
      return never(condition);
  }
}

function uidText({ type, id }: EntityUid): string {
  return `${type}::${quoted(id)}`;
}

/** A string of Cedar's syntax; in a pattern `*` is escaped as well. */
function quoted(text: string, alsoEscaped = ''): string {
  const escaped = [...text].map((character) => {
    if (character === '"' || character === '\\' || character === alsoEscaped) return `\\${character}`;
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20 || code === 0x7f ? `\\u{${code.toString(16)}}` : character;
  });
  return `"${escaped.join('')}"`;
}

/** Undefined for every policy that `clausePolicyText` does not write. */
function readForm(policy: JsonObject): Form | undefined {
  const { effect, principal, action, resource, conditions, annotations, ...rest } = policy;
  if (effect !== 'permit' || Object.keys(rest).length > 0) return undefined;
  if (annotations !== undefined && Object.keys(fieldsOf(annotations) ?? { unknown: true }).length > 0) return undefined;
  const [who, what, where] = [scopeOf(principal), scopeOf(action), scopeOf(resource)];
  if (who?.op !== '==' || what?.op !== '==' || what.entity.type !== 'Action' || where === undefined) return undefined;
  const [condition, ...others] = asList(conditions);
  const clause = fieldsOf(condition);
  if (clause?.['kind'] !== 'when' || others.length > 0 || Object.keys(clause).length !== 2) return undefined;
  const read = conjuncts(clause['body']).map(readCondition);
  const known = read.filter((one) => one !== undefined);
  if (known.length !== read.length) return undefined;
  return { principal: who.entity, action: what.entity.id, resource: where, conditions: known };
}

function scopeOf(value: JsonValue | undefined): Form['resource'] | undefined {
  const scope = fieldsOf(value);
  const op = scope?.['op'];
  if (scope === undefined || (op !== '==' && op !== 'in') || Object.keys(scope).length !== 2) return undefined;
  const entity = uidOf(scope['entity']);
  return entity === undefined ? undefined : { op, entity };
}

/** `a && b && c` as Cedar nests it: to the left. */
function conjuncts(value: JsonValue | undefined): readonly (JsonValue | undefined)[] {
  const both = only(value, '&&');
  return both === undefined ? [value] : [...conjuncts(both['left']), both['right']];
}

function readCondition(value: JsonValue | undefined): Condition | undefined {
  const negated = only(value, '!')?.['arg'];
  if (negated !== undefined) return readNegated(negated);
  const existence = only(value, 'has');
  if (existence !== undefined) return attributeCondition('has', existence);
  const less = only(value, '<');
  if (less !== undefined) {
    const left = attributeOf(less['left']);
    const [time, ...more] = asList(fieldsOf(less['right'])?.['datetime']);
    const text = fieldsOf(time)?.['Value'];
    if (left?.of !== 'context' || left.attribute !== 'time' || typeof text !== 'string' || more.length > 0)
      return undefined;
    return { kind: 'before', time: text };
  }
  const equal = only(value, '==');
  if (equal !== undefined) {
    const left = attributeOf(equal['left']);
    const literal = fieldsOf(equal['right'])?.['Value'];
    const isLiteral = typeof literal === 'string' || typeof literal === 'number' || typeof literal === 'boolean';
    return left === undefined || !isLiteral ? undefined : { kind: 'is', ...left, value: literal };
  }
  const like = only(value, 'like');
  return like === undefined ? undefined : readBegins(like);
}

function readNegated(value: JsonValue): Condition | undefined {
  const existence = only(value, 'has');
  if (existence !== undefined) return attributeCondition('lacks', existence);
  const attribute = attributeOf(value);
  if (attribute !== undefined) return { kind: 'not', ...attribute };
  const membership = only(value, 'in');
  if (membership === undefined || fieldsOf(membership['left'])?.['Var'] !== 'resource') return undefined;
  const zones = asList(fieldsOf(membership['right'])?.['Set']).map((item) =>
    uidOf(fieldsOf(fieldsOf(item)?.['Value'])?.['__entity']),
  );
  const named = ZONES.filter((zone) => zones.some((uid) => uid?.type === 'Zone' && uid.id === zone));
  return named.length === zones.length ? { kind: 'outside', zones: named } : undefined;
}

function readBegins(like: JsonObject): Condition | undefined {
  const left = attributeOf(like['left']);
  const pattern = asList(like['pattern']);
  const literals = pattern.slice(0, -1).map((part) => fieldsOf(part)?.['Literal']);
  if (left === undefined || pattern.at(-1) !== 'Wildcard' || literals.some((text) => typeof text !== 'string')) {
    return undefined;
  }
  return { kind: 'begins', ...left, text: literals.join('') };
}

function attributeCondition(kind: 'has' | 'lacks', { left, attr }: JsonObject): Condition | undefined {
  const of = variableOf(left);
  return of === undefined || typeof attr !== 'string' ? undefined : { kind, of, attribute: attr };
}

function attributeOf(value: JsonValue | undefined): { readonly of: Of; readonly attribute: string } | undefined {
  const access = only(value, '.');
  const of = variableOf(access?.['left']);
  const attribute = access?.['attr'];
  return of === undefined || typeof attribute !== 'string' ? undefined : { of, attribute };
}

function variableOf(value: JsonValue | undefined): Of | undefined {
  const name = fieldsOf(value)?.['Var'];
  return name === 'context' || name === 'resource' ? name : undefined;
}

function uidOf(value: JsonValue | undefined): EntityUid | undefined {
  const { type, id } = fieldsOf(value) ?? {};
  return typeof type === 'string' && typeof id === 'string' ? { type, id } : undefined;
}

/** The operands of an expression that is this operation. */
function only(value: JsonValue | undefined, operation: string): JsonObject | undefined {
  const node = fieldsOf(value);
  return node === undefined || Object.keys(node).length !== 1 ? undefined : fieldsOf(node[operation]);
}

function fieldsOf(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !isList(value) ? value : undefined;
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return value !== undefined && isList(value) ? value : [];
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A form has only texts, numbers and truth values in it. */
function asJson(form: Form): JsonValue {
  return JSON.parse(JSON.stringify(form));
}
