import { describe, expect, it } from 'vitest';
import { typesOf } from './openapi-types.ts';

const documentWith = (operation: object) => ({ paths: { '/v1/things/{id}': { get: operation } } });
const answering = (schema: object) =>
  typesOf(documentWith({ responses: { 200: { content: { 'application/json': { schema } } } } }));

describe('types of the API', () => {
  it('refuses a schema that it cannot put into a type, instead of writing any', () => {
    expect(() => answering({ type: 'object', properties: { a: { $ref: '#/components/x' } } })).toThrow(/\$ref/);
    expect(() => answering({ type: 'tensor' })).toThrow(/tensor/);
  });

  it('does not let a description end the comment that it stands in', () => {
    expect(answering({ type: 'object', properties: { a: { type: 'string', description: 'x */ y' } } })).toContain(
      '/** x * / y */',
    );
  });

  it('says what is required, what may be missing, and which values there are', () => {
    const text = answering({
      type: 'object',
      required: ['kind'],
      properties: {
        kind: { enum: ['allow', 'deny'] },
        'with-dash': { type: ['string', 'null'] },
        rows: { type: 'array', items: { anyOf: [{ type: 'integer' }, { const: 'none' }] } },
      },
    });
    expect(text).toContain('readonly kind: "allow" | "deny";');
    expect(text).toContain('readonly "with-dash"?: string | null;');
    expect(text).toContain('readonly rows?: readonly (number | "none")[];');
  });

  it('names parameters by their place, and an endpoint without a described answer is unknown', () => {
    const text = typesOf(
      documentWith({
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'limit', in: 'query', schema: { type: 'integer' } },
        ],
        responses: { '4xx': {} },
      }),
    );
    expect(text).toContain('"GET /v1/things/{id}": {');
    expect(text).toMatch(/params: \{\s+readonly id: string;/);
    expect(text).toMatch(/query: \{\s+readonly limit\?: number;/);
    expect(text).toContain('reply: unknown;');
  });

  it('keeps an open object open and a record a record', () => {
    expect(answering({ type: 'object', properties: {}, additionalProperties: true })).toContain(
      'reply: Readonly<Record<string, unknown>>;',
    );
    expect(answering({ type: 'object', patternProperties: { '^.*$': { type: 'integer' } } })).toContain(
      'reply: Readonly<Record<string, number>>;',
    );
  });
});
