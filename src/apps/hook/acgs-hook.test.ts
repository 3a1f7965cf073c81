import { spawn, spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { INSTALLERS } from '#apps/cli/hook/agents.ts';
import { AGENT_KINDS } from '#domain/action/action.ts';

const SCRIPT = fileURLToPath(new URL('acgs-hook.sh', import.meta.url));
const TOKEN = 'acgs_test.Token-1~2+3/4=';
const DENIAL = JSON.stringify({
  hookSpecificOutput: {
    hookEventName: 'PreToolUse',
    permissionDecision: 'deny',
    permissionDecisionReason: 'No: "rm" in C:\\tmp\n, ümläut, 漢字, 🙂 and \u2028.',
  },
});
/** The shells that may be /bin/sh, or that somebody may run the client with; those that this machine has. */
const SHELLS = [['dash'], ['bash'], ['busybox', 'sh'], ['mksh']].filter(
  ([name = '']) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
);

interface Seen {
  readonly request: IncomingMessage;
  readonly body: Buffer;
}
interface Answer {
  readonly verdict?: string;
  readonly body?: string;
  readonly bytes?: number;
}

let folder: string;
let server: Server;
let seen: Seen[];
let answer: Answer;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ request, body: Buffer.concat(chunks) });
      const { verdict = 'allow', body = '', bytes = Buffer.byteLength(body) } = answer;
      response.writeHead(200, { 'acgs-verdict': verdict, 'acgs-body-bytes': bytes }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
});

beforeEach(async () => {
  seen = [];
  answer = {};
  folder = await mkdtemp(join(tmpdir(), 'acgs-hook-'));
  await copyFile(SCRIPT, join(folder, 'acgs-hook'));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  for (const agent of AGENT_KINDS) {
    await mkdir(join(folder, agent));
    await set(agent, 'endpoint', `http://127.0.0.1:${port}`);
    await set(agent, 'deadline', '20');
    await set(agent, 'curl', '/usr/bin/curl');
    await set(agent, 'token', TOKEN);
    await chmod(join(folder, agent, 'token'), 0o600);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function set(agent: string, name: string, value: string): Promise<void> {
  await writeFile(join(folder, agent, name), `${value}\n`);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  args: readonly string[],
  options: { shell?: readonly string[]; input?: string | Buffer; env?: Record<string, string> } = {},
): Promise<Ended> {
  const [program = 'sh', ...rest] = options.shell ?? ['sh'];
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, ...options.env };
    const child = spawn(program, [...rest, join(folder, 'acgs-hook'), ...args], { env });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.stdin.on('error', reject); // the payload must always be taken
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(options.input ?? '{"tool_name":"Bash"}');
  });
}

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('under %s', (_, shell) => {
  it('blocks what it does not understand', async () => {
    for (const wrong of [
      { body: '{"permissionDecision":"allow"' },
      { verdict: 'maybe' },
      { bytes: 1 },
      { body: '\u0000{}' },
    ]) {
      answer = wrong;
      const { code, stdout, stderr } = await run(['claude-code', 'PreToolUse'], { shell });
      expect([code, stdout], JSON.stringify(wrong)).toEqual([2, '']);
      expect(stderr).toContain('ACGS did not decide');
    }
  });

  it('passes a denial on, byte for byte', async () => {
    answer = { verdict: 'deny', body: DENIAL };
    expect(await run(['claude-code', 'PreToolUse'], { shell })).toEqual({ code: 0, stdout: DENIAL, stderr: '' });
  });

  it('passes an empty allow on, and a payload of 1 MiB with any bytes in it', async () => {
    const input = Buffer.from(Array.from({ length: 1 << 20 }, (_, index) => (index * 31) & 0xff));
    expect(await run(['codex', 'PreToolUse'], { shell, input })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(seen[0]?.body.equals(input)).toBe(true);
  });

  it('takes the whole payload even if it cannot ask', async () => {
    await rm(join(folder, 'codex'), { recursive: true });
    const { code } = await run(['codex', 'PreToolUse'], { shell, input: 'x'.repeat(1 << 20) });
    expect(code).toBe(2);
  });
});

describe('the request', () => {
  it('names the agent and the event, and carries the token', async () => {
    await run(['gemini-cli', 'BeforeTool']);
    const { request, body } = seen[0] ?? { request: undefined, body: '' };
    expect([request?.method, request?.url]).toEqual(['POST', '/v1/hooks/gemini-cli?event=BeforeTool']);
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      'acgs-deadline-ms': '20000',
    });
    expect(request?.headers['expect']).toBeUndefined();
    expect(body.toString()).toBe('{"tool_name":"Bash"}');
  });

  it('is not led astray by proxies, a curlrc, a PATH or an IFS', async () => {
    await writeFile(join(folder, '.curlrc'), 'url = "http://127.0.0.1:9/"\nproxy = "http://127.0.0.1:9"\n');
    const proxy = 'http://127.0.0.1:9';
    const env = { http_proxy: proxy, HTTP_PROXY: proxy, ALL_PROXY: proxy, CURL_HOME: folder, PATH: folder, IFS: '/' };
    await writeFile(join(folder, 'ls'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { code, stderr } = await run(['codex', 'PreToolUse'], { shell: ['/bin/sh'], env });
    expect([code, stderr, seen.length]).toEqual([0, '', 1]);
  });

  it('shows the token to nobody: neither arguments nor environment of any process', async () => {
    const spy = join(folder, 'spy');
    await writeFile(
      spy,
      `#!/bin/sh\n{ tr '\\0' '\\n' </proc/$$/cmdline; env; ps axww -o args; } >"$HOME/spied"\nexec /usr/bin/curl "$@"\n`,
      { mode: 0o755 },
    );
    await set('codex', 'curl', spy);
    expect((await run(['codex', 'PreToolUse'])).code).toBe(0);
    const spied = await readFile(join(folder, 'spied'), 'utf8');
    expect(spied).toContain('--data-binary');
    expect(spied).not.toContain(TOKEN);
  });

  it('goes through a Unix socket', async () => {
    const socket = join(folder, 'acgs.sock');
    const local = createServer((request, response) => {
      request
        .resume()
        .on('end', () => response.writeHead(200, { 'ACGS-Verdict': 'allow', 'ACGS-Body-Bytes': 0 }).end());
    });
    await new Promise<void>((resolve) => local.listen(socket, resolve));
    await set('codex', 'endpoint', `unix:${socket}`);
    expect((await run(['codex', 'PreToolUse'])).code).toBe(0);
    local.close();
  });
});

describe('the settings', () => {
  it.each([
    ['endpoint', ''],
    ['endpoint', 'http://example.com:8005'],
    ['endpoint', 'http://127.0.0.1:8005/x'],
    ['endpoint', 'http://127.0.0.1:8005@example.com:1'],
    ['endpoint', 'file:///etc/passwd'],
    ['endpoint', 'http://127.0.0.1:80 -o /tmp/x'],
    ['deadline', ''],
    ['deadline', '0'],
    ['deadline', '1h'],
    ['curl', 'curl'],
    ['curl', '/nonexistent/curl'],
    ['token', ''],
    ['token', 'a b'],
    ['token', 'a"b'],
  ])('%s %j is refused', async (name, value) => {
    await set('codex', name, value);
    const { code, stderr } = await run(['codex', 'PreToolUse']);
    expect([code, seen.length]).toEqual([2, 0]);
    expect(stderr).toMatch(/token|endpoint|deadline|curl/);
  });

  it.each([0o640, 0o604, 0o644, 0o620, 0o700])('a token of mode %o is refused', async (mode) => {
    await chmod(join(folder, 'codex', 'token'), mode);
    expect([(await run(['codex', 'PreToolUse'])).code, seen.length]).toEqual([2, 0]);
  });

  it("token-file names a token elsewhere, also in the user's home", async () => {
    await rm(join(folder, 'codex', 'token'));
    await writeFile(join(folder, 'mine'), `${TOKEN}-mine`, { mode: 0o600 });
    for (const path of [join(folder, 'mine'), '~/mine']) {
      await set('codex', 'token-file', path);
      expect((await run(['codex', 'PreToolUse'])).code).toBe(0);
      expect(seen.at(-1)?.request.headers.authorization).toBe(`Bearer ${TOKEN}-mine`);
    }
  });

  it.each([
    [[]],
    [['nobody', 'PreToolUse']],
    [['opencode', 'PreToolUse']],
    [['../codex', 'PreToolUse']],
    [['codex']],
    [['codex', 'Pre&x=1']],
  ])('a call with %j is refused', async (args) => {
    expect([(await run(args)).code, seen.length]).toEqual([2, 0]);
  });

  it('a client that was not started by its full path is refused: it would not know its settings', () => {
    const { status, stderr } = spawnSync('sh', ['acgs-hook', 'codex', 'PreToolUse'], { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('full path')]);
  });
});

describe('what the answer may be', () => {
  it.each([
    ['deny', '{"permissionDecision":"deny","permissionDecision":"allow"}'],
    ['deny', '{"continue":true,"decision":"deny"}'],
    ['deny', '{"reason":"deny"}'],
    ['ask', '{"permissionDecision":"allow"}'],
    ['ask', ''],
    ['defer', ''],
    ['modify', ''],
    ['none', ''],
    ['allow', '{"hookSpecificOutput":{"updatedInput":{"command":"x"}}}'],
    ['allow', ' {}'],
    ['allow', '{}\n'],
    ['allow', '[]'],
    ['allow', '"allow"'],
  ])('%s %s: blocked', async (verdict, body) => {
    answer = { verdict, body };
    expect(await run(['copilot', 'preToolUse'])).toMatchObject({ code: 2, stdout: '' });
  });

  it.each([
    ['allow', ''],
    ['allow', '{}'],
    ['allow', '{"permissionDecision":"deny"}'],
    ['deny', '{"continue":false}'],
    ['ask', '{"permissionDecision":"ask","permissionDecisionReason":""}'],
    ['ask', '{"permission":"deny"}'],
    ['defer', '{"hookSpecificOutput":{"permissionDecision":"defer"}}'],
    ['modify', '{"modifiedArgs":{"a":[1,-2.5,true,null,{"b":[]}],"command":"x"},"permissionDecision":"allow"}'],
  ])('%s %s: passed on', async (verdict, body) => {
    answer = { verdict, body };
    expect(await run(['copilot', 'preToolUse'])).toEqual({ code: 0, stdout: body, stderr: '' });
  });
});

describe('events that decide nothing', () => {
  it('are as the installers say', async () => {
    const source = (await readFile(SCRIPT, 'utf8')).match(/^decides\(\) \{\n[\s\S]*?^\}$/m)?.[0] ?? '';
    for (const agent of AGENT_KINDS.filter((kind) => kind !== 'opencode')) {
      for (const { name, decides } of INSTALLERS[agent].events) {
        const { status } = spawnSync('sh', ['-c', `${source}\nagent=${agent} event=${name}\ndecides`]);
        expect([agent, name, status === 0]).toEqual([agent, name, decides]);
      }
    }
  });

  it('fail visibly, but not with the exit code that blocks', async () => {
    await set('claude-code', 'endpoint', 'unix:/nonexistent');
    for (const event of ['Stop', 'PostToolUse', 'SessionStart']) {
      const { code, stderr } = await run(['claude-code', event]);
      expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be reached')]);
    }
  });

  it('take the verdict none', async () => {
    answer = { verdict: 'none' };
    expect(await run(['claude-code', 'PostToolUse'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('of an agent in which exit code 2 is no block are denied in JSON', async () => {
    await rm(join(folder, 'codex'), { recursive: true });
    const { code, stdout } = await run(['codex', 'PermissionRequest']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ hookSpecificOutput: { decision: { behavior: 'deny' } } });
  });
});

describe("the client's JSON check against JSON.parse", () => {
  /** Gives many bodies to the check at once: one shell, one line of yes or no. */
  async function accepted(bodies: readonly string[]): Promise<readonly boolean[]> {
    const source = await readFile(SCRIPT, 'utf8');
    const check = source.slice(source.indexOf('# escapes <text>'), source.indexOf('\nsays=\n'));
    const loop = 'for given; do body=$given says=; if object; then printf 1; else printf 0; fi; done';
    const { stdout } = spawnSync(
      'sh',
      ['-c', `set -uf; LC_ALL=C verdict=modify; IFS=\n${check}\n${loop}`, 'sh', ...bodies],
      {
        encoding: 'utf8',
      },
    );
    return [...stdout].map((digit) => digit === '1');
  }
  // Arguments of a process cannot hold NUL, and JSON.stringify writes numbers with exponents, which are not read.
  const value = fc.jsonValue({ maxDepth: 4 }).filter((json) => !/\d[eE]/.test(JSON.stringify(json)));
  const text = fc
    .dictionary(fc.string({ unit: 'binary' }), value, { maxKeys: 5 })
    .map((object) => JSON.stringify(object));

  it('property: it takes every compact object', async () => {
    const bodies = fc.sample(text, { numRuns: 300, seed: 7 }).filter((body) => !/[\u007f-\u009f]/.test(body));
    const verdicts = await accepted(bodies);
    expect(bodies.filter((_, index) => verdicts[index] !== true)).toEqual([]);
    expect(bodies.length).toBeGreaterThan(100);
  });

  it('property: what it takes is an object, whatever was cut out, doubled or put in', async () => {
    const damaged = fc
      .tuple(
        text,
        fc.nat(),
        fc.nat(8),
        fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', ' ', 'true', '0', 'x', '\n'),
      )
      .map(([body, at, length, put]) => {
        const index = at % (body.length + 1);
        return body.slice(0, index) + put + body.slice(index + length);
      });
    const bodies = fc.sample(damaged, { numRuns: 1500, seed: 11 });
    const verdicts = await accepted(bodies);
    const wrong = bodies.filter((body, index) => verdicts[index] === true && !isObjectText(body));
    expect(wrong).toEqual([]);
    expect(verdicts.filter((taken) => !taken).length).toBeGreaterThan(100);
  });
});

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
