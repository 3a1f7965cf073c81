import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readKeyFile } from '#adapters/key-file/key-file.ts';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { FOUNDER_KEY_FILE } from '#apps/server/constitution-in-force.ts';
import { agentPrincipal } from '#apps/server/tokens.ts';
import { BUNDLE_PAYLOAD_TYPE } from '#domain/constitution/bundle.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import { NODE_AGENT } from '#domain/rollout/node-agent.ts';
import { signEnvelope } from '#domain/signature/dsse.ts';
import { foundRepublic } from './republic.ts';
import { type ServerProcess, startServerProcess, until } from './server-process.ts';

const PATIENCE_MS = 240_000;
const VOTE_HOURS = 24 * 7;
const TOKEN_TTL_MS = 86_400_000;

/** A policy of its own in a file of its own, with its examples. */
export interface Amendment {
  readonly title: string;
  readonly policy: string;
  readonly examples: string;
}

/**
 * A constitution service with people, whose clock is moved by hand so that votes end, and decision nodes that follow it: each a process of
 * its own, as its users start it, with its own state, registry and journal.
 */
export async function startFleet(options: { readonly document: (text: string) => string; readonly nodes: number }) {
  const republic = await foundRepublic(Date.now(), { runs: 'constitution', document: options.document });
  await republic.start();
  const nodes: ServerProcess[] = [];

  /** Where it was last, when it is away. */
  let address = republic.address();
  function url(): string {
    if (republic.isRunning()) address = republic.address();
    return address;
  }

  async function startNode(index: number): Promise<ServerProcess> {
    const id = `node-${index + 1}`;
    const home = join(republic.root, id);
    const tokenFile = join(republic.root, `${id}.token`);
    const principal = { kind: 'agent', id: id as AgentId, agent: NODE_AGENT, teams: [] } as const;
    writeFileSync(tokenFile, await republic.issue(principal), { mode: 0o600 });
    const node = await startServerProcess({
      home,
      service: 'decision',
      env: nodeEnvironment(url(), id, tokenFile),
    });
    nodes[index] = node;
    return node;
  }

  /** Drafts, votes, seven days by the service's clock, signatures: what may be rolled out then. Their digests, in order. */
  async function pass(amendments: readonly Amendment[]): Promise<readonly string[]> {
    const { body } = await republic.call('ops', 'GET', '/v1/constitution');
    const ids: string[] = [];
    for (const [index, amendment] of amendments.entries()) {
      const folder = republic.folder(`draft-${index}`, (read, write) => {
        const document = read('constitution.yaml')
          .replace(/^number: .*$/m, `number: ${body.ref.number + 1}`)
          .replace(/^parent: .*$/m, `parent: ${body.ref.digest}`);
        write('constitution.yaml', document);
        write('policies/50-amendment.cedar', amendment.policy);
        write('tests/50-amendment.yaml', amendment.examples);
      });
      const proposed = await republic.acgs('ada', 'propose', folder, '--title', amendment.title, '--json');
      if (proposed.code !== 0) throw new Error(`not proposed: ${proposed.err}`);
      const { id } = JSON.parse(proposed.out);
      for (const who of ['ada', 'ben', 'cem', 'max']) await republic.acgs(who, 'vote', id, 'for');
      ids.push(id);
    }
    republic.clock.pass(VOTE_HOURS);
    return Promise.all(ids.map(signed));
  }

  async function signed(id: string): Promise<string> {
    const read = async () => (await republic.call('ops', 'GET', `/v1/amendments/${id}`)).body;
    await until(async () => (await read()).state.kind === 'passed', PATIENCE_MS);
    const founder = await readKeyFile(join(republic.home, FOUNDER_KEY_FILE));
    if (!founder.ok) throw new Error(founder.refusal.message);
    const bundle = join(republic.root, `${id}.bundle`);
    await republic.acgs('ops', 'fetch', id, bundle);
    const envelope = join(republic.root, `${id}.envelope`);
    writeFileSync(envelope, JSON.stringify(signEnvelope(BUNDLE_PAYLOAD_TYPE, readFileSync(bundle), [founder.value])));
    const submitted = await republic.acgs('ops', 'submit', id, envelope);
    if (submitted.code !== 0) throw new Error(`not signed: ${submitted.err}`);
    return (await read()).constitution.digest;
  }

  for (let index = 0; index < options.nodes; index += 1) await startNode(index);
  return {
    republic,
    /** By index; one that was started again is in the place of the one before. */
    nodes,
    startNode,
    pass,
    /** Rolls out, or moves on: `/v1/roll-out`, as the operator. */
    async rollOut(step: '' | '/advance' | '/rollback', body: object = {}) {
      const answer = await republic.call('ops', 'POST', `/v1/roll-out${step}`, body);
      if (answer.status !== 200) throw new Error(`${step} ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    async status() {
      return (await republic.call('ops', 'GET', '/v1/roll-out')).body;
    },
    /** Until every node that runs has acknowledged the order that is given now. */
    async followed(): Promise<void> {
      await until(async () => {
        const { body } = await republic.call('ops', 'GET', '/v1/nodes');
        return body.nodes.length >= options.nodes && body.nodes.every((node: { follows: boolean }) => node.follows);
      }, PATIENCE_MS);
    },
    /** A token for an agent on a node. */
    agentToken: (node: ServerProcess, id: string) =>
      createTokenFile(join(node.home, 'tokens.json')).issue(agentPrincipal('codex', id), Date.now(), TOKEN_TTL_MS),
    async end() {
      await Promise.all(nodes.map((node) => node.kill('SIGTERM')));
      await republic.end();
    },
  };
}

export type Fleet = Awaited<ReturnType<typeof startFleet>>;

function nodeEnvironment(url: string, id: string, tokenFile: string): Record<string, string> {
  return {
    ACGS_CONSTITUTION_URL: url,
    ACGS_NODE_ID: id,
    ACGS_NODE_TOKEN_FILE: tokenFile,
    // Nobody listens there: the search index is down all the time, and nothing of this needs it.
    ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none',
    ACGS_LOG_LEVEL: 'warn',
  };
}
