import { execFile } from 'node:child_process';
import { readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { inspectJournal } from '#adapters/journal/inspect.ts';
import { reasonOf } from '#apps/cli/client.ts';
import { request, serverUrl } from '#apps/cli/connection.ts';
import { constitutionFolder } from '#apps/cli/decide/offline.ts';
import type { Finding } from '#apps/cli/doctor/finding.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { runExamples } from '#apps/cli/policy/examples.ts';
import { openFolder } from '#apps/cli/policy/open-folder.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { CONSTITUTIONAL_HASH } from '#domain/constitution/lineage.ts';
import { describeDamage } from '#domain/journal/damage.ts';
import { never } from '#domain/result.ts';

const NODE_MAJOR_MIN = 24;
const GIB = 2 ** 30;
/** Free space below which a warning is given: days of decisions. */
const FREE_BYTES_WARN = GIB;
/** Free space below which the journal will soon refuse, and every action with it. */
const FREE_BYTES_FAIL = GIB / 16;
/** A clock that is off by more makes tokens and approvals expire at the wrong time, in milliseconds. */
const CLOCK_SKEW_MS_MAX = 5_000;
const ANSWER_MS_MAX = 5_000;

export function checkNode(version: string): Finding {
  const isNew = Number(version.split('.')[0]) >= NODE_MAJOR_MIN;
  return isNew
    ? { check: 'node', status: 'ok', detail: version }
    : {
        check: 'node',
        status: 'fail',
        detail: `${version}; ACGS needs ${NODE_MAJOR_MIN} or later`,
        fix: 'run acgs through npm in the clone ("npm ci" brings Node 24), or "npx acgs"',
      };
}

/** The hook client is a shell script around curl. */
export async function checkCurl(io: CliIo): Promise<Finding> {
  try {
    const env = { PATH: io.env['PATH'] };
    const { stdout } = await promisify(execFile)('curl', ['--version'], { env, timeout: ANSWER_MS_MAX });
    return { check: 'curl', status: 'ok', detail: stdout.split(' ').slice(0, 2).join(' ') };
  } catch (error) {
    const detail = `hooks cannot reach the server without it (${reasonOf(error)}), so they block every action`;
    return { check: 'curl', status: 'fail', detail, fix: 'sudo apt-get install curl' };
  }
}

/** Tokens and records are the operator's own: nobody else may read or write them. */
export async function checkStateFolder(io: CliIo): Promise<Finding> {
  const folder = stateFolder(io);
  const check = 'state folder';
  const folderMode = await modeOf(folder);
  if (folderMode === undefined) {
    return { check, status: 'warn', detail: `${folder} does not exist yet`, fix: 'acgs start' };
  }
  const open: string[] = folderMode & 0o077 ? [folder] : [];
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (/\.token$|^tokens\.json$/.test(name) && ((await modeOf(file)) ?? 0) & 0o077) open.push(file);
  }
  if (open.length === 0) return { check, status: 'ok', detail: folder };
  return {
    check,
    status: 'fail',
    detail: `others on this machine may read or change ${open.join(', ')}`,
    fix: `chmod go-rwx ${open.map((file) => `'${file}'`).join(' ')}`,
  };
}

/** It loads as strictly as a server loads it, and every policy does what its examples say. */
export async function checkConstitution(io: CliIo): Promise<Finding> {
  const check = 'constitution';
  const folder = constitutionFolder(io, undefined);
  try {
    const opened = await openFolder(folder);
    const { number, digest, policies } = opened.constitution;
    const results = runExamples(opened.constitution, opened.examples);
    const broken = results.filter(({ failure }) => failure !== undefined);
    const [first] = broken;
    if (first !== undefined) {
      const detail = `${broken.length} of ${opened.examples.length} examples do not hold: ${first.example.at}: ${first.failure}`;
      return { check, status: 'fail', detail, fix: `acgs policy test ${folder}` };
    }
    const size = `${Object.keys(policies).length} policies, ${opened.examples.length} examples hold`;
    const detail = `number ${number}, digest ${digest.slice(0, 16)}, lineage ${CONSTITUTIONAL_HASH}; ${size}`;
    return { check, status: 'ok', detail };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { check, status: 'fail', detail, fix: `acgs policy check ${folder}` };
  }
}

/** Every byte of it. */
export async function checkJournal(io: CliIo): Promise<Finding> {
  const check = 'journal';
  const folder = path.join(stateFolder(io), 'journal');
  try {
    if ((await modeOf(folder)) === undefined) return absent(folder);
    const report = await inspectJournal(folder);
    switch (report.kind) {
      case 'absent':
        return absent(folder);
      case 'damaged':
        return {
          check,
          status: 'fail',
          detail: `${report.damage.code}: ${describeDamage(report.damage)}`,
          fix: 'acgs journal verify',
        };
      case 'sound':
        return { check, status: 'ok', detail: `${report.records} records, head ${report.head.hash.slice(0, 16)}` };
      default:
        return never(report);
    }
  } catch (error) {
    const fix = `give the server's user the right to read and write ${folder}`;
    return { check, status: 'fail', detail: `cannot be read (${reasonOf(error)})`, fix };
  }
}

function absent(folder: string): Finding {
  return { check: 'journal', status: 'warn', detail: `there is none in ${folder} yet`, fix: 'acgs start' };
}

/** Alive and ready, and its clock agrees with ours: two findings from one question. */
export async function checkServer(
  io: CliIo,
  option: string | undefined,
  nowMs: () => number,
): Promise<readonly Finding[]> {
  const base = serverUrl(io, option);
  const check = 'server';
  try {
    const response = await request(base, '/readyz', { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    await response.arrayBuffer();
    const clock = clockFinding(response.headers.get('date'), nowMs());
    if (response.ok) return [{ check, status: 'ok', detail: `${base} is ready` }, ...clock];
    const detail = `${base} is not ready (${response.status}): it denies every action`;
    return [{ check, status: 'fail', detail, fix: 'acgs journal verify; free disk space; then restart it' }, ...clock];
  } catch (error) {
    const detail = `${base} cannot be reached (${reasonOf(error)}); installed hooks block every action meanwhile`;
    return [{ check, status: 'warn', detail, fix: 'acgs start' }];
  }
}

function clockFinding(date: string | null, nowMs: number): readonly Finding[] {
  const serverMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) return [];
  // The header has whole seconds.
  const skewMs = Math.abs(nowMs - serverMs);
  if (skewMs <= CLOCK_SKEW_MS_MAX) return [{ check: 'clock', status: 'ok', detail: "agrees with the server's" }];
  const detail = `differs from the server's by ${Math.round(skewMs / 1000)} s: tokens and approvals expire at the wrong time`;
  return [{ check: 'clock', status: 'warn', detail, fix: 'sudo timedatectl set-ntp true' }];
}

/** Without a server to compare with: files from the future show that the clock was set back. */
export async function checkClock(io: CliIo, nowMs: () => number): Promise<Finding> {
  const folder = path.join(stateFolder(io), 'journal');
  const names = await readdir(folder).catch(() => []);
  const times = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).mtimeMs));
  const aheadMs = Math.max(0, ...times) - nowMs();
  const check = 'clock';
  if (aheadMs <= CLOCK_SKEW_MS_MAX) return { check, status: 'ok', detail: new Date(nowMs()).toISOString() };
  const detail = `the journal was last written ${Math.round(aheadMs / 1000)} s in the future: the clock was set back`;
  return { check, status: 'fail', detail, fix: 'sudo timedatectl set-ntp true' };
}

/** Where the journal is, or will be: what cannot be recorded is denied. */
export async function checkDisk(io: CliIo): Promise<Finding> {
  const folder = await existing(stateFolder(io));
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const detail = `${(free / GIB).toFixed(1)} GiB free on the file system of ${folder}`;
  if (free >= FREE_BYTES_WARN) return { check: 'disk', status: 'ok', detail };
  const fix = 'free some space, or move the state folder (ACGS_HOME)';
  return { check: 'disk', status: free < FREE_BYTES_FAIL ? 'fail' : 'warn', detail, fix };
}

async function existing(folder: string): Promise<string> {
  return (await modeOf(folder)) === undefined && path.dirname(folder) !== folder
    ? existing(path.dirname(folder))
    : folder;
}

async function modeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mode;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
