import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityFleet, standingAt, startIdentityFleet } from '../support/identity-fleet.ts';
import { type ServerProcess, until } from '../support/server-process.ts';

/** A machine may be slow, and tests beside this one. What is usual is printed, and measured by `npm run bench:revocation`. */
const PATIENCE_MS = 400_000;

let fleet: IdentityFleet;
let identity: ServerProcess;
let nodes: readonly ServerProcess[];

beforeAll(async () => {
  fleet = await startIdentityFleet();
  identity = await fleet.startIdentity();
  nodes = await Promise.all([fleet.startNode('node-1'), fleet.startNode('node-2')]);
}, PATIENCE_MS);
afterAll(() => fleet.end(), PATIENCE_MS);

/** Until every node says this to the token; milliseconds. */
async function everywhere(token: string, standing: string, of: readonly ServerProcess[] = nodes): Promise<number> {
  const startMs = performance.now();
  await Promise.all(of.map((node) => until(async () => (await standingAt(node, token)) === standing, PATIENCE_MS)));
  return performance.now() - startMs;
}

function told(what: string, ms: number): void {
  console.info(`${what}: refused by the last of ${nodes.length} nodes after ${Math.ceil(ms)} ms`);
}

async function revoke(token: string): Promise<void> {
  const response = await fetch(`${identity.url}/oauth/revoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token }).toString(),
  });
  expect(response.status).toBe(200);
}

describe('decision nodes that follow an identity service', () => {
  it(
    'refuse whoever is suspended, revoked, ended, or signed for by a key that is forgotten, on all nodes',
    async () => {
      const folder = await fleet.enrol(identity, 'laptop');
      const first = await fleet.token(identity, folder);
      await everywhere(first, 'ok');

      await fleet.acgs(identity, 'agent', 'suspend', 'laptop', '--why', 'a look');
      told('suspended', await everywhere(first, 'agent-suspended'));
      await fleet.acgs(identity, 'agent', 'reinstate', 'laptop', '--why', 'looked');
      await everywhere(first, 'ok');

      await revoke(first);
      told('token revoked', await everywhere(first, 'token-revoked'));

      const second = await fleet.token(identity, folder);
      await everywhere(second, 'ok');
      expect((await identity.post('/v1/signing-keys', { forget: true })).status).toBe(201);
      told('signing key forgotten', await everywhere(second, 'token-unknown'));

      const third = await fleet.token(identity, folder);
      await everywhere(third, 'ok');
      // Nodes follow, and agents do not.
      for (const [headers, status] of [
        [{ authorization: `Bearer ${third}` }, 403],
        [{}, 401],
      ] as const) {
        expect((await fetch(`${identity.url}/v1/directory`, { headers })).status).toBe(status);
      }
      await fleet.acgs(identity, 'agent', 'compromised', 'laptop', '--why', 'lost');
      told('compromised', await everywhere(third, 'agent-compromised'));
    },
    PATIENCE_MS,
  );

  it(
    'go on while it is away, start cold by what they kept, and hear of it again',
    async () => {
      const folder = await fleet.enrol(identity, 'desk');
      const token = await fleet.token(identity, folder);
      await everywhere(token, 'ok');
      await identity.kill('SIGKILL');

      await nodes[1]?.kill('SIGTERM');
      const [again, stranger] = await Promise.all([
        fleet.startNode('node-2'),
        fleet.startNode('node-3', { until: 'alive', ageMinutesMax: 0.1 }),
      ]);
      nodes = [...nodes.slice(0, 1), again];
      expect(await Promise.all(nodes.map((node) => standingAt(node, token)))).toEqual(['ok', 'ok']);
      // It has never heard who there is: nobody is let in on a guess, and its operator can still look.
      expect(await standingAt(stranger, token)).toBe('directory-stale');
      expect((await stranger.get('/readyz')).status).toBe(503);
      expect((await stranger.get('/v1/constitution')).status).toBe(200);

      identity = await fleet.startIdentity();
      await everywhere(token, 'ok', [stranger]);
      expect((await stranger.get('/readyz')).status).toBe(200);
      await fleet.acgs(identity, 'agent', 'retire', 'desk', '--why', 'not needed');
      told('retired, the service started again', await everywhere(token, 'agent-retired', [...nodes, stranger]));

      // The bound of this one is six seconds, that of the others a quarter of an hour.
      const spared = await fleet.token(identity, await fleet.enrol(identity, 'tablet'));
      await everywhere(spared, 'ok', [...nodes, stranger]);
      await identity.kill('SIGKILL');
      await everywhere(spared, 'directory-stale', [stranger]);
      expect(await (await stranger.get('/readyz')).json()).toMatchObject({ status: 'not-ready', identity: 'stale' });
      expect(await standingAt(again, spared)).toBe('ok');
    },
    PATIENCE_MS,
  );
});
