import { describe, expect, it } from 'vitest';
import { complete, type Lock } from './complete.ts';

const lock = (optionalDependencies: Record<string, string>, more: Lock['packages'] = {}): Lock => ({
  lockfileVersion: 3,
  packages: { '': { name: 'x' }, 'node_modules/tool': { version: '2.0.0', dev: true, optionalDependencies }, ...more },
});

describe('complete', () => {
  it('refuses a package whose platform its name does not say', () => {
    expect(() => complete(lock({ 'tool-extra': '1.0.0' }))).toThrow(/platform/);
    expect(() => complete(lock({ 'tool-linux': '1.0.0' }))).toThrow(/platform/);
  });

  it('refuses a range: the lock cannot say which version', () => {
    expect(() => complete(lock({ 'tool-linux-x64': '^1.0.0' }))).toThrow(/pin/);
  });

  it('returns a lock that misses nothing as it is', () => {
    const whole = lock({ 'tool-linux-x64': '1.0.0' }, { 'node_modules/tool/node_modules/tool-linux-x64': {} });
    expect(complete(whole)).toBe(whole);
  });

  it('adds what is missing, with its platform, in its place', () => {
    const completed = complete(
      lock(
        {
          '@tool/cli-linux-arm64-musl': '1.2.3',
          '@tool/cli-win32-x64-msvc': '1.2.3',
          'tool-linux-arm-gnueabihf': '1.0.0-rc.1',
        },
        { 'node_modules/zed': {} },
      ),
    );
    expect(Object.keys(completed.packages)).toEqual([
      '',
      'node_modules/@tool/cli-linux-arm64-musl',
      'node_modules/@tool/cli-win32-x64-msvc',
      'node_modules/tool',
      'node_modules/tool-linux-arm-gnueabihf',
      'node_modules/zed',
    ]);
    expect(completed.packages['node_modules/@tool/cli-linux-arm64-musl']).toEqual({
      version: '1.2.3',
      cpu: ['arm64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    expect(completed.packages['node_modules/@tool/cli-win32-x64-msvc']).not.toHaveProperty('libc');
    expect(completed.packages['node_modules/tool-linux-arm-gnueabihf']).toMatchObject({
      libc: ['glibc'],
      cpu: ['arm'],
    });
    expect(complete(completed)).toBe(completed);
  });
});
