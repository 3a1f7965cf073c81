import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Type from 'typebox';
import Value from 'typebox/value';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { enrol } from '#apps/cli/agent/enrolled-agent.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { startTestPostgres } from '../support/postgres.ts';
import { until } from '../support/server-process.ts';
import { type HookedRun, startWorld, type World } from './world.ts';

/**
 * A shop's team on a working day: people who were invited, agents with installed hooks, an amendment under vote. All of it comes about
 * as it does for users, through hooks, the command line and the API; only names and commands are thought out.
 */
export interface Demo extends World {
  /** Runs of hooks that are held open until a person answers. */
  readonly waiting: readonly Promise<unknown>[];
}

/** Of people who sign in with a password; of tests and pictures only. */
export const DEMO_PASSWORD = 'ladders under the quiet harbour';

const PEOPLE = [
  { id: 'mara', name: 'Mara Lindqvist', roles: ['developer', 'maintainer', 'security', 'operator'] },
  { id: 'jonas', name: 'Jonas Okafor', roles: ['developer', 'maintainer'] },
  { id: 'wei', name: 'Wei Zhang', roles: ['developer'] },
  { id: 'ines', name: 'Inês Duarte', roles: ['auditor'] },
] as const;
type PersonName = (typeof PEOPLE)[number]['id'];

const STARTER = fileURLToPath(new URL('../../constitution', import.meta.url));
const TOKEN_MS = 3_600_000;

/** Milliseconds until a question is there: a hook is a process that a busy machine starts slowly. */
const GRANT_MS_MAX = 120_000;
const Waiting = Type.Object({ requests: Type.Array(Type.Object({ decision: Type.Object({ id: Type.String() }) })) });
const Invited = Type.Object({ code: Type.String() });
const Constitution = Type.Object({ ref: Type.Object({ digest: Type.String() }) });
const Proposed = Type.Object({ id: Type.String() });

export async function startDemo(): Promise<Demo> {
  // A real PostgreSQL is there sooner than the embedded one, on a machine that does other things beside.
  const postgres = await startTestPostgres();
  const { user, password, host, port, database } = postgres.poolConfig;
  const started = await startWorld({ ACGS_DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${database}` });
  const world: World = {
    ...started,
    async stop() {
      await started.stop();
      await postgres.stop();
    },
  };
  try {
    const tokens = await issueTokens(world);
    await invitePeople(world);
    await enrolAgents(world);
    await grant(world, tokens);
    const waiting = await work(world);
    await amend(world, tokens);
    return { ...world, waiting };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

/** For the command line; known to the server long before they are used. */
export async function issueTokens({ server }: World): Promise<ReadonlyMap<string, string>> {
  const file = createTokenFile(join(server.home, 'tokens.json'));
  const issued = new Map<string, string>();
  for (const { id, roles } of PEOPLE) {
    issued.set(id, await file.issue({ kind: 'person', id: id as PersonId, roles }, Date.now(), TOKEN_MS));
  }
  return issued;
}

/** As an operator invites them, and as they accept. */
export async function invitePeople({ server }: World): Promise<void> {
  for (const person of PEOPLE) {
    await expectOk(await server.post('/v1/people', person));
    const invited = Value.Parse(
      Invited,
      await (await expectOk(await server.post(`/v1/people/${person.id}/invitation`, {}))).json(),
    );
    const body = JSON.stringify({ code: invited.code, password: DEMO_PASSWORD });
    const headers = { 'content-type': 'application/json' };
    await expectOk(await fetch(`${server.url}/v1/sign-in/invitation`, { method: 'POST', headers, body }));
  }
}

/** Agents with keys of their own; one has not come yet, one was stopped. */
async function enrolAgents({ server, project }: World): Promise<void> {
  for (const [id, agent, becomes] of [
    ['claude-jonas', 'claude-code', 'active'],
    ['codex-review', 'codex', 'active'],
    ['gemini-docs', 'gemini-cli', 'suspended'],
    ['cursor-ines', 'cursor', 'pending'],
  ] as const) {
    const invited = Value.Parse(Invited, await (await expectOk(await server.post('/v1/agents', { id, agent }))).json());
    if (becomes === 'pending') continue;
    await enrol({ server: server.url, folder: join(project, '..', 'enrolled', id), code: invited.code });
    if (becomes === 'active') continue;
    const body = { status: becomes, why: 'It rewrote pages that nobody had asked about.' };
    await expectOk(await server.post(`/v1/agents/${id}/status`, body));
  }
}

/** A maintainer lets an agent push to its own branches for three days; it has done so once since. */
async function grant(world: World, tokens: ReadonlyMap<string, string>): Promise<void> {
  const { server } = world;
  const codex = await world.agent('codex', 'codex-prices');
  const asked = codex.wants('git push -f origin feature/prices', 'prices');
  let id: string | undefined;
  await until(async () => {
    const { requests } = Value.Parse(Waiting, await (await server.get('/v1/approvals?state=waiting')).json());
    id = requests[0]?.decision.id;
    return id !== undefined;
  }, GRANT_MS_MAX);
  const argv = ['approve', id ?? '', '--standing', '--for', '3d', '--ref', 'feature/*'];
  await runAcgs(server, tokens.get('jonas') ?? '', argv);
  await asked;
  await codex.wants('git push -f origin feature/rounding', 'prices');
}

/** Three agents do their work; of what they want, some is denied, and some waits for a person. */
async function work(world: World): Promise<readonly Promise<unknown>[]> {
  const claude = await world.agent('claude-code', 'claude-mara');
  const codex = await world.agent('codex', 'codex-ci');
  const cursor = await world.agent('cursor', 'cursor-wei');
  const runs: readonly (readonly [HookedRun, string, readonly string[]])[] = [
    [claude, 'checkout-rework', ['git status --short', 'rg "price" src/checkout', 'npm test -- checkout']],
    [codex, 'nightly-upgrade', ['git switch -c upgrade/fastify', 'npm outdated --json', 'npm ci']],
    [cursor, 'search-page', ['ls src/search', 'npm run lint', 'node scripts/seed.js --dry-run']],
    [claude, 'checkout-rework', ['git add src/checkout', 'git commit -m "Round prices once, at the end"']],
    [codex, 'nightly-upgrade', ['rm -rf / --no-preserve-root', 'npm test']],
    [cursor, 'search-page', ['rm -rf ~/', 'npm test -- search']],
    [claude, 'checkout-rework', ['npm run build', 'rg -n TODO src']],
  ];
  for (const [agent, session, commands] of runs) {
    for (const command of commands) await agent.wants(command, session);
  }
  const waiting = [
    codex.wants('git push origin main', 'nightly-upgrade'),
    claude.wants('cat .env && node scripts/check-config.js', 'checkout-rework'),
    cursor.wants('rm -rf src/search/legacy', 'search-page'),
  ];
  return waiting.map((one) => one.catch(() => undefined)); // the server may be stopped while they wait
}

/** Number 2 asks a maintainer before anything is deployed by script; two have voted. */
export async function amend({ server, project }: World, tokens: ReadonlyMap<string, string>): Promise<void> {
  const { ref } = Value.Parse(Constitution, await (await server.get('/v1/constitution')).json());
  const folder = join(project, '..', 'second');
  cpSync(STARTER, folder, { recursive: true });
  const edit = (file: string, change: (text: string) => string) =>
    writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')));
  edit('constitution.yaml', (text) =>
    text
      .replace(/^number: 1$/m, 'number: 2')
      .replace(/^title: .*$/m, 'title: The constitution of the shop')
      .replace(/^parent: .*$/m, `parent: ${ref.digest}`),
  );
  edit(
    'policies/10-tools.cedar',
    (text) => `${text}
@id("tools-legacy")
@article("10")
@reason("The old tracker is being moved to the new one; what is written there now is lost.")
@advice("Use the tracker \\"issues\\".")
forbid (
principal,
action == Action::"call",
resource in Server::"legacy"
)
unless { context has approval && context.approval.role == "maintainer" };
`,
  );
  edit(
    'tests/10-tools.yaml',
    (text) => `${text}
- { policy: tools-legacy, action: { kind: mcp, server: issues, tool: get_issue, input: {} }, expect: allow }
- { policy: tools-legacy, action: { kind: mcp, server: legacy, tool: add_issue, input: {} }, expect: ask maintainer }
`,
  );
  const title = 'Ask before anything is written to the old tracker';
  const acgs = (who: PersonName, ...argv: readonly string[]) => runAcgs(server, tokens.get(who) ?? '', argv);
  const proposed = await acgs('wei', 'constitution', 'propose', folder, '--title', title, '--json');
  const { id } = Value.Parse(Proposed, JSON.parse(proposed));
  await acgs('wei', 'constitution', 'vote', id, 'for');
  await acgs('jonas', 'constitution', 'vote', id, 'for');
}

/** The command line as a person uses it, in this process. */
async function runAcgs(server: World['server'], token: string, argv: readonly string[]): Promise<string> {
  const io = createRecordedIo({ cwd: server.home, env: { ACGS_URL: server.url, ACGS_TOKEN: token } });
  const code = await run([...argv], io);
  const { out, err } = io.written();
  if (code !== 0) throw new Error(`acgs ${argv.join(' ')} ended with ${code}: ${err}`);
  return out;
}

async function expectOk(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return response;
}
