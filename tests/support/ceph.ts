import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real S3 server for tests: Ceph's object gateway (radosgw) over one monitor and one store in memory, all on loopback. */
export interface TestS3 {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

const PROGRAMS = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'monmaptool'];
const STARTED_WITHIN_MS = 400_000;
const STARTED_AGAIN_AFTER_MS = 500;
const ACCESS = { accessKeyId: 'acgskey', secretAccessKey: 'acgssecret' } as const;

/** Why there is none on this machine; undefined when there is. */
export function s3Missing(): string | undefined {
  const missing = PROGRAMS.filter((name) => !existsSync(`/usr/bin/${name}`));
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')} (Debian: radosgw ceph-mon ceph-osd)`;
}

export async function startTestS3(): Promise<TestS3> {
  const directory = mkdtempSync(join(tmpdir(), 'acgs-ceph-'));
  const monPort = await freePort();
  const s3Port = await freePort();
  const fsid = randomUUID();
  for (const name of ['mon', 'osd', 'run']) mkdirSync(join(directory, name));
  writeFileSync(join(directory, 'keyring'), '');
  writeFileSync(join(directory, 'ceph.conf'), configuration(directory, fsid, monPort, s3Port));
  const processes = new Set<ChildProcess>();
  let isStopping = false;
  const run = (program: string, ...words: readonly string[]): string => {
    const config = program === 'monmaptool' ? [] : ['-c', 'ceph.conf'];
    const result = spawnSync(program, [...config, ...words], {
      cwd: directory,
      encoding: 'utf8',
      timeout: STARTED_WITHIN_MS,
    });
    if (result.status !== 0) throw new Error(`${program} ${words.join(' ')}: ${result.stderr}${result.stdout}`);
    return result.stdout;
  };
  // One that ends by itself is started again: now and then ceph-osd asks the monitor for its place before it knows the monitor's
  // own identity, is told "wrong fsid", and gives up; nothing would answer then, however long it is waited for.
  const start = (program: string, ...words: readonly string[]): void => {
    const process = spawn(program, ['-c', 'ceph.conf', ...words, '-f'], { cwd: directory, stdio: 'ignore' });
    processes.add(process);
    process.once('exit', () => {
      processes.delete(process);
      const again = () => {
        if (!isStopping) start(program, ...words);
      };
      setTimeout(again, STARTED_AGAIN_AFTER_MS).unref();
    });
  };
  const stop = async (): Promise<void> => {
    isStopping = true;
    for (const process of [...processes].reverse()) {
      const ended = once(process, 'exit');
      process.kill('SIGKILL'); // everything is in memory
      await ended;
    }
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    run('monmaptool', '--create', '--addv', 'a', `[v1:127.0.0.1:${monPort}]`, '--fsid', fsid, 'monmap');
    run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', 'monmap', '--keyring', 'keyring');
    start('ceph-mon', '-i', 'a');
    run('ceph-osd', '-i', '0', '--mkfs');
    // The store in memory has no identity of its own, and the monitor must expect just that.
    run('ceph', '--connect-timeout', '60', 'osd', 'create', '00000000-0000-0000-0000-000000000000');
    start('ceph-osd', '-i', '0');
    start('radosgw', '-n', 'client.rgw');
    const endpoint = `http://127.0.0.1:${s3Port}`;
    await answers(endpoint);
    const keys = [`--access-key=${ACCESS.accessKeyId}`, `--secret-key=${ACCESS.secretAccessKey}`];
    run('radosgw-admin', '-n', 'client.rgw', 'user', 'create', '--uid=acgs', '--display-name=acgs', ...keys);
    return { endpoint, ...ACCESS, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configuration(directory: string, fsid: string, monPort: number, s3Port: number): string {
  return `[global]
fsid = ${fsid}
mon_host = v1:127.0.0.1:${monPort}
public_network = 127.0.0.0/8
run_dir = ${directory}/run
admin_socket = ${directory}/run/$name.$pid.asok
log_file = ${directory}/$name.log
keyring = ${directory}/keyring
mon_data = ${directory}/mon
osd_data = ${directory}/osd
mon_data_avail_crit = 1
mon_data_avail_warn = 2
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_bind_msgr2 = false
osd_objectstore = memstore
memstore_device_bytes = 1073741824
osd_class_update_on_start = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
rgw_frontends = beast endpoint=127.0.0.1:${s3Port}
rgw_run_sync_thread = false
`;
}

async function answers(endpoint: string): Promise<void> {
  const giveUpMs = Date.now() + STARTED_WITHIN_MS;
  for (;;) {
    if (
      await fetch(endpoint).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    if (Date.now() > giveUpMs) throw new Error(`no S3 server at ${endpoint}`);
    await sleep(200);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('a server on TCP has a port');
  return address.port;
}
