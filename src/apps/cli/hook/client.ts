import { access, chmod, constants, mkdir, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readText, writeText } from '#apps/cli/hook/files.ts';
import type { Target } from '#apps/cli/hook/target.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Seconds for one call. An answer takes milliseconds; the rest is for an approval that the server waits for. */
export const DEADLINE_S = 50;

/** The client's own limits for its settings, so that a setting it would refuse is refused when it is installed. */
const ENDPOINT =
  /^(http:\/\/(127\.0\.0\.1|localhost|\[::1\]):[1-9][0-9]{0,4}|https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?|unix:\/[A-Za-z0-9./_-]+)$/;
const TOKEN = /^[A-Za-z0-9._~+/=-]{1,8192}$/;
/** Where the client itself looks for programs comes first. */
const PATH_FIRST = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin'];

const ACGS = fileURLToPath(new URL('../../../../bin/acgs.js', import.meta.url));

export interface ClientSettings {
  readonly endpoint: string;
  readonly deadlineS: number;
  readonly token:
    | { readonly kind: 'copy'; readonly token: string }
    /** The token stays in a file of the user's; `~/` is the home of whoever runs the agent. */
    | { readonly kind: 'file'; readonly path: string }
    /** A token of minutes, which the agent's key in this folder renews. */
    | { readonly kind: 'enrolled'; readonly folder: string; readonly server: string }
    /** As it was installed before. */
    | { readonly kind: 'keep' };
}

/** The hook client's source: `acgs-hook.sh`, and the plugin for OpenCode. */
export async function readClientSources(): Promise<{ readonly script: string; readonly plugin: string }> {
  const read = (name: string) => readFile(fileURLToPath(new URL(`../../hook/${name}`, import.meta.url)), 'utf8');
  return { script: await read('acgs-hook.sh'), plugin: await read('opencode-plugin.js') };
}

export function checkEndpoint(endpoint: string): Result<string, 'endpoint-invalid'> {
  if (ENDPOINT.test(endpoint)) return ok(endpoint);
  return refuse(
    'endpoint-invalid',
    'the endpoint must be http://127.0.0.1:PORT, unix:/path, or https://host[:port]: plain text stays on this machine',
  );
}

export function checkToken(token: string): Result<string, 'token-invalid'> {
  return TOKEN.test(token) ? ok(token) : refuse('token-invalid', 'the token has characters that no bearer token has');
}

/** Writes the client and its settings for one agent. The script is copied: the installed hook does not need the clone. */
export async function writeClient(
  target: Target,
  script: string,
  curl: string,
  settings: ClientSettings,
): Promise<void> {
  const folder = join(target.hookHome, target.agent);
  // Under an administrator's folder, the people who run agents must be able to read the settings; the token has its own mode.
  await mkdir(folder, { recursive: true });
  await chmod(folder, target.scope === 'managed' ? 0o755 : 0o700);
  await writeText(join(target.hookHome, 'acgs-hook'), script, 0o755);
  await writeText(join(folder, 'endpoint'), `${settings.endpoint}\n`, 0o644);
  await writeText(join(folder, 'deadline'), `${settings.deadlineS}\n`, 0o644);
  await writeText(join(folder, 'curl'), `${curl}\n`, 0o644);
  const { token } = settings;
  if (token.kind === 'copy') await writeText(join(folder, 'token'), `${token.token}\n`, 0o600);
  if (token.kind === 'file' || token.kind === 'enrolled') {
    const path = token.kind === 'file' ? token.path : join(token.folder, 'token');
    await rm(join(folder, 'token'), { force: true });
    await writeText(join(folder, 'token-file'), `${path}\n`, 0o644);
  }
  if (token.kind === 'enrolled') await writeText(join(folder, 'renew'), renewScript(token), 0o700);
  else if (token.kind !== 'keep') await rm(join(folder, 'renew'), { force: true });
}

/** What the client starts when the token is to be renewed. Every path is written down: no environment chooses what runs, or which server. */
function renewScript({ folder, server }: { readonly folder: string; readonly server: string }): string {
  const words = [process.execPath, ACGS, 'agent', 'refresh', '--if-due', '--server', server, '--folder', folder];
  const line = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return `#!/bin/sh\n# Written by "acgs hook install": fetches the next token with the key of the enrolled agent.\nexec ${line}\n`;
}

/** Whether a token was installed before. */
export async function hasToken(target: Target): Promise<boolean> {
  const folder = join(target.hookHome, target.agent);
  return ((await readText(join(folder, 'token'))) ?? (await readText(join(folder, 'token-file')))) !== undefined;
}

/** Absolute path of curl: the client does not search for it, since an agent's PATH may hold the project's programs. */
export async function findCurl(path: string | undefined): Promise<Result<string, 'curl-missing'>> {
  const folders = [...PATH_FIRST, ...(path ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))];
  for (const folder of folders) {
    const candidate = join(folder, 'curl');
    const runs = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return ok(candidate);
  }
  return refuse(
    'curl-missing',
    'there is no curl, which the hook client needs: install it (Debian: apt-get install curl)',
  );
}
