// The ACGS plugin for OpenCode, written by `acgs hook install opencode`.
// It puts every tool call to ACGS, and throws unless the answer is a proper allow: throwing is what blocks in OpenCode.
// Plain JavaScript for Bun and Node, without dependencies. Settings as for acgs-hook.sh, in the folder below.
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const FOLDER = '';
const BODY_BYTES_MAX = 65_536;
/** An event that decides nothing must not hold up the agent. */
const NOTICE_MS_MAX = 5000;
/** For a renewal that cannot be put off. */
const RENEW_MS_MAX = 15_000;
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):[1-9][0-9]{0,4}$/;
const ANSWER_KEYS = new Set(['decision', 'reason', 'args']);

/** @param {{ directory?: string, worktree?: string, client?: any }} context OpenCode's plugin context */
export const AcgsPlugin = async ({ directory, worktree, client } = {}) => ({
  'tool.execute.before': async (input, output) => {
    const answer = await ask('tool.execute.before', payload(input, output?.args, { directory, worktree }));
    if (answer.args === undefined) return;
    // OpenCode runs the tool with this very object.
    for (const key of Object.keys(output.args)) delete output.args[key];
    Object.assign(output.args, answer.args);
  },
  'tool.execute.after': async (input) => {
    try {
      await exchange('tool.execute.after', payload(input, input?.args, { directory, worktree }), NOTICE_MS_MAX);
    } catch (error) {
      // It has happened: nothing can be blocked any more, but it is not passed over in silence.
      await client?.app?.log?.({ body: { service: 'acgs', level: 'error', message: String(error?.message ?? error) } });
    }
  },
});

function payload(input, args, { directory, worktree }) {
  const { tool, sessionID, callID } = input;
  const place = { cwd: directory ?? process.cwd(), ...(worktree === undefined ? {} : { worktree }) };
  return { tool, sessionID, callID, args, ...place };
}

/** The answer to an action; throws unless it is an allow in every respect. */
async function ask(event, body) {
  const { verdict, text } = await exchange(event, body, Number.POSITIVE_INFINITY);
  const answer = readAnswer(text);
  if (answer?.decision === 'deny' && typeof answer.reason === 'string' && answer.reason !== '') {
    throw new Error(answer.reason);
  }
  if (answer?.decision !== 'allow') throw blocked('the answer is not understood');
  if (verdict === 'allow' && answer.args === undefined) return answer;
  if (verdict === 'modify' && isObject(answer.args)) return answer;
  throw blocked('the answer contradicts itself');
}

function readAnswer(text) {
  try {
    const answer = JSON.parse(text);
    return isObject(answer) && Object.keys(answer).every((key) => ANSWER_KEYS.has(key)) ? answer : undefined;
  } catch {
    return undefined;
  }
}

async function exchange(event, body, msMax) {
  const { endpoint, deadlineMs, token } = await readSettings(msMax);
  const data = Buffer.from(JSON.stringify({ event, ...body }));
  const ms = Math.min(deadlineMs, msMax);
  const { base, socketPath } = readEndpoint(endpoint);
  const url = new URL(`${base}/v1/hooks/opencode?event=${event}`);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const fail = (reason) => {
      clearTimeout(timer);
      call.destroy();
      reject(blocked(reason));
    };
    const call = send(url, {
      method: 'POST',
      socketPath,
      agent: false, // no pool, and no proxy from the environment
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Content-Length': data.length,
        'ACGS-Deadline-Ms': String(ms),
      },
    });
    const timer = setTimeout(() => fail('ACGS did not answer in time'), ms);
    call.on('error', () => fail('ACGS is not running or cannot be reached'));
    call.on('response', (response) => {
      const chunks = [];
      let length = 0;
      response.on('error', () => fail('the exchange with ACGS failed'));
      response.on('aborted', () => fail('the answer is incomplete'));
      response.on('data', (chunk) => {
        length += chunk.length;
        chunks.push(chunk);
        if (length > BODY_BYTES_MAX) fail('the answer is too large');
      });
      response.on('end', () => {
        if (!response.complete) return fail('the answer is incomplete');
        if (response.statusCode !== 200) return fail(reasonOf(response.statusCode));
        const verdict = response.headers['acgs-verdict'];
        if (!['allow', 'deny', 'ask', 'modify', 'defer', 'none'].includes(verdict)) {
          return fail('the answer has no verdict');
        }
        if (response.headers['acgs-body-bytes'] !== String(length)) return fail('the answer is incomplete');
        clearTimeout(timer);
        resolve({ verdict, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    call.end(data);
  });
}

function reasonOf(status) {
  if (status === 401) return 'its token is not accepted: expired, revoked or of another installation';
  if (status === 413) return 'the action is larger than ACGS reads';
  if (status === 503) return 'ACGS is overloaded or not ready';
  return 'ACGS answered with an error';
}

/** Read anew for every call: what is removed or loosened meanwhile counts at once. */
async function readSettings(msMax) {
  const deadline = readLine('deadline');
  if (!/^[1-9][0-9]{0,2}$/.test(deadline)) throw blocked('its deadline is malformed');
  return { endpoint: readLine('endpoint'), deadlineMs: Number(deadline) * 1000, token: await readToken(msMax) };
}

function readEndpoint(endpoint) {
  if (endpoint.startsWith('unix:/')) return { base: 'http://localhost', socketPath: endpoint.slice('unix:'.length) };
  if (LOOPBACK.test(endpoint) || /^https:\/\/[A-Za-z0-9.-]+(:[0-9]+)?$/.test(endpoint)) return { base: endpoint };
  throw blocked('its endpoint is malformed');
}

async function readToken(msMax) {
  let file = join(FOLDER, 'token');
  if (statSync(file, { throwIfNoEntry: false }) === undefined)
    file = readLine('token-file').replace(/^~(?=\/)/, homedir);
  await renewToken(file, Math.min(RENEW_MS_MAX, msMax / 2));
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) throw blocked('there is no token');
  if ((mode & 0o077) !== 0) throw blocked('others may read the token file (it must have mode 0600)');
  const token = readFileSync(file, 'utf8').split('\n', 1)[0];
  if (!/^[A-Za-z0-9._~+/=-]{1,8192}$/.test(token)) throw blocked('the token is malformed');
  return token;
}

/** The token of an enrolled agent is good for minutes: the next one is fetched before, or waited for when it is too late. */
async function renewToken(file, msMax) {
  const renew = join(FOLDER, 'renew');
  if (statSync(renew, { throwIfNoEntry: false }) === undefined) return;
  const nowS = Date.now() / 1000;
  if (nowS >= lifeOf(file).expiresS) {
    await ended(spawn(renew, [], { stdio: 'ignore' }), msMax);
    if (nowS < lifeOf(file).expiresS) return;
    throw blocked('its token has expired and could not be renewed: acgs agent refresh says why');
  }
  if (nowS < lifeOf(file).dueS || statSync(`${file}.renewing`, { throwIfNoEntry: false }) !== undefined) return;
  // What cannot be started now is waited for later.
  spawn(renew, [], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

/** Waits for a process, as long as there is time; however it ends, what it has done is looked at. */
function ended(child, msMax) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), msMax);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    child.on('exit', end).on('error', end);
  });
}

/** The second line of the token's file, in Unix seconds. */
function lifeOf(file) {
  try {
    const [, dueS, expiresS] = /^\S+\n(\d+) (\d+)\n$/.exec(readFileSync(file, 'utf8')) ?? [];
    return { dueS: Number(dueS ?? 0), expiresS: Number(expiresS ?? 0) };
  } catch {
    return { dueS: 0, expiresS: 0 };
  }
}

function readLine(name) {
  if (!isAbsolute(FOLDER)) throw blocked('the plugin was not installed by acgs');
  try {
    return readFileSync(join(FOLDER, name), 'utf8').split('\n', 1)[0];
  } catch {
    throw blocked(`its ${name} is not set`);
  }
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function blocked(reason) {
  return new Error(`ACGS did not decide, so this is blocked: ${reason}. Try "acgs hook doctor".`);
}
