import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCodeInstaller } from '#agents/opencode/install.ts';

type Hook = (input: object, output: { args?: Record<string, unknown> }) => Promise<void>;
interface Plugin {
  AcgsPlugin(context: object): Promise<Readonly<Record<'tool.execute.before' | 'tool.execute.after', Hook>>>;
}

let server: Server;
let folder: string;
let answer: { readonly verdict: string; readonly body: string };
let bodies: string[];
let logged: object[];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      const length = Buffer.byteLength(answer.body);
      response.writeHead(200, { 'ACGS-Verdict': answer.verdict, 'ACGS-Body-Bytes': length }).end(answer.body);
    });
  });
});
beforeEach(async () => {
  [bodies, logged] = [[], []];
  folder = await mkdtemp(join(tmpdir(), 'acgs-plugin-'));
  if (!server.listening)
    await new Promise<void>((resolve) => server.listen(join(folder, '../', `acgs-${process.pid}.sock`), resolve));
  await mkdir(join(folder, 'opencode'));
  await writeFile(join(folder, 'opencode/endpoint'), `unix:${String(server.address())}\n`);
  await writeFile(join(folder, 'opencode/deadline'), '20\n');
  await writeFile(join(folder, 'opencode/token'), 'abc\n', { mode: 0o600 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));
afterAll(() => {
  server.close();
});

async function load(): Promise<Awaited<ReturnType<Plugin['AcgsPlugin']>>> {
  const source = await readFile(fileURLToPath(new URL('opencode-plugin.js', import.meta.url)), 'utf8');
  const plan = { client: '', hookHome: folder, deadlineS: 20, scope: 'user', plugin: source } as const;
  const installed = openCodeInstaller.install(undefined, plan);
  if (!installed.ok) throw new Error(installed.refusal.message);
  const file = join(folder, 'acgs.mjs');
  await writeFile(file, installed.value);
  const plugin = (await import(pathToFileURL(file).href)) as Plugin; // the file that was written just now
  const client = { app: { log: async (entry: object) => logged.push(entry) } };
  return plugin.AcgsPlugin({ directory: '/src/shop', client });
}

const INPUT = { tool: 'bash', sessionID: 'ses_1', callID: 'call_1' };

describe('tool.execute.before', () => {
  it.each([
    ['allow', '{"decision":"deny","reason":"not here"}', 'not here'],
    ['deny', '{"decision":"allow"}', 'contradicts itself'],
    ['none', '{"decision":"allow"}', 'contradicts itself'],
    ['allow', '{"decision":"allow","args":{}}', 'contradicts itself'],
    ['modify', '{"decision":"allow"}', 'contradicts itself'],
    ['deny', '{"decision":"deny"}', 'not understood'],
    ['allow', '{"decision":"allow","x":1}', 'not understood'],
    ['allow', '["allow"]', 'not understood'],
    ['allow', '', 'not understood'],
  ])('%s %s: throws "%s"', async (verdict, body, message) => {
    answer = { verdict, body };
    const hooks = await load();
    await expect(hooks['tool.execute.before'](INPUT, { args: { command: 'ls' } })).rejects.toThrow(message);
  });

  it('throws for arguments that are no JSON, without asking', async () => {
    answer = { verdict: 'allow', body: '{"decision":"allow"}' };
    const hooks = await load();
    await expect(hooks['tool.execute.before'](INPUT, { args: { size: 1n } })).rejects.toThrow();
    expect(bodies).toEqual([]);
  });

  it('throws when others may read the token, and takes one from a file that is named', async () => {
    answer = { verdict: 'allow', body: '{"decision":"allow"}' };
    const hooks = await load();
    await chmod(join(folder, 'opencode/token'), 0o640);
    await expect(hooks['tool.execute.before'](INPUT, { args: {} })).rejects.toThrow('others may read');
    await rm(join(folder, 'opencode/token'));
    await writeFile(join(folder, 'mine'), 'def', { mode: 0o600 });
    await writeFile(join(folder, 'opencode/token-file'), `${join(folder, 'mine')}\n`);
    await hooks['tool.execute.before'](INPUT, { args: {} });
  });

  it('lets an allowed call through as it is', async () => {
    answer = { verdict: 'allow', body: '{"decision":"allow"}' };
    const output = { args: { command: 'ls' } };
    await (await load())['tool.execute.before'](INPUT, output);
    expect(output).toEqual({ args: { command: 'ls' } });
    expect(bodies.map((body) => JSON.parse(body))).toEqual([
      { event: 'tool.execute.before', ...INPUT, args: { command: 'ls' }, cwd: '/src/shop' },
    ]);
  });

  it('puts other arguments into the very object that OpenCode runs the tool with', async () => {
    answer = { verdict: 'modify', body: '{"decision":"allow","args":{"command":"ls -1"}}' };
    const args: Record<string, unknown> = { command: 'ls', cwd: '/' };
    await (await load())['tool.execute.before'](INPUT, { args });
    expect(args).toEqual({ command: 'ls -1' });
  });
});

describe('tool.execute.after', () => {
  it('reports what was done', async () => {
    answer = { verdict: 'none', body: '{"decision":"allow"}' };
    await (await load())['tool.execute.after']({ ...INPUT, args: { command: 'ls' } }, {});
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ event: 'tool.execute.after', args: { command: 'ls' } });
    expect(logged).toEqual([]);
  });

  it('does not throw when that fails, and does not keep it to itself', async () => {
    await writeFile(join(folder, 'opencode/endpoint'), 'unix:/nonexistent\n');
    await (await load())['tool.execute.after'](INPUT, {});
    expect(logged).toMatchObject([{ body: { level: 'error', message: expect.stringContaining('cannot be reached') } }]);
  });
});
