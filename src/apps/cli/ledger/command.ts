import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import Type from 'typebox';
import { openJournalReader } from '#adapters/journal/inspect.ts';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { parseConfig } from '#apps/server/config.ts';
import { openIdentity, openReader, readPolicy } from '#apps/server/ledger-process/open-ledger.ts';
import { IndexUnavailable } from '#domain/decision/decision-index.ts';
import type { IndexAudit, IndexDifference } from '#domain/decision/index-audit.ts';
import type { JournalReader } from '#domain/journal/journal.ts';
import { checkLedger, type LedgerCheck, type LedgerCheckInput } from '#domain/ledger/check.ts';
import { parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import { LedgerDamaged, LedgerUnavailable } from '#domain/ledger/store.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import type { TreeHead } from '#domain/ledger/verify-proof.ts';
import { never } from '#domain/result.ts';

export interface LedgerCommandParts {
  /** The search index of this installation, for `fsck --index`. The command closes it. */
  openAudit(): Promise<IndexAudit>;
}

interface FsckOptions {
  readonly policy?: string;
  readonly known?: readonly string[];
  readonly journal?: readonly string[];
  readonly index?: true;
  readonly json?: true;
}

/** `acgs ledger`. Exit codes of fsck: 0 sound, 1 a difference, 2 a wrong option or file, 4 something cannot be read. */
export function createLedgerCommands(io: CliIo, parts: LedgerCommandParts): Command {
  const command = new Command('ledger').description(
    'the Merkle log over all journals: check it, its status, proofs from it',
  );

  command
    .command('fsck')
    .description(
      'recompute the tree, the journals and what is searched, and name the first difference; changes nothing, also while a server writes',
    )
    .option('--policy <file>', "whom to believe (tlog-policy); default: this installation's key, no witnesses")
    .option(
      '--known <checkpoint>',
      'a checkpoint of this ledger from elsewhere, that it must continue; may be repeated',
      gather,
    )
    .option(
      '--journal <directory>',
      'a journal to compare (default: the one of the state folder); may be repeated',
      gather,
    )
    .option('--index', 'compare the search index too; the server must not run when it is the embedded one')
    .option('--json', 'machine-readable output')
    .addHelpText(
      'after',
      '\nExit codes: 0 sound, 1 a difference, 2 a wrong option or file, 4 something cannot be read.\n\nExamples:\n  acgs ledger fsck\n  acgs ledger fsck --known seen-by-the-witness.txt --index',
    )
    .action(async (options: FsckOptions) => {
      const report = await orUnavailable(() => fsck(io, parts, options));
      io.out(options.json === true ? `${JSON.stringify(report)}\n` : describe(report));
      if (report.kind === 'different') throw failure(EXIT.refused);
    });

  command
    .command('key')
    .description(
      "print this ledger's verifier key, for witnesses and policy files; the key is made if there is none yet",
    )
    .addHelpText('after', '\nExample:\n  acgs witness --name w1.example --log "$(acgs ledger key)"')
    .action(async () => {
      const { keyFile, name } = ownLedger(io);
      const identity = await openIdentity(keyFile, name);
      if (!identity.ok) throw failure(EXIT.refused, identity.refusal.message);
      io.out(`${verifierKeyText(identity.value.verifier)}\n`);
    });

  withClientOptions(command.command('status'))
    .description('size, checkpoint and nodes, as the server says')
    .option('--json', 'machine-readable output')
    .action(async (options: ClientOptions & { json?: true }) => {
      const status = await (await createClient(io, options)).get('/v1/ledger', StatusReply);
      io.out(options.json === true ? `${JSON.stringify(status)}\n` : describeStatus(status));
    });

  withClientOptions(command.command('proof'))
    .argument('<node>', "the node's id")
    .argument('<sequence>', "the record's number in its journal", wholeNumber)
    .description('that a record is in the ledger: prints a C2SP tlog-proof')
    .option('--json', 'with the entry that it is of')
    .action(async (node: string, sequence: number, options: ClientOptions & { json?: true }) => {
      const query = new URLSearchParams({ node, sequence: String(sequence) });
      const proved = await (await createClient(io, options)).get(`/v1/ledger/proof?${query}`, ProofReply);
      io.out(options.json === true ? `${JSON.stringify(proved)}\n` : proved.proof);
    });

  return command;
}

const StatusReply = Type.Object({
  origin: Type.String(),
  verifierKey: Type.String(),
  isLeading: Type.Boolean(),
  size: Type.Integer(),
  publishedSize: Type.Integer(),
  checkpointAgeMs: Type.Number(),
  nodes: Type.Array(
    Type.Object({ node: Type.String(), sequence: Type.Integer(), state: Type.String(), missing: Type.Integer() }),
  ),
});
const ProofReply = Type.Object({
  entry: Type.Object({ node: Type.String(), sequence: Type.Integer(), hash: Type.String() }),
  index: Type.Integer(),
  size: Type.Integer(),
  proof: Type.String(),
});

type Report =
  | Exclude<LedgerCheck, { kind: 'different' }>
  | { readonly kind: 'different'; readonly code: string; readonly where: string; readonly what: string };

async function fsck(io: CliIo, parts: LedgerCommandParts, options: FsckOptions): Promise<Report> {
  const input = await openInput(io, options);
  const journals = await openJournals(io, options.journal);
  if (!Array.isArray(journals)) return journals;
  const records = journals.map((journal) => [journal.node, journal.read(1)] as const);
  const check = await checkLedger({ ...input, journals: new Map(records) });
  if (check.kind === 'different') return { kind: 'different', ...check.finding };
  const difference = options.index === true ? await indexDifference(parts, journals) : undefined;
  return difference === undefined ? check : { kind: 'different', code: 'index-different', ...wordsOf(difference) };
}

/** The ledger of this installation, and what it is held to. */
async function openInput(io: CliIo, options: FsckOptions): Promise<Omit<LedgerCheckInput, 'journals'>> {
  const ledger = ownLedger(io);
  const policyFile = options.policy ?? ledger.policyFile;
  const known = await Promise.all((options.known ?? []).map((file) => readKnown(resolve(io.cwd, file))));
  const store = await openReader(ledger.place);
  if (policyFile !== undefined) {
    const policy = await readPolicy(resolve(io.cwd, policyFile));
    if (!policy.ok) throw failure(EXIT.usage, policy.refusal.message);
    return { store, policy: policy.value, known };
  }
  const identity = await openIdentity(ledger.keyFile, ledger.name);
  if (!identity.ok) throw failure(EXIT.unavailable, identity.refusal.message);
  const policy = { logs: [{ key: identity.value.verifier }], witnesses: [], quorum: { kind: 'none' } } as const;
  return { store, policy, known };
}

function ownLedger(io: CliIo) {
  const config = parseConfig({ env: io.env, cwd: io.cwd, starterConstitution: '', defaultPort: 0 });
  if (!config.ok) throw failure(EXIT.usage, config.refusal.message);
  const { ledger } = config.value;
  if (ledger.kind === 'remote') throw failure(EXIT.usage, `the ledger is kept at ${ledger.url}: ask there`);
  return ledger;
}

/** The tree head in a checkpoint that somebody kept. Who signed it is not asked: it is what the ledger is compared with. */
async function readKnown(path: string): Promise<TreeHead> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw failure(EXIT.usage, `${path} cannot be read: ${String(error)}`);
  });
  const parsed = parseCheckpoint(text);
  if (!parsed.ok) throw failure(EXIT.usage, `${path} is no checkpoint: ${parsed.refusal.message}`);
  return parsed.value.checkpoint;
}

/** Each journal is checked by itself first: file, byte and record of the first damage come from there. */
async function openJournals(io: CliIo, directories: readonly string[] | undefined): Promise<JournalReader[] | Report> {
  const own = directories === undefined;
  const journals: JournalReader[] = [];
  for (const directory of directories ?? [join(stateFolder(io), 'journal')]) {
    const path = resolve(io.cwd, directory);
    const opened = await openJournalReader(path);
    if (opened.ok) journals.push(opened.value);
    else if (opened.refusal.code !== 'journal-absent') {
      return { kind: 'different', code: opened.refusal.code, where: path, what: opened.refusal.message };
    } else if (!own) throw failure(EXIT.unavailable, opened.refusal.message);
  }
  return journals;
}

async function indexDifference(
  parts: LedgerCommandParts,
  journals: readonly JournalReader[],
): Promise<IndexDifference | undefined> {
  const audit = await parts.openAudit();
  try {
    return await audit.firstDifference(journals);
  } finally {
    await audit.close();
  }
}

function wordsOf({ table, key, kind, columns }: IndexDifference): { readonly where: string; readonly what: string } {
  if (table === 'journal_position') {
    const what =
      kind === 'added'
        ? 'it holds records of this node, whose journal is not here: name it with --journal'
        : columns.includes('sequence')
          ? 'it holds more records of this node than its journal has'
          : 'it was filled from another journal of this node';
    return { where: `search index, node ${key}`, what };
  }
  const where = `search index, table ${table}, row ${key}`;
  switch (kind) {
    case 'missing':
      return { where, what: 'the journals have a record that leads to this row, and it is not there' };
    case 'added':
      return { where, what: 'no record of the journals leads to this row' };
    case 'changed':
      return { where, what: `the journals say something else in: ${columns.join(', ')}` };
    default:
      return never(kind);
  }
}

function describe(report: Report): string {
  if (report.kind === 'different')
    return `different  ${report.code}\nwhere      ${report.where}\nwhat       ${report.what}\n`;
  const { checkpoint, cosigned } = report.checkpoint;
  const witnesses = cosigned.length === 0 ? 'no witness' : cosigned.map(({ name }) => name).join(', ');
  const nodes = report.nodes.map(
    ({ node, sequence, isJournalCompared }) =>
      `node       ${node}: ${sequence} records${isJournalCompared ? ', the same in its journal' : ''}\n`,
  );
  return `sound      ${checkpoint.size} entries of ${checkpoint.origin}, cosigned by ${witnesses}\n${nodes.join('')}`;
}

function describeStatus(status: Type.Static<typeof StatusReply>): string {
  const nodes = status.nodes.map(
    ({ node, sequence, state, missing }) =>
      `node        ${node}: ${sequence} records, ${state}${missing === 0 ? '' : `, ${missing} missing`}\n`,
  );
  return [
    `ledger      ${status.origin}\n`,
    `key         ${status.verifierKey}\n`,
    `entries     ${status.size}, ${status.publishedSize} of them under a checkpoint${status.isLeading ? '' : '; nobody sequences here'}\n`,
    `checkpoint  ${status.checkpointAgeMs === 0 ? 'covers everything' : `is ${(status.checkpointAgeMs / 1000).toFixed(1)} s behind`}\n`,
    ...nodes,
  ].join('');
}

async function orUnavailable<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof LedgerDamaged || error instanceof LedgerUnavailable || error instanceof IndexUnavailable) {
      throw failure(EXIT.unavailable, error.message);
    }
    throw error;
  }
}

function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a record has a number from 1.');
  return value;
}
