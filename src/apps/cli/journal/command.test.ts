import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { openJournal } from '#adapters/journal/open-journal.ts';
import { SAMPLE_ENTRIES } from '#adapters/journal/sample-entries.ts';
import { scratchDirectory } from '#adapters/journal/scratch.ts';
import type { CliIo } from '#apps/cli/io.ts';
import type { DecisionIndex } from '#domain/decision/decision-index.ts';
import type { ReplayTarget } from '#domain/decision/replay.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';
import { createJournalCommands } from './command.ts';

async function run(cwd: string, ...words: string[]) {
  let out = '';
  let err = '';
  const applied: JournalRecord[] = [];
  let closed = false;
  const io: CliIo = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    columns: 80,
    colour: false,
    cwd,
    env: {},
    readStdin: async () => '',
  };
  const index: ReplayTarget & Pick<DecisionIndex, 'close'> = {
    async apply(records) {
      applied.push(...records);
    },
    position: async () => applied.length,
    async rebuild() {
      applied.splice(0);
    },
    async close() {
      closed = true;
    },
  };
  const program = new Command('acgs')
    .exitOverride()
    .addCommand(createJournalCommands(io, { openIndex: async () => index }));
  let code = 0;
  try {
    await program.parseAsync(['journal', ...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode;
  }
  return { code, out, err, applied, closed };
}

/** Every kind of entry, some of them more than once. */
const COUNT = SAMPLE_ENTRIES.length;

async function journalIn(directory: string): Promise<void> {
  const journal = await openJournal({ directory, node: 'node-1' });
  if (!journal.ok) throw new Error(journal.refusal.message);
  for (const entry of SAMPLE_ENTRIES) await journal.value.append(entry);
  await journal.value.close();
}

function corrupt(directory: string): void {
  const path = join(directory, '0000000001.segment');
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(2000) ^ 1, 2000);
  writeFileSync(path, bytes);
}

describe('acgs journal verify', () => {
  it('says where the first damage is, and ends with 1', async () => {
    using scratch = scratchDirectory();
    const directory = join(scratch.path, '.acgs', 'journal');
    await journalIn(directory);
    corrupt(directory);
    const human = await run(scratch.path, 'verify');
    expect(human.code).toBe(1);
    expect(human.out).toMatch(/^DAMAGED {2}record-damaged: 0000000001\.segment, byte \d+, record 2: /);
    expect(human.out).toContain('before   1 (1 node-started, 0 decision, 0 outcome, 0 approval, ');
    const json = await run(scratch.path, 'verify', '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      kind: 'damaged',
      damage: { sequence: 2, file: '0000000001.segment' },
      records: 1,
    });
  });

  it('ends with 4 when there is no journal or it cannot be read', async () => {
    using scratch = scratchDirectory();
    expect(await run(scratch.path, 'verify', '.')).toMatchObject({
      code: 4,
      out: expect.stringContaining('there is no journal in'),
    });
    expect(await run(scratch.path, 'verify')).toMatchObject({ code: 4, err: expect.stringContaining('ENOENT') });
  });

  it('prints the head and the counts of a sound journal, also while it is written, and names what is not finished', async () => {
    using scratch = scratchDirectory();
    await journalIn(scratch.path);
    const writer = await openJournal({ directory: scratch.path });
    const { code, out } = await run(scratch.path, 'verify', '.');
    if (writer.ok) await writer.value.close();
    expect(code).toBe(0);
    expect(out).toContain(`sound    ${scratch.path}`);
    expect(out).toContain(`records  ${COUNT} (1 node-started, 4 decision, 1 outcome, 1 approval, `);
    expect(out).toMatch(new RegExp(`head {5}${COUNT} [0-9a-f]{64}\\nanswered ${COUNT} [0-9a-f]{64}\\n`));
    const path = join(scratch.path, '0000000001.segment');
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from([0xff, 0x41])]));
    expect((await run(scratch.path, 'verify', '.')).out).toContain('torn     2 bytes');
    expect(JSON.parse((await run(scratch.path, 'verify', '.', '--json')).out)).toMatchObject({
      kind: 'sound',
      node: 'node-1',
    });
  });
});

describe('acgs journal replay', () => {
  it('refuses a damaged journal and an absent one, and leaves the index alone', async () => {
    using scratch = scratchDirectory();
    expect(await run(scratch.path, 'replay', '.')).toMatchObject({ code: 4, closed: false });
    await journalIn(scratch.path);
    corrupt(scratch.path);
    expect(await run(scratch.path, 'replay', '.')).toMatchObject({
      code: 1,
      closed: false,
      applied: [],
      err: expect.stringContaining('the journal is damaged'),
    });
  });

  it('fills the index with every record, and closes it', async () => {
    using scratch = scratchDirectory();
    await journalIn(scratch.path);
    const { code, out, applied, closed } = await run(scratch.path, 'replay', '.');
    expect({ code, out, closed }).toEqual({
      code: 0,
      out: `${COUNT} records applied; the index stands at record ${COUNT}\n`,
      closed: true,
    });
    expect(applied.map(({ entry }) => entry)).toEqual(SAMPLE_ENTRIES);
    expect(JSON.parse((await run(scratch.path, 'replay', '.', '--json')).out)).toEqual({
      applied: COUNT,
      position: COUNT,
    });
  });
});
