import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseShell } from '#adapters/shell-parser/parse.ts';
import type { Action } from '#domain/action/action.ts';
import { createCachedEffectsOf } from '#domain/action/cached-effects.ts';
import { createEffectsOf } from '#domain/action/effects.ts';

const COMMANDS = [
  'cat out/a',
  'rm -rf out',
  'cp keys/id_rsa /tmp/x',
  'cd out && rm -rf ../x',
  'echo hi > out/../log',
  'git push --force origin main',
  'sudo tee /etc/hosts < keys/a',
  '',
];

/** A file system in which links come and go. */
function createPlace() {
  const links = new Map<string, string>();
  const lookUps: string[] = [];
  return {
    links,
    lookUps,
    ports: {
      parseShell,
      resolveLinks(path: string): string {
        lookUps.push(path);
        const from = [...links.keys()].find((link) => path === link || path.startsWith(`${link}/`));
        return from === undefined ? path : `${links.get(from)}${path.slice(from.length)}`;
      },
      home: '/home/u',
      temporaryDirectories: ['/tmp'],
      nowMs: () => 0,
    },
  };
}

const shell = (command: string, cwd = '/home/u/ws'): Action => ({
  kind: 'shell',
  command,
  background: false,
  cwd,
  workspaceRoots: ['/home/u/ws'],
});

const action: fc.Arbitrary<Action> = fc.oneof(
  fc
    .record({
      command: fc.constantFrom(...COMMANDS),
      background: fc.boolean(),
      cwd: fc.constantFrom('/home/u/ws', '/home/u/ws/out', '/srv'),
      workspaceRoots: fc.constantFrom(['/home/u/ws'], ['/srv'], ['/home/u/ws', '/srv']),
      unsandboxed: fc.constantFrom<true | undefined>(true, undefined),
    })
    .map(({ unsandboxed, ...rest }) => ({
      kind: 'shell' as const,
      ...rest,
      ...(unsandboxed === undefined ? {} : { unsandboxed }),
    })),
  fc.constantFrom('out/a', 'keys/b').map((path) => ({
    kind: 'file' as const,
    operation: 'read' as const,
    path,
    cwd: '/home/u/ws',
    workspaceRoots: ['/home/u/ws'],
  })),
);

const change = fc.record({
  link: fc.constantFrom('/home/u/ws/out', '/home/u/ws/keys', '/home/u/ws', '/tmp', '/home/u'),
  target: fc.constantFrom('/srv/out', '/home/u/.ssh', '/etc', undefined),
});

const steps = fc.array(fc.oneof({ weight: 4, arbitrary: fc.nat() }, { weight: 1, arbitrary: change }), {
  minLength: 2,
  maxLength: 40,
});

describe('effects from memory', () => {
  it('are those of a fresh analysis, whatever the file system does in between', () => {
    let hits = 0;
    fc.assert(
      // A few actions, again and again, as agents do.
      fc.property(fc.array(action, { minLength: 1, maxLength: 3 }), steps, (actions, turns) => {
        const { links, ports } = createPlace();
        const cached = createCachedEffectsOf(ports, (isHit) => {
          hits += isHit ? 1 : 0;
        });
        const fresh = createEffectsOf(ports);
        for (const step of turns) {
          const one = typeof step === 'number' ? actions[step % actions.length] : undefined;
          if (one !== undefined) expect(cached(one)).toEqual(fresh(one));
          else if (typeof step === 'number') continue;
          else if (step.target === undefined) links.delete(step.link);
          else links.set(step.link, step.target);
        }
      }),
    );
    // A property over misses only would show nothing.
    expect(hits).toBeGreaterThan(100);
  });

  it('are given up when a link leads elsewhere, and asks every question again before they count', () => {
    const { links, lookUps, ports } = createPlace();
    const results: boolean[] = [];
    const cached = createCachedEffectsOf(ports, (isHit) => results.push(isHit));
    const harmless = cached(shell('cat out/key'));
    const asked = [...lookUps];
    lookUps.length = 0;
    expect(cached(shell('cat out/key'))).toBe(harmless);
    expect(lookUps).toEqual(asked);
    links.set('/home/u/ws/out', '/home/u/.ssh');
    expect(cached(shell('cat out/key'))).toContainEqual(
      expect.objectContaining({ kind: 'read', path: '/home/u/.ssh/key' }),
    );
    expect(results).toEqual([false, true, false]);
  });

  it('are not kept when the analysis ended at a limit, or is large', () => {
    const { ports } = createPlace();
    const results: boolean[] = [];
    let nowMs = 0;
    const slow = createCachedEffectsOf({ ...ports, nowMs: () => (nowMs += 1_000) }, (isHit) => results.push(isHit));
    for (let turn = 0; turn < 2; turn++)
      expect(slow(shell('ls'))).toContainEqual(expect.objectContaining({ cause: 'limit' }));
    const many = `rm ${Array.from({ length: 200 }, (_, at) => `f${at}`).join(' ')}`;
    const cached = createCachedEffectsOf(ports, (isHit) => results.push(isHit));
    for (let turn = 0; turn < 2; turn++) cached(shell(many));
    expect(results).toEqual([false, false, false, false]);
  });
});
