import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '#adapters/journal/open-journal.ts';
import {
  checkClock,
  checkConstitution,
  checkCurl,
  checkDisk,
  checkJournal,
  checkNode,
  checkServer,
  checkStateFolder,
} from '#apps/cli/doctor/checks.ts';
import { type SampleAnswer, type SampleServer, startSampleServer } from '#apps/cli/log/sample-server.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';

let folder = '';
let home = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'acgs-doctor-'));
  home = path.join(folder, 'state');
});
afterEach(() => rmSync(folder, { recursive: true }));

const io = (env: Record<string, string> = {}) =>
  createRecordedIo({ cwd: folder, env: { ACGS_HOME: home, PATH: process.env['PATH'] ?? '', ...env } });

describe('node', () => {
  it('must be new enough', () => {
    expect(checkNode('20.20.2')).toMatchObject({ status: 'fail', fix: expect.stringContaining('npm ci') });
    expect(checkNode('24.21.0')).toMatchObject({ status: 'ok' });
  });
});

describe('curl', () => {
  it('must be there', async () => {
    expect(await checkCurl(io({ PATH: folder }))).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('apt-get'),
    });
    expect(await checkCurl(io())).toMatchObject({ status: 'ok', detail: expect.stringMatching(/^curl \d/) });
  });
});

describe('the state folder', () => {
  it('is not there before the first start', async () => {
    expect(await checkStateFolder(io())).toMatchObject({ status: 'warn', fix: 'acgs start' });
  });

  it.each(['tokens.json', 'operator.token'])('must keep others from %s', async (name) => {
    mkdirSync(home, { mode: 0o700 });
    const file = path.join(home, name);
    writeFileSync(file, '{}', { mode: 0o600 });
    expect(await checkStateFolder(io())).toMatchObject({ status: 'ok' });
    chmodSync(file, 0o644);
    expect(await checkStateFolder(io())).toMatchObject({ status: 'fail', fix: `chmod go-rwx '${file}'` });
  });

  it('must keep others out', async () => {
    mkdirSync(home);
    chmodSync(home, 0o755);
    expect(await checkStateFolder(io())).toMatchObject({ status: 'fail', fix: `chmod go-rwx '${home}'` });
  });
});

describe('the constitution', () => {
  it('must load', async () => {
    const finding = await checkConstitution(io({ ACGS_CONSTITUTION: folder }));
    expect(finding).toMatchObject({ status: 'fail', fix: `acgs policy check ${folder}` });
  });

  it('of the package holds its examples', async () => {
    expect(await checkConstitution(io())).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('examples hold'),
    });
  });
});

describe('the journal', () => {
  it('is not there before the first start', async () => {
    expect(await checkJournal(io())).toMatchObject({ status: 'warn' });
  });

  it('must be readable', async () => {
    mkdirSync(home);
    writeFileSync(path.join(home, 'journal'), 'not a folder');
    expect(await checkJournal(io())).toMatchObject({ status: 'fail' });
  });

  it('must be sound to its last byte', async () => {
    const directory = path.join(home, 'journal');
    const opened = await openJournal({ directory });
    if (!opened.ok) throw new Error(opened.refusal.message);
    const constitution = { lineage: 'cdd01ef066bc6cf2', number: 1, digest: 'ab'.repeat(32) as never };
    await opened.value.append({ kind: 'node-started', timeMs: 1, version: '1', constitution });
    await opened.value.close();
    expect(await checkJournal(io())).toMatchObject({ status: 'ok', detail: expect.stringContaining('1 records') });
    expect(await checkClock(io(), Date.now)).toMatchObject({ status: 'ok' });
  });
});

describe('the clock', () => {
  it('must not have been set back behind the journal', async () => {
    mkdirSync(path.join(home, 'journal'), { recursive: true });
    const file = path.join(home, 'journal', 'segment');
    writeFileSync(file, '');
    utimesSync(file, 1_000, 1_000);
    expect(await checkClock(io(), () => 990_000)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('10 s'),
    });
    expect(await checkClock(io(), () => 996_000)).toMatchObject({ status: 'ok' });
  });

  it('is taken for right where there is no journal', async () => {
    expect(await checkClock(io(), () => 0)).toMatchObject({ status: 'ok' });
  });
});

describe('the disk', () => {
  it('is that of the state folder, or of where it will be', async () => {
    expect((await checkDisk(io())).detail).toContain(`file system of ${folder}`);
    mkdirSync(home);
    expect((await checkDisk(io())).detail).toContain(`file system of ${home}`);
  });
});

describe('the server', () => {
  let server: SampleServer;
  let answer: SampleAnswer;
  beforeEach(async () => {
    server = await startSampleServer(() => answer);
  });
  afterEach(() => server.close());

  it('is asked whether it is ready', async () => {
    answer = { body: { status: 'ready' } };
    const findings = await checkServer(io(), server.url, Date.now);
    expect(findings.map(({ check, status }) => [check, status])).toEqual([
      ['server', 'ok'],
      ['clock', 'ok'],
    ]);
  });

  it('fails when it is not', async () => {
    answer = { status: 503, body: { status: 'not-ready' } };
    expect((await checkServer(io(), server.url, Date.now))[0]).toMatchObject({ status: 'fail' });
  });

  it('shows a clock that differs', async () => {
    answer = { body: {} };
    const later = () => Date.now() + 60_000;
    expect((await checkServer(io(), server.url, later))[1]).toMatchObject({ check: 'clock', status: 'warn' });
  });

  it('is told apart from one that is not there', async () => {
    const { url } = server;
    await server.close();
    expect(await checkServer(io(), url, Date.now)).toMatchObject([
      { check: 'server', status: 'warn', fix: 'acgs start' },
    ]);
  });
});

describe('acgs doctor', () => {
  let unreachable = '';
  beforeEach(async () => {
    const server = await startSampleServer(() => ({ body: {} }));
    unreachable = server.url;
    await server.close();
  });

  it('gives one line for each thing, with the fix, and fails with code 1', async () => {
    mkdirSync(home);
    chmodSync(home, 0o755);
    const asked = io();
    expect(await run(['doctor', '--server', unreachable], asked)).toBe(1);
    const { out } = asked.written();
    expect(out).toMatch(/^✓ ok {4}node {10}\d/);
    expect(out).toMatch(/\n✗ fail {2}state folder/);
    expect(out).toMatch(/\n! warn {2}server/);
    expect(out).toContain('fix: chmod go-rwx');
  });

  it('gives machines the same, and warnings are no failure', async () => {
    const asked = io();
    expect(await run(['doctor', '--json', '--server', unreachable], asked)).toBe(0);
    const checks = JSON.parse(asked.written().out).map(({ check }: { check: string }) => check);
    expect(checks).toEqual(['node', 'curl', 'state folder', 'constitution', 'journal', 'server', 'disk', 'clock']);
  });
});
