import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import {
  isAbsolute,
  name,
  optional,
  PAYLOAD_DEPTH_MAX,
  PAYLOAD_VALUES_MAX,
  readEmbedded,
  readEventName,
  reader,
  readPayload,
  readPlace,
  sessionRef,
} from '#agents/payload.ts';
import type { JsonValue } from '#domain/json.ts';

function nested(levels: number): JsonValue {
  return levels === 0 ? 'x' : { a: nested(levels - 1) };
}

describe('readPayload', () => {
  it.each([
    ['text', 'x'],
    ['a number', 1],
    ['nothing', null],
    ['a list', [{}]],
  ])('refuses %s', (_what, payload) => {
    expect(readPayload({ payload })).toMatchObject({ ok: false, refusal: { code: 'payload-malformed' } });
  });

  it('limits the nesting', () => {
    expect(readPayload({ payload: nested(PAYLOAD_DEPTH_MAX + 1) })).toMatchObject({
      ok: false,
      refusal: { code: 'payload-malformed' },
    });
    expect(readPayload({ payload: nested(PAYLOAD_DEPTH_MAX) }).ok).toBe(true);
  });
});

it('limits the values', () => {
  const values = (count: number) => ({ payload: { a: Array.from({ length: count - 2 }, () => 1) } });
  expect(readPayload(values(PAYLOAD_VALUES_MAX)).ok).toBe(true);
  expect(readPayload(values(PAYLOAD_VALUES_MAX + 1))).toMatchObject({
    ok: false,
    refusal: { code: 'payload-malformed' },
  });
});

describe('reader', () => {
  const read = reader(Type.Object({ a: name, b: optional(name) }));

  it('tells a missing field from a wrong one', () => {
    expect(read({})).toMatchObject({ ok: false, refusal: { code: 'field-missing' } });
    expect(read({ a: '' })).toMatchObject({ ok: false, refusal: { code: 'payload-malformed' } });
    expect(read({ a: 'x'.repeat(513) })).toMatchObject({ ok: false, refusal: { code: 'payload-malformed' } });
    expect(read({ a: 'x', b: 1 })).toMatchObject({ ok: false, refusal: { code: 'payload-malformed' } });
    expect(read(null)).toMatchObject({ ok: false, refusal: { code: 'payload-malformed' } });
  });

  it('says where, and never what stands there', () => {
    const refused = read({ a: 'secret'.repeat(100) });
    expect(JSON.stringify(refused)).toContain('/a');
    expect(JSON.stringify(refused)).not.toContain('secret');
  });

  it('takes null and nothing for the same, and fields it does not know', () => {
    expect(read({ a: 'x', b: null, c: [] }).ok).toBe(true);
    expect(read({ a: 'x' }).ok).toBe(true);
  });
});

it.each([
  ['{', false],
  [`{"a":${'['.repeat(70)}${']'.repeat(70)}}`, false],
  ['"\\ud800"', false],
  ['{"a":1}', true],
])('reads JSON inside JSON with the same limits: %s', (source, readable) => {
  expect(readEmbedded(source).ok).toBe(readable);
});

it.each([
  [undefined, undefined, 'field-missing'],
  ['', undefined, 'field-missing'],
  ['', '', 'field-missing'],
  ['PreToolUse', 'PostToolUse', 'payload-malformed'],
])('refuses the event %s of the call with %s of the payload', (given, own, code) => {
  const call = { payload: null, ...(given === undefined ? {} : { event: given }) };
  expect(readEventName(call, own)).toMatchObject({ ok: false, refusal: { code } });
});

it.each([
  ['PreToolUse', undefined],
  ['PreToolUse', null],
  [undefined, 'PreToolUse'],
  ['PreToolUse', 'PreToolUse'],
])('takes the event %s of the call or %s of the payload', (given, own) => {
  const call = { payload: null, ...(given === undefined ? {} : { event: given }) };
  expect(readEventName(call, own)).toEqual({ ok: true, value: 'PreToolUse' });
});

it.each([
  ['', false],
  ['.', false],
  ['a/b', false],
  ['~/a', false],
  ['C:', false],
  ['C:a', false],
  ['/a', true],
  ['C:\\a', true],
  ['c:/a', true],
  ['\\\\host\\share', true],
])('takes %s for absolute: %s', (path, absolute) => {
  expect(isAbsolute(path)).toBe(absolute);
});

it('falls back to the working directory where no workspace is given', () => {
  expect(readPlace('/w')).toEqual({ ok: true, value: { cwd: '/w', workspaceRoots: ['/w'] } });
  expect(readPlace('/w/a', ['/w'])).toEqual({ ok: true, value: { cwd: '/w/a', workspaceRoots: ['/w'] } });
  expect(readPlace('/w', ['w']).ok).toBe(false);
});

it('leaves out of a session what was not said', () => {
  expect(sessionRef('s', { model: null, mode: undefined, agentVersion: '1' })).toEqual({ id: 's', agentVersion: '1' });
});
