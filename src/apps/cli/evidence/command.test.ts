import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '#adapters/journal/open-journal.ts';
import { SAMPLE_ENTRIES, sampleDecision } from '#adapters/journal/sample-entries.ts';
import { createKeyFile } from '#adapters/key-file/key-file.ts';
import { createExportCommand } from '#apps/cli/export/command.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import { actionDigest } from '#domain/action/digest.ts';
import { signReceipt } from '#domain/receipt/receipt-file.ts';
import { receiptOf, recordBytes } from '#domain/receipt/statement.ts';
import { redact } from '#domain/redaction/redact.ts';
import { RECEIPT_KEY, sampleFile, samplePolicyText, sampleReceipt } from '../../../../tests/support/receipts.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acgs-evidence-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function acgs(...argv: readonly string[]) {
  const io = createRecordedIo({ cwd: folder, env: { ACGS_HOME: 'home' } });
  return { code: await run(argv, io), ...io.written() };
}

/** A state folder with a journal of `count` records and a receipt key. */
async function installation(count = SAMPLE_ENTRIES.length): Promise<void> {
  const signer = await createKeyFile(join(folder, 'home', 'keys', 'receipt.pem'));
  await writeFile(join(folder, 'home', 'keys', 'receipt.pub'), `${signer.publicKey.text}\n`);
  const opened = await openJournal({ directory: join(folder, 'home', 'journal'), node: 'node-1' });
  if (!opened.ok) throw new Error(opened.refusal.message);
  for (const entry of SAMPLE_ENTRIES.slice(0, count)) await opened.value.append(entry);
  await opened.value.close();
}
const KEY = ['--key', 'home/keys/receipt.pub'];
const SPAN = ['--from', '1970-01-01T00:00:00Z', '--to', '2030-01-01T00:00:00Z'];

describe('acgs evidence', () => {
  it('refuses a span that is none, a state folder without a key, and to write over anything', async () => {
    expect(await acgs('evidence', '--from', 'yesterday', '-o', 'x.tar')).toMatchObject({ code: 2 });
    expect(
      await acgs('evidence', '--from', '2030-01-01T00:00:00Z', '--to', '2029-01-01T00:00:00Z', '-o', 'x.tar'),
    ).toMatchObject({ code: 2 });
    expect(await acgs('evidence', ...SPAN, '-o', 'x.tar')).toMatchObject({
      code: 1,
      err: expect.stringContaining('private-key-missing'),
    });
    await installation();
    await writeFile(join(folder, 'x.tar'), 'evidence of last year');
    expect(await acgs('evidence', ...SPAN, '-o', 'x.tar')).toMatchObject({
      code: 4,
      err: expect.stringContaining('EEXIST'),
    });
    expect(await readFile(join(folder, 'x.tar'), 'utf8')).toBe('evidence of last year');
  });

  it.each(['x.tar', 'x'])(
    'writes %s, which is verified elsewhere, and no more once a byte is another',
    async (output) => {
      await installation();
      expect(await acgs('evidence', ...SPAN, '-o', output)).toMatchObject({
        code: 0,
        err: expect.stringContaining('no proof'),
      });
      const verified = await acgs('verify', 'evidence', output, ...KEY);
      expect(verified.code).toBe(0);
      expect(verified.out).toContain('valid: nothing in it is false');
      expect(verified.out).toMatch(/ledger +not proved/);
      const file = join(folder, output.endsWith('.tar') ? output : join(output, 'records.ndjson'));
      await writeFile(file, (await readFile(file, 'latin1')).replace('alice-laptop', 'malory-phone'), 'latin1');
      const tampered = await acgs('verify', 'evidence', output, ...KEY);
      expect(tampered.code).toBe(1);
      expect(tampered.out).toContain('NOT VALID');
      expect(tampered.out).toContain('chain-broken');
    },
  );

  it('needs a key, and a bundle', async () => {
    await installation();
    expect(await acgs('verify', 'evidence', 'x.tar')).toMatchObject({ code: 2 });
    expect(await acgs('verify', 'evidence', 'x.tar', ...KEY)).toMatchObject({ code: 4 });
    await writeFile(join(folder, 'x.tar'), 'x'.repeat(1024));
    expect(await acgs('verify', 'evidence', 'x.tar', ...KEY)).toMatchObject({ code: 2 });
  });
});

describe('acgs export', () => {
  it('prints every record once, in order, from where it is told', async () => {
    await installation();
    const { code, out } = await acgs('export');
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect({ code, count: events.length }).toEqual({ code: 0, count: SAMPLE_ENTRIES.length });
    expect(events.map(({ id }) => Number(id))).toEqual(SAMPLE_ENTRIES.map((_, at) => at + 1));
    expect((await acgs('export', '--from', '3')).out).toBe(out.split('\n').slice(2).join('\n'));
    expect((await acgs('export', '--from', 'node-1:3')).out).toBe(out.split('\n').slice(2).join('\n'));
    const ocsf = (await acgs('export', '--format', 'ocsf', '--from', '2')).out.split('\n')[0] ?? '';
    expect(JSON.parse(ocsf)).toMatchObject({ class_uid: 6003, metadata: { uid: 'node-1:2', sequence: 2 } });
  });

  it('refuses to go on after what is not there', async () => {
    expect(await acgs('export')).toMatchObject({ code: 4 });
    await installation(3);
    expect(await acgs('export', '--from', '5')).toMatchObject({ code: 1, out: '' });
    expect(await acgs('export', '--from', 'node-2:1')).toMatchObject({ code: 1, out: '' });
    expect(await acgs('export', '--from', 'x')).toMatchObject({ code: 2, out: '' });
    expect(await acgs('export', '--from', '4')).toMatchObject({ code: 0, out: '' });
  });

  it('follows what another process writes, without a gap and without one twice', async () => {
    await installation(2);
    const opened = await openJournal({ directory: join(folder, 'home', 'journal') });
    if (!opened.ok) throw new Error(opened.refusal.message);
    const io = createRecordedIo({ cwd: folder, env: { ACGS_HOME: 'home' } });
    let rounds = 0;
    const command = createExportCommand(io, async () => {
      rounds += 1;
      if (rounds === 5) throw new Error('enough');
      if (rounds % 2 === 1)
        for (let at = 0; at < 3; at += 1)
          await opened.value.append({ kind: 'decision', decision: sampleDecision(rounds) });
    });
    await expect(command.parseAsync(['--follow'], { from: 'user' })).rejects.toThrow('enough');
    await opened.value.close();
    const ids = io
      .written()
      .out.trimEnd()
      .split('\n')
      .map((line) => Number(JSON.parse(line).id));
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('acgs verify receipt', () => {
  const put = (name: string, text: string) => writeFile(join(folder, name), text);

  it('says what is proved, what is not, and what is false, and ends accordingly', async () => {
    await put('receipt.json', JSON.stringify(sampleFile(3)));
    await put('policy', samplePolicyText('none'));
    const key = ['--key', RECEIPT_KEY.signer.publicKey.text];
    const plain = await acgs('verify', 'receipt', 'receipt.json', ...key);
    expect(plain.code).toBe(0);
    expect(plain.out).toMatch(/signature +proved[\s\S]*inclusion +not proved/);
    expect(await acgs('verify', 'receipt', 'receipt.json', ...key, '--policy', 'policy')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/inclusion +proved/),
    });
    expect(await acgs('verify', 'receipt', 'receipt.json', ...key, '--action', 'a'.repeat(64))).toMatchObject({
      code: 1,
      out: expect.stringContaining('[action-other]'),
    });
    await put('bare.json', JSON.stringify(signReceipt(sampleReceipt(3), RECEIPT_KEY.signer)));
    expect(await acgs('verify', 'receipt', 'bare.json', ...key, '--policy', 'policy')).toMatchObject({
      code: 1,
      out: expect.stringContaining('[proof-absent]'),
    });
    expect(await acgs('verify', 'receipt', 'receipt.json')).toMatchObject({ code: 2 });
    expect(await acgs('verify', 'receipt', 'receipt.json', '--key', 'nothing')).toMatchObject({ code: 4 });
    expect(await acgs('verify', 'receipt', 'policy', ...key)).toMatchObject({ code: 2 });
    const json = await acgs('verify', 'receipt', 'receipt.json', ...key, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ isValid: true, receipt: { id: sampleReceipt(3).id } });
  });
});

describe('acgs verify disclosure', () => {
  it('holds what is shown against the record and its receipt', async () => {
    const action = {
      version: 1,
      kind: 'shell',
      command: 'mytool --password Zitrone-4711',
      background: false,
      cwd: '/w',
      workspaceRoots: ['/w'],
    };
    const decision = { ...sampleDecision(1), action, actionDigest: actionDigest(action) };
    const redacted = redact(decision, () => 'ab'.repeat(32));
    const entry = { kind: 'decision', decision: redacted.decision } as const;
    const record = { node: 'node-1', sequence: 1, hash: 'a'.repeat(64), entry };
    const previousHash = 'b'.repeat(64);
    const hash = createHash('sha256').update(Buffer.from(previousHash, 'hex')).update(recordBytes(entry)).digest('hex');
    const receipt = signReceipt(
      receiptOf({ decision: redacted.decision, record: { ...record, hash }, previousHash }),
      RECEIPT_KEY.signer,
    );
    const disclosure = {
      format: 'acgs-disclosure-v1',
      decisionId: decision.id,
      details: redacted.details,
      record: recordBytes(entry).toString(),
      receipt,
    };
    const key = ['--key', RECEIPT_KEY.signer.publicKey.text];
    const verify = async (change: object) => {
      await writeFile(join(folder, 'd.json'), JSON.stringify({ ...disclosure, ...change }));
      return acgs('verify', 'disclosure', 'd.json', ...key);
    };
    expect(await verify({})).toMatchObject({ code: 0, out: expect.stringContaining('mytool --password Zitrone-4711') });
    const [detail] = redacted.details;
    expect(await verify({ details: [{ ...detail, value: 'Zitrone-4712' }] })).toMatchObject({
      code: 1,
      out: expect.stringContaining('[disclosure-wrong]'),
    });
    expect(await verify({ record: disclosure.record.replace('"allow"', '"deny"') })).toMatchObject({
      code: 1,
      out: expect.stringContaining('[record-other]'),
    });
    expect(await verify({ receipt: sampleFile(2) })).toMatchObject({ code: 1 });
    expect(await verify({ format: 'x' })).toMatchObject({ code: 2 });
  });
});
