import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { type LedgerPolicy, parsePolicy } from '#domain/ledger/policy.ts';
import { parseVerifierKey, type VerifierKey } from '#domain/ledger/verifier-key.ts';
import { type VerifiedCheckpoint, verifyCheckpoint } from '#domain/ledger/verify-checkpoint.ts';
import { type PublicKey, parsePublicKey } from '#domain/signature/ed25519.ts';

export interface TrustOptions {
  readonly key?: readonly string[];
  readonly policy?: string;
  readonly checkpoint?: string;
}

/** What a verifier brings along; none of it comes from what is verified. */
export interface Trust {
  readonly keys: readonly PublicKey[];
  readonly policy?: LedgerPolicy;
  readonly checkpoint?: VerifiedCheckpoint;
}

/** Options whose values are public: whom to believe. */
export function withTrustOptions(command: Command): Command {
  return command
    .option(
      '--key <key...>',
      'a key to believe, or a file with some: a receipt key (base64), or a log or witness (<name>+<id>+<base64>)',
    )
    .option('--policy <file>', 'logs, witnesses and how many of them, in the form of C2SP tlog-policy')
    .option('--checkpoint <file>', 'a checkpoint of the log that you have from elsewhere');
}

export async function readTrust(io: CliIo, options: TrustOptions): Promise<Trust> {
  const { receiptKeys, ledgerKeys } = await readKeys(io, options.key ?? []);
  const policy = await policyOf(io, options.policy, ledgerKeys);
  const checkpoint = await checkpointOf(io, options.checkpoint, policy);
  return {
    keys: receiptKeys,
    ...(policy === undefined ? {} : { policy }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

async function readKeys(io: CliIo, given: readonly string[]) {
  const receiptKeys: PublicKey[] = [];
  const ledgerKeys: VerifierKey[] = [];
  for (const text of given) {
    const lines = isKey(text) ? [text] : (await readInput(io, text)).split('\n').map((line) => line.trim());
    for (const line of lines.filter((one) => one !== '' && !one.startsWith('#'))) {
      const receiptKey = parsePublicKey(line);
      const ledgerKey = parseVerifierKey(line);
      if (receiptKey.ok) receiptKeys.push(receiptKey.value);
      else if (ledgerKey.ok) ledgerKeys.push(ledgerKey.value);
      else throw failure(EXIT.usage, `"${line.slice(0, 80)}" is not a key: ${ledgerKey.refusal.message}`);
    }
  }
  return { receiptKeys, ledgerKeys };
}

function isKey(text: string): boolean {
  return parsePublicKey(text).ok || parseVerifierKey(text).ok;
}

/** Keys that were given on their own ask for no quorum: how many witnesses are enough only a policy says. */
async function policyOf(
  io: CliIo,
  file: string | undefined,
  keys: readonly VerifierKey[],
): Promise<LedgerPolicy | undefined> {
  const logs = keys.filter(({ kind }) => kind === 'log').map((key) => ({ key }));
  const witnesses = keys.filter(({ kind }) => kind === 'witness').map((key) => ({ name: key.name, key }));
  if (file === undefined) return logs.length === 0 ? undefined : { logs, witnesses, quorum: { kind: 'none' } };
  const parsed = parsePolicy(Buffer.from(await readInput(io, file)));
  if (!parsed.ok) throw failure(EXIT.usage, `${file}: ${parsed.refusal.message}`);
  const policy = parsed.value;
  return { ...policy, logs: [...policy.logs, ...logs], witnesses: [...policy.witnesses, ...witnesses] };
}

async function checkpointOf(
  io: CliIo,
  file: string | undefined,
  policy: LedgerPolicy | undefined,
): Promise<VerifiedCheckpoint | undefined> {
  if (file === undefined) return undefined;
  if (policy === undefined)
    throw failure(EXIT.usage, 'a checkpoint says nothing without the key of its log: give --key');
  const verified = verifyCheckpoint(await readInput(io, file), policy);
  if (!verified.ok) throw failure(EXIT.refused, `${file} [${verified.refusal.code}]: ${verified.refusal.message}`);
  return verified.value;
}

/** A file's text; `-` is standard input. Ends the command where it cannot be read. */
export async function readInput(io: CliIo, file: string): Promise<string> {
  if (file === '-') return io.readStdin();
  try {
    return await readFile(path.resolve(io.cwd, file), 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw failure(EXIT.unavailable, `${file} cannot be read (${why})`);
  }
}
