import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { openKeyFile } from '#adapters/key-file/key-file.ts';
import { openWitnessState } from '#adapters/witness-state/open-state.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import {
  type KeyName,
  parseKeyName,
  parseVerifierKey,
  type VerifierKey,
  verifierKey,
  verifierKeyText,
} from '#domain/ledger/verifier-key.ts';
import { createWitnessService, type WitnessEvent } from '#services/witness/service.ts';

interface Options {
  readonly name: KeyName;
  readonly log: readonly VerifierKey[];
  readonly state: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly showKey?: true;
}

const HELP = `
The key is made on first use, in the state folder, and never leaves it. Hand out the verifier key that is printed: an
auditor's policy file names it (docs/reference/ledger.md). A witness that loses its state believes the next checkpoint that it
sees: keep the folder, and give it to nobody who runs the log.

Examples:
  acgs witness --name w1.example --show-key
  acgs witness --name w1.example --log acgs.example/ledger+1a2b3c4d+AX…
  acgs witness --name w1.example --log … --listen 0.0.0.0:8120 --state /var/lib/acgs-witness`;

/** `acgs witness`: runs until it is told to stop (SIGINT, SIGTERM). */
export function createWitnessCommand(io: CliIo, stopped: () => Promise<void> = stopSignal): Command {
  return new Command('witness')
    .description(
      'cosign the checkpoints of ledgers that are consistent with everything seen before (C2SP tlog-witness)',
    )
    .requiredOption('--name <name>', 'what the witness is called in signatures: a URL without scheme', toKeyName)
    .addOption(
      new Option('--log <vkey>', "a log's verifier key; may be repeated").argParser(addLog).default([], 'none'),
    )
    .addOption(
      new Option('--listen <host:port>', 'where to listen; port 0 takes any')
        .argParser(toAddress)
        .default({ host: '127.0.0.1', port: 8120 }, '127.0.0.1:8120'),
    )
    .option('--state <folder>', 'key and last checkpoints, for nothing but this witness', '.acgs-witness')
    .option('--show-key', 'print the verifier key and end')
    .addHelpText('after', HELP)
    .action((options: Options) => run(io, options, stopped));
}

async function run(
  io: CliIo,
  { name, log: logs, state: folder, listen, showKey }: Options,
  stopped: () => Promise<void>,
) {
  const directory = resolve(io.cwd, folder);
  const signer = await openKeyFile(join(directory, 'key.pem'));
  if (!signer.ok) throw failure(EXIT.refused, signer.refusal.message);
  const vkey = verifierKeyText(verifierKey('witness', name, signer.value.publicKey));
  if (showKey === true) {
    io.out(`${vkey}\n`);
    return;
  }
  if (logs.length === 0) throw failure(EXIT.usage, 'a witness needs at least one --log');
  const state = await openWitnessState(directory);
  if (!state.ok) throw failure(EXIT.refused, state.refusal.message);
  const service = createWitnessService({
    name,
    signer: signer.value,
    logs,
    state: state.value,
    nowMs: Date.now,
    onEvent: (event) => tell(io, event),
  });
  try {
    const address = await service.listen(listen);
    io.out(`${[`witness  ${vkey}`, `address  ${address}`, ...logs.map((key) => `log      ${key.name}`)].join('\n')}\n`);
    await stopped();
  } finally {
    await service.close();
    state.value.close();
  }
}

/** One line an event: what was refused is what an operator wants to be woken by. */
function tell(io: CliIo, event: WitnessEvent): void {
  const line =
    event.kind === 'failed'
      ? { event: event.kind, error: event.error instanceof Error ? describe(event.error) : String(event.error) }
      : { event: event.kind, ...event, kind: undefined };
  io.err(`${JSON.stringify({ time: new Date().toISOString(), component: 'witness', ...line })}\n`);
}

function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function toKeyName(text: string): KeyName {
  const name = parseKeyName(text);
  if (!name.ok) throw new InvalidArgumentError(name.refusal.message);
  return name.value;
}

function addLog(text: string, logs: readonly VerifierKey[]): readonly VerifierKey[] {
  const key = parseVerifierKey(text);
  if (!key.ok) throw new InvalidArgumentError(key.refusal.message);
  if (key.value.kind !== 'log') throw new InvalidArgumentError(`The key of ${key.value.name} is not that of a log.`);
  return [...logs, key.value];
}

function toAddress(text: string): Options['listen'] {
  const match = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) throw new InvalidArgumentError('It has the form host:port.');
  return { host: (match[1] ?? '').replace(/^\[|\]$/g, ''), port };
}

function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}
