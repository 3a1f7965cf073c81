import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Argument, Command } from 'commander';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { type Server, type ServerEvent, startServer } from '#apps/server/compose.ts';
import { parseConfig, type ServerConfig } from '#apps/server/config.ts';
import { consoleMessage } from '#apps/server/console.ts';
import { folderMessage } from '#apps/server/constitution-folder.ts';
import { JournalUnavailable } from '#domain/journal/journal.ts';

/** Port by what is started: everything behind the gateway's, or one service on its own (ARCHITECTURE.md, ports). */
const PORTS = { all: 8010, decision: 8005, constitution: 8001, integrity: 8002, identity: 8016 } as const;
const STARTER_CONSTITUTION = fileURLToPath(new URL('../../../../constitution', import.meta.url));
const PACKAGE = new URL('../../../../package.json', import.meta.url);

/** `acgs start`: runs until it is told to stop (SIGINT, SIGTERM), then answers what it has begun and closes its journal. */
export function createStartCommand(io: CliIo): Command {
  return new Command('start')
    .description(
      'start the server: everything on port 8010, or one service alone (decision on 8005, constitution on 8001, integrity on 8002, identity on 8016)',
    )
    .addArgument(new Argument('[service]', 'what to start').choices(Object.keys(PORTS)).default('all'))
    .addHelpText(
      'after',
      '\nSettings are environment variables (docs/reference/configuration.md).\n\nExamples:\n  acgs start\n  ACGS_LISTEN=unix:/run/acgs.sock acgs start decision',
    )
    .action(async (service: keyof typeof PORTS) => {
      const config = parseConfig({
        env: io.env,
        cwd: io.cwd,
        starterConstitution: STARTER_CONSTITUTION,
        defaultPort: PORTS[service],
        runs: service,
      });
      if (!config.ok) throw failure(EXIT.usage, config.refusal.message);
      const started = await startServer(config.value, packageVersion(), (event) => tell(io, event)).catch(
        (error: unknown) => {
          throw failure(EXIT.unavailable, explain(error));
        },
      );
      if (!started.ok)
        throw failure(
          EXIT.refused,
          `${started.refusal.message}${started.refusal.detail === undefined ? '' : ` (${started.refusal.detail})`}`,
        );
      io.out(banner(started.value, config.value));
      await stopSignal();
      io.out('stopping: answering what has begun\n');
      await started.value.close();
    });
}

function banner(server: Server, config: ServerConfig): string {
  const { home } = config;
  const { address, constitution, recovered, firstTokens } = server;
  const lines = [
    `ACGS decides at ${address}`,
    ...(config.runs === 'all' && config.console === 'on' && address.startsWith('http')
      ? [`console       ${address}/`]
      : []),
    `constitution  number ${constitution.number}, digest ${constitution.digest.slice(0, 16)}…, lineage ${constitution.lineage}`,
    `journal       ${recovered.records} records in ${home}/journal${recovered.tornBytes === 0 ? '' : `; ${recovered.tornBytes} bytes of an unfinished write cut off`}`,
  ];
  if (firstTokens.size > 0) {
    lines.push('', 'First start. These tokens are shown once and stored as hashes only:');
    for (const [principal, token] of firstTokens) lines.push(`  ${principal.padEnd(12)} ${token}`);
    lines.push(
      '',
      'Next: npx acgs hook install claude-code   (in this folder; obtains its own token)',
      '      The operator’s token also signs you in at the console.',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** What the operator should know beside the log; the decision path depends on none of it. */
function tell(io: CliIo, event: ServerEvent): void {
  if (event.kind === 'constitution-folder') {
    const message = folderMessage(event.finding, event.folder, event.inForce);
    if (message !== undefined) io.err(`${message}\n`);
    return;
  }
  if (event.kind === 'console') {
    io.err(`${consoleMessage(event)}\n`);
    return;
  }
  const [component, told] = event.kind === 'ledger' ? ['ledger', event.event] : ['search-index', event];
  const { kind, ...detail } = told;
  const error = 'error' in detail && detail.error instanceof Error ? { error: detail.error.message } : {};
  const incident = isIncident(event) ? { incident: true } : {};
  io.err(
    `${JSON.stringify({ time: new Date().toISOString(), component, event: kind, ...incident, ...detail, ...error })}\n`,
  );
}

/** What somebody has to look into, however well everything goes on: the evidence contradicts itself. */
function isIncident(event: ServerEvent): boolean {
  if (event.kind !== 'ledger') return false;
  const { event: told } = event;
  if (told.kind === 'not-cosigned') return told.reply.kind === 'contradicts';
  return ['records-refused', 'journal-refused', 'node-silent-while-active'].includes(told.kind);
}

function explain(error: unknown): string {
  if (error instanceof JournalUnavailable)
    return `${error.message}: ${error.cause instanceof Error ? error.cause.message : 'no cause given'}`;
  return error instanceof Error ? error.message : String(error);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(PACKAGE, 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}
