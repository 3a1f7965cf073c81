import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Type from 'typebox';
import Value from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournalReader } from '#adapters/journal/inspect.ts';
import type { JournalEntry } from '#domain/journal/journal.ts';
import { type Amendment, type Fleet, startFleet } from '../support/fleet.ts';
import { type ServerProcess, until } from '../support/server-process.ts';

const PATIENCE_MS = 240_000;

/** Of a decision, what these tests look at. */
const Decided = Type.Object({
  decision: Type.Object({
    verdict: Type.Object({ kind: Type.String(), role: Type.Optional(Type.String()) }),
    constitution: Type.Object({ number: Type.Integer(), digest: Type.String() }),
    reasons: Type.Array(Type.Object({ policy: Type.String() })),
  }),
});

/** Denies a program that nobody needs: a rise that the objectives allow. */
const GOOD: Amendment = {
  title: 'No telnet',
  policy: `@id("no-telnet")
@article("5")
@reason("Telnet sends passwords in the clear.")
@advice("Use ssh.")
forbid (principal, action == Action::"run", resource)
when { resource.name == "telnet" };
`,
  examples: `- { policy: no-telnet, command: 'telnet example.org', expect: deny }
- { policy: no-telnet, command: 'npm test', expect: allow }
`,
};

/** Denies what every agent does all day. */
const BAD: Amendment = {
  title: 'No tests',
  policy: `@id("no-tests")
@article("1")
@reason("Tests are put off.")
@advice("Wait.")
forbid (principal, action == Action::"run", resource)
when { resource.name == "npm" };
`,
  examples: `- { policy: no-tests, command: 'npm test', expect: deny }
- { policy: no-tests, command: 'git status', expect: allow }
`,
};

const plan = (text: string) =>
  text
    .replace(/^ {2}canaryPercent: .*$/m, '  canaryPercent: 0')
    .replace(/^ {2}canaryRepositories: .*$/m, '  canaryRepositories: [tried]');

/** The roll-out of a constitution over real processes: a constitution service and two decision nodes. Each step builds on the one before. */
describe('rolling a constitution out', { timeout: 600_000 }, () => {
  let fleet: Fleet;
  let bad = '';
  let good = '';
  let first = '';
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    fleet = await startFleet({ nodes: 2, document: plan });
    [bad = '', good = ''] = await fleet.pass([BAD, GOOD]);
    first = (await fleet.republic.call('ops', 'GET', '/v1/constitution')).body.ref.digest;
    for (const node of fleet.nodes) tokens.set(node.home, await fleet.agentToken(node, 'codex'));
  }, 600_000);
  afterAll(() => fleet.end(), 120_000);

  const nodeAt = (index: number): ServerProcess => {
    const node = fleet.nodes[index];
    if (node === undefined) throw new Error('there is no such node');
    return node;
  };

  async function decide(index: number, command: string, workspace = '/srv/other') {
    const node = nodeAt(index);
    const action = { kind: 'shell', command, background: false, cwd: workspace, workspaceRoots: [workspace] };
    const answer = await fetch(`${node.url}/v1/decisions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.get(node.home)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ action }),
    });
    const { verdict, constitution, reasons } = Value.Parse(Decided, await answer.json()).decision;
    return {
      verdict: verdict.role === undefined ? verdict.kind : `${verdict.kind} ${verdict.role}`,
      number: constitution.number,
      digest: constitution.digest,
      policies: reasons.map(({ policy }) => policy),
    };
  }

  it('shows every node with what it decides by, verified by itself', async () => {
    await fleet.followed();
    const { body } = await fleet.republic.call('ops', 'GET', '/v1/nodes');
    expect(body.nodes).toMatchObject([
      { id: 'node-1', number: 1, digest: first, follows: true, verified: true, isStale: false },
      { id: 'node-2', number: 1, digest: first, follows: true, verified: true, isStale: false },
    ]);
  });

  it('takes orders and reports from the node itself only', async () => {
    const answer = await fleet.republic.call('ops', 'POST', '/v1/nodes/node-1/orders', {});
    expect([answer.status, answer.body.code]).toEqual([403, 'not-entitled']);
    const agent = await fleet.republic.call('codex', 'POST', '/v1/nodes/codex/orders', {});
    expect([agent.status, agent.body.code]).toEqual([403, 'not-entitled']);
    const moved = await fleet.republic.call('codex', 'POST', '/v1/roll-out', { candidate: bad });
    expect([moved.status, moved.body.code]).toEqual([403, 'not-entitled']);
  });

  it('enforces nothing in shadow, and reports what would flip with examples', async () => {
    await fleet.rollOut('', { candidate: good });
    await fleet.followed();
    const telnet = await decide(0, 'telnet example.org 23', '/srv/tried');
    expect(telnet).toMatchObject({ number: 1 });
    expect(telnet.policies).not.toContain('no-telnet');
    await until(async () => (await fleet.status()).flips.length > 0, PATIENCE_MS);
    const { flips, rollOut } = await fleet.status();
    expect(rollOut.stage.kind).toBe('shadow');
    expect(flips[0]).toMatchObject({ to: 'deny', examples: [{ principalId: 'codex', to: ['no-telnet'] }] });
  });

  it('enforces a canary for its repository alone, and goes back by one pointer', async () => {
    await fleet.rollOut('/advance');
    await fleet.followed();
    expect(await decide(1, 'telnet example.org 23', '/srv/tried')).toMatchObject({ verdict: 'deny', digest: good });
    expect(await decide(1, 'telnet example.org 23', '/srv/other')).toMatchObject({ digest: first });
    expect((await fleet.republic.call('ops', 'GET', '/v1/constitution')).body.ref.number).toBe(1);
    await fleet.rollOut('/advance');
    await fleet.followed();
    for (const index of [0, 1]) {
      expect(await decide(index, 'telnet example.org 23')).toMatchObject({ verdict: 'deny', number: 2, digest: good });
    }
  });

  it('refuses what does not follow the constitution in force', async () => {
    const late = await fleet.republic.call('ops', 'POST', '/v1/roll-out', { candidate: bad });
    expect(late.status).toBe(409);
  });

  it('goes on while the service, the registry and the database are away, warm and cold', async () => {
    await fleet.republic.stop();
    expect(await decide(0, 'npm test')).toMatchObject({ verdict: 'allow', digest: good });
    await nodeAt(0).kill('SIGKILL');
    await fleet.startNode(0);
    expect(await decide(0, 'npm test')).toMatchObject({ verdict: 'allow', digest: good });
    expect(await decide(0, 'git push origin feature/x')).toMatchObject({ verdict: 'allow', digest: good });
  });

  it('asks for what is risky, and denies what is final, once it was cut off for too long', async () => {
    await nodeAt(0).kill('SIGTERM');
    writeFileSync(join(nodeAt(0).home, 'confirmed'), `${Date.now() - 97 * 3_600_000}\n`);
    await fleet.startNode(0);
    expect(await decide(0, 'npm test')).toMatchObject({ verdict: 'allow', digest: good });
    const push = await decide(0, 'git push origin feature/x');
    expect(push).toMatchObject({ verdict: 'ask developer', policies: expect.arrayContaining(['stale-reaching']) });
    const drop = await decide(0, 'dropdb shop');
    expect(drop).toMatchObject({ verdict: 'deny', policies: expect.arrayContaining(['stale-final']) });
  });

  it('refuses to start from a disk that was tampered with, or set back', async () => {
    await nodeAt(1).kill('SIGTERM');
    const constitutions = join(nodeAt(1).home, 'constitutions');
    const inForce = join(constitutions, 'in-force.json');
    const mark = readFileSync(inForce, 'utf8');
    writeFileSync(inForce, JSON.stringify({ number: 1, digest: first }));
    await expect(fleet.startNode(1)).rejects.toThrow('rollback without an amendment');
    writeFileSync(inForce, mark);
    const folder = readdirSync(constitutions).find((name) => name.startsWith('2-')) ?? '';
    const bundle = join(constitutions, folder, 'bundle.json');
    const bytes = readFileSync(bundle, 'utf8');
    writeFileSync(bundle, bytes.replace('telnet', 'talnet'));
    await expect(fleet.startNode(1)).rejects.toThrow('has the digest');
    writeFileSync(bundle, bytes);
    await fleet.startNode(1);
    expect(await decide(1, 'telnet example.org 23')).toMatchObject({ verdict: 'deny', digest: good });
  });

  it('is whole again when the service is back', async () => {
    await fleet.republic.start();
    await Promise.all(fleet.nodes.map((node) => node.kill('SIGTERM')));
    for (const index of [0, 1]) await fleet.startNode(index);
    await fleet.followed();
    expect(await decide(0, 'git push origin feature/x')).toMatchObject({ verdict: 'allow', digest: good });
  });

  it('takes a bad canary back by itself, on every node', async () => {
    const [worse = ''] = await fleet.pass([BAD]);
    await fleet.rollOut('', { candidate: worse });
    await fleet.followed();
    await fleet.rollOut('/advance').catch(() => undefined); // by now the shadow may have told enough
    let sent = 0;
    await until(async () => {
      for (const index of [0, 1]) await decide(index, `npm test ${++sent}`, '/srv/tried');
      return (await fleet.status()).rollOut.stage.kind === 'rolled-back';
    }, PATIENCE_MS);
    const { rollOut } = await fleet.status();
    expect(rollOut.stage.cause).toMatchObject({ kind: 'objective', measured: { objective: 'deny-rate' } });
    await fleet.followed();
    for (const index of [0, 1]) {
      expect(await decide(index, 'npm test', '/srv/tried')).toMatchObject({ verdict: 'allow', digest: good });
    }
  });

  it('can be followed in the journals, of the service and of each node', async () => {
    await Promise.all(fleet.nodes.map((node) => node.kill('SIGTERM')));
    const service = await entries(fleet.republic.home);
    const moves = service.flatMap((entry) => (entry.kind === 'roll-out' ? [entry.event.kind] : []));
    expect(moves.slice(0, 3)).toEqual(['begun', 'canary-begun', 'activated']);
    expect(moves.at(-1)).toBe('rolled-back');
    for (const node of fleet.nodes) {
      const numbers = (await entries(node.home)).flatMap((entry) =>
        entry.kind === 'order-taken' ? [entry.order.inForce.number] : [],
      );
      expect(numbers.at(0)).toBe(1);
      expect(numbers.at(-1)).toBe(2);
      expect(numbers).toEqual(numbers.toSorted());
    }
  });
});

async function entries(home: string): Promise<readonly JournalEntry[]> {
  const opened = await openJournalReader(join(home, 'journal'));
  if (!opened.ok) throw new Error(opened.refusal.message);
  const found: JournalEntry[] = [];
  for await (const { entry } of opened.value.read(1)) found.push(entry);
  return found;
}
