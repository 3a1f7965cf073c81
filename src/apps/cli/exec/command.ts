import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { spendReceipt } from '#adapters/spent-receipts/spent-receipts.ts';
import { type ClientOptions, callerOf, createClient, reasonOf, withClientOptions } from '#apps/cli/client.ts';
import { request, serverUrl } from '#apps/cli/connection.ts';
import { commandText } from '#apps/cli/decide/command-text.ts';
import { runCommand } from '#apps/cli/exec/run-command.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { readInput, readTrust, type Trust, type TrustOptions, withTrustOptions } from '#apps/cli/verify/trust.ts';
import type { ShellAction } from '#domain/action/action.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import type { DecisionId } from '#domain/decision/decision.ts';
import { messageForAgent } from '#domain/decision/message.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Reason, Verdict } from '#domain/policy/verdict.ts';
import { executable } from '#domain/receipt/executable.ts';
import { parseReceiptFile } from '#domain/receipt/receipt-file.ts';
import type { Receipt } from '#domain/receipt/statement.ts';
import { verifyReceipt } from '#domain/receipt/verify-receipt.ts';
import { DecidedReply, OutcomeReply } from '#services/decision/schemas.ts';
import { ReceiptReply } from '#services/integrity/routes/receipts.ts';

/** For telling a ledger of a receipt, in milliseconds: the command runs meanwhile, and its end is not kept waiting for more. */
const TELL_MS_MAX = 3_000;
/** The command was not run. As of timeout(1) and its like, so that it is told from the command's own codes. */
const NOT_RUN = 125;

interface Options extends ClientOptions, TrustOptions {
  readonly receipt?: string;
  readonly workspace?: readonly string[];
}

/** `acgs exec`: an executor that runs nothing that was not allowed, and each receipt once. */
export function createExecCommand(io: CliIo): Command {
  const command = new Command('exec')
    .description('run a command only with a valid receipt for it, once; without --receipt the server is asked first')
    .argument('[command...]', 'the command, after "--"; quoted as one word, or as it would be typed')
    .option(
      '--receipt <file>',
      'the receipt of the decision that allowed it; no server is needed then, and one that is named is told of it',
    )
    .option('--workspace <dir...>', 'the folders that were decided on (default: the one that you are in)');
  return withClientOptions(withTrustOptions(command))
    .addHelpText('after', HELP)
    .action(async (words: readonly string[], options: Options) => {
      const { code } = await execute(io, words, options).catch(notRun);
      // The command has said what there is to say.
      if (code !== 0) throw new CommanderError(code, 'acgs.exec', '');
    });
}

const HELP = `
The command runs in /bin/bash with nothing that the environment could slip in (BASH_ENV, functions).
A receipt is believed when a key that you give has signed it (default: keys/receipt.pub of the state
folder), and is good for 15 minutes, for this very command, folder and workspace, once. It is marked
as spent, durably, before the command starts: after a crash in between it is spent all the same.
Which receipts are spent is kept in the state folder: whoever chooses that chooses what is forgotten.

With --receipt and a server (--server or ACGS_URL), that server's ledger is told which record of which node
the receipt is of: if it never comes there, the node is cut off from the ledger, and that is an incident.
Whether the server can be reached changes nothing for the command.

Exit codes: the command's own, or 125 when it was not run

Examples:
  acgs exec -- npm test
  acgs exec --receipt receipt.json --key keys/receipt.pub -- npm test`;

async function execute(io: CliIo, words: readonly string[], options: Options): Promise<{ readonly code: number }> {
  const action = actionOf(io, words, options);
  const trust = await trustOf(io, options);
  const client = options.receipt === undefined ? await createClient(io, options) : undefined;
  const text = client === undefined ? await readInput(io, options.receipt ?? '-') : await askFor(action, client);
  const receipt = receiptIn(text, action, trust, Date.now());
  const spent = await spendReceipt(path.join(stateFolder(io), 'spent'), receipt.id, Date.now());
  if (!spent.ok) throw failure(EXIT.refused, `${spent.refusal.message} [${spent.refusal.code}]`);
  const told = client === undefined ? tellOf(io, options, receipt) : undefined;
  const startMs = performance.now();
  const code = await runCommand(action.command, { cwd: action.cwd, env: io.env });
  await told;
  if (client !== undefined) {
    const outcome = {
      decisionId: receipt.id,
      status: code === 0 ? 'succeeded' : 'failed',
      durationMs: performance.now() - startMs,
    };
    await client.post('/v1/outcomes', outcome, OutcomeReply).catch((error: unknown) => {
      io.err(`acgs: the command ran, and its outcome could not be reported: ${reason(error)}\n`);
    });
  }
  return { code };
}

/** Whoever sees a receipt knows of a record that the ledger must have. Nothing depends on its being told. */
async function tellOf(io: CliIo, options: Options, { journal }: Receipt): Promise<void> {
  if (options.server === undefined && io.env['ACGS_URL'] === undefined) return;
  try {
    const server = serverUrl(io, options.server);
    const caller = await callerOf(io, options.tokenFile, server);
    const path = `/v1/ledger/nodes/${encodeURIComponent(journal.node)}/activity?sequence=${journal.sequence}`;
    const response = await request(server, path, {
      method: 'POST',
      headers: await caller.headers('POST', path),
      signal: AbortSignal.timeout(TELL_MS_MAX),
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  } catch (error) {
    io.err(`acgs: the ledger could not be told of the receipt: ${reasonOf(error)}\n`);
  }
}

function actionOf(io: CliIo, words: readonly string[], options: Options): ShellAction {
  const command = commandText(words);
  if (command.trim() === '') throw failure(EXIT.usage, 'there is no command; put it after "--": acgs exec -- npm test');
  const workspaceRoots = (options.workspace ?? [io.cwd]).map((folder) => path.resolve(io.cwd, folder));
  return { kind: 'shell', command, background: false, cwd: io.cwd, workspaceRoots };
}

/** Whom to believe is never asked of whoever issues the receipt. */
async function trustOf(io: CliIo, options: Options): Promise<Trust> {
  const own = path.join(stateFolder(io), 'keys', 'receipt.pub');
  const trust = await readTrust(io, options);
  return trust.keys.length > 0 ? trust : { ...trust, keys: (await readTrust(io, { key: [own] })).keys };
}

/** Asks, and gets the receipt. Ends the command where the answer is not "allow". */
async function askFor(action: ShellAction, client: Awaited<ReturnType<typeof createClient>>): Promise<string> {
  const body: JsonObject = { action: { ...action } };
  const { decision, recorded } = await client.post('/v1/decisions', body, DecidedReply);
  const verdict = decision.verdict as Verdict; // the schema has checked it
  if (verdict.kind !== 'allow' || !recorded) {
    const reasons = decision.reasons as readonly Reason[]; // likewise
    throw failure(EXIT.refused, messageForAgent(verdict, reasons, decision.id as DecisionId)); // as the server minted it
  }
  return JSON.stringify(await client.get(`/v1/receipts/${decision.id}`, ReceiptReply));
}

function receiptIn(text: string, action: ShellAction, trust: Trust, nowMs: number): Receipt {
  const file = parseReceiptFile(text);
  if (!file.ok) throw failure(EXIT.usage, file.refusal.message);
  const digest = actionDigest(canonicalAction(action));
  const receipt = executable(verifyReceipt(file.value, trust), { actionDigest: digest, nowMs });
  if (receipt.ok) return receipt.value;
  const { code, message, detail } = receipt.refusal;
  throw failure(EXIT.refused, `${message} [${code}]${detail === undefined ? '' : ` (${detail})`}`);
}

function notRun(error: unknown): never {
  throw new CommanderError(NOT_RUN, 'acgs.exec', `not run: ${reason(error)}`);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
