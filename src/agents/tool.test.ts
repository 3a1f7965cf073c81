import { describe, expect, it } from 'vitest';
import { atMostOneOf, findFiles, inFolder, mcpName, oneOf, patchFiles, searchFiles } from '#agents/tool.ts';

const place = { cwd: '/w', workspaceRoots: ['/w'] };

it.each([
  ['src/**/*.ts', undefined, './src'],
  ['**/*.ts', undefined, '.'],
  ['**/*.ts', '', '.'],
  ['**/*.pem', '/home/u/.ssh', '/home/u/.ssh'],
  ['../../etc/*', 'a', 'a/../../etc'],
  ['/etc/ssl/*.pem', 'a', '/etc/ssl'],
  ['/*', undefined, '/'],
  ['a/b.ts', undefined, './a/b.ts'],
  ['{a,b}/c', undefined, '.'],
])('finding %s below %s reads %s', (pattern, folder, path) => {
  expect(findFiles(place, pattern, folder)).toMatchObject({ kind: 'file', operation: 'read', path });
});

it('searching reads everything below the folder', () => {
  expect(searchFiles(place, null)).toMatchObject({ path: '.', recursive: true });
  expect(searchFiles(place, '/etc')).toMatchObject({ path: '/etc', recursive: true });
});

it.each([
  [undefined, '/w'],
  ['', '/w'],
  ['a', '/w/a'],
  ['../x', '/w/../x'],
  ['/x', '/x'],
  ['C:\\x', 'C:\\x'],
])('a command in the folder %s runs in %s', (folder, cwd) => {
  expect(inFolder(place, folder)).toEqual({ cwd, workspaceRoots: ['/w'] });
  expect(inFolder({ ...place, cwd: '/w/' }, 'a').cwd).toBe('/w/a');
});

it.each([
  ['mcp__a__b', { server: 'a', tool: 'b' }],
  ['mcp__a_b__c__d', { server: 'a_b', tool: 'c__d' }],
  ['mcp__a__b\nc', { server: 'a', tool: 'b\nc' }],
  ['mcp__a', undefined],
  ['mcp____b', undefined],
  ['mcp__a__', undefined],
  ['xmcp__a__b', undefined],
  ['mcp_a_b', undefined],
])('reads the MCP name %s', (name, expected) => {
  expect(mcpName(name)).toEqual(expected);
});

describe('fields with two names', () => {
  it('are refused when they differ, and missing when neither is given', () => {
    expect(oneOf('the file', '/a', '/b')).toMatchObject({ ok: false, refusal: { code: 'payload-malformed' } });
    expect(oneOf('the file', null, undefined)).toMatchObject({ ok: false, refusal: { code: 'field-missing' } });
    expect(atMostOneOf('the file', '/a', '/b')).toMatchObject({ ok: false });
  });

  it('are one value otherwise', () => {
    expect(oneOf('the file', '/a', '/a')).toEqual({ ok: true, value: '/a' });
    expect(oneOf('the content', '', null)).toEqual({ ok: true, value: '' });
    expect(atMostOneOf('the file', null)).toEqual({ ok: true, value: undefined });
  });
});

it('refuses a patch that cannot be read', () => {
  expect(patchFiles(place, 'x')).toMatchObject({ ok: false, refusal: { code: 'payload-malformed' } });
});
