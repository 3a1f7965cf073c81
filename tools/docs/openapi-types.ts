/**
 * OpenAPI 3.1 → the console's types: one interface, keyed by `GET /v1/decisions/{id}`, that says of each endpoint what goes in
 * and what comes out. It reads the part of JSON Schema that our own schemas use, and throws on the rest instead of writing `any`.
 */

/** As much of a JSON Schema as is read here. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema | readonly Schema[];
  readonly description?: string;
  readonly $ref?: string;
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}
interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: Content;
  readonly responses?: Readonly<Record<string, Content>>;
}
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The text of `console/src/api/schema.d.ts`. */
export function typesOf(document: OpenApiDocument): string {
  const endpoints = Object.entries(document.paths)
    .flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method];
        return operation === undefined ? [] : [{ name: `${method.toUpperCase()} ${path}`, operation }];
      }),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [
    '/** Written from the description of our own API by `npm run docs:openapi`; not to be edited. */',
    'export interface Endpoints {',
    ...endpoints.map(({ name, operation }) => endpointText(name, operation)),
    '}',
    '',
  ].join('\n');
}

function endpointText(name: string, operation: Operation): string {
  const parameters = (place: string) => {
    const found = (operation.parameters ?? []).filter((one) => one.in === place);
    if (found.length === 0) return 'undefined';
    return objectText(
      Object.fromEntries(found.map((one) => [one.name, one.schema ?? {}])),
      found.filter(({ required }) => required === true).map((one) => one.name),
      '    ',
    );
  };
  const body = operation.requestBody === undefined ? undefined : schemaOf(operation.requestBody);
  const summary = operation.summary === undefined ? '' : `  /** ${commentText(operation.summary)} */\n`;
  return [
    `${summary}  ${JSON.stringify(name)}: {`,
    `    params: ${parameters('path')};`,
    `    query: ${parameters('query')};`,
    `    body: ${operation.requestBody === undefined ? 'undefined' : typeText(body ?? {}, '    ')};`,
    `    reply: ${replyText(operation)};`,
    '  };',
  ].join('\n');
}

/** Of every success that is described; what has no description is unknown, and 204 is nothing. */
function replyText({ responses = {} }: Operation): string {
  const successes = Object.entries(responses).filter(([status]) => /^(2\d\d|2xx)$/i.test(status));
  if (successes.length === 0) return 'unknown';
  const texts = successes.map(([status, response]) => {
    const schema = schemaOf(response);
    if (schema !== undefined) return typeText(schema, '    ');
    return status === '204' ? 'undefined' : 'unknown';
  });
  return [...new Set(texts)].join(' | ');
}

function schemaOf({ content }: Content): Schema | undefined {
  return content?.['application/json']?.schema;
}

function typeText(schema: Schema, indent: string): string {
  const { const: constant, enum: values, anyOf, oneOf, allOf } = schema;
  if (schema.$ref !== undefined)
    throw new Error(`the generator follows no $ref (${schema.$ref}): write the schema inline`);
  if (constant !== undefined) return JSON.stringify(constant);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  const alternatives = anyOf ?? oneOf;
  if (alternatives !== undefined) {
    return [...new Set(alternatives.map((one) => typeText(one, indent)))].join(' | ');
  }
  if (allOf !== undefined) return allOf.map((one) => `(${typeText(one, indent)})`).join(' & ');
  const { type } = schema;
  if (Array.isArray(type)) return type.map((one) => plainText(one, schema, indent)).join(' | ');
  return typeof type === 'string' ? plainText(type, schema, indent) : 'unknown';
}

function plainText(type: string, schema: Schema, indent: string): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return arrayText(schema, indent);
    case 'object':
      return objectType(schema, indent);
    default:
      throw new Error(`a schema of type "${type}" is unknown to the generator`);
  }
}

function arrayText({ items }: Schema, indent: string): string {
  if (isTuple(items)) return `readonly [${items.map((one) => typeText(one, indent)).join(', ')}]`;
  return `readonly (${items === undefined ? 'unknown' : typeText(items, indent)})[]`;
}

function isTuple(items: Schema['items']): items is readonly Schema[] {
  return Array.isArray(items);
}

function objectType(schema: Schema, indent: string): string {
  const { properties = {}, patternProperties = {}, additionalProperties, required = [] } = schema;
  const [values] = Object.values(patternProperties);
  if (values !== undefined) return `Readonly<Record<string, ${typeText(values, indent)}>>`;
  const hasOwn = Object.keys(properties).length > 0;
  const own = objectText(properties, required, indent);
  if (typeof additionalProperties === 'object') {
    const record = `Readonly<Record<string, ${typeText(additionalProperties, indent)}>>`;
    return hasOwn ? `${own} & ${record}` : record;
  }
  if (additionalProperties === true) {
    return hasOwn ? `${own} & Readonly<Record<string, unknown>>` : 'Readonly<Record<string, unknown>>';
  }
  return hasOwn ? own : 'Readonly<Record<string, unknown>>';
}

function objectText(properties: Readonly<Record<string, Schema>>, required: readonly string[], indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).flatMap(([name, schema]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    const { description } = schema;
    return [
      ...(description === undefined ? [] : [`${inner}/** ${commentText(description)} */`]),
      `${inner}readonly ${key}${required.includes(name) ? '' : '?'}: ${typeText(schema, inner)};`,
    ];
  });
  return ['{', ...lines, `${indent}}`].join('\n');
}

function commentText(text: string): string {
  return text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ');
}
