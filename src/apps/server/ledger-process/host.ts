import { readFile } from 'node:fs/promises';
import { createTailReader, type TailReader } from '#adapters/journal/tail-reader.ts';
import { createHttpLedgerLine } from '#adapters/ledger-line/http-line.ts';
import { tokenOfFile } from '#domain/identity/token.ts';
import { LedgerUnavailable } from '#domain/ledger/store.ts';
import { never } from '#domain/result.ts';
import { createSequencer, type Sequencer } from '#services/integrity/sequencer.ts';
import { createShipper, type LedgerLine, type ShippedFrame } from '#services/integrity/ship.ts';
import { openIdentity, openPlace, openWitnessing } from './open-ledger.ts';
import type { LedgerProcessEvent, LedgerProcessInput, LedgerProcessOutput, LedgerSettings } from './protocol.ts';

/** Half of what a checkpoint's age aims at: the other half is for signing, witnesses and storage. */
const CHECKPOINT_INTERVAL_MS = 500;
/** How often the journal is looked at, and how often the server is told how the ledger is, in milliseconds. */
const SHIP_INTERVAL_MS = 100;
const STATUS_INTERVAL_MS = 250;

/**
 * The work of the ledger's process, without the process: sequences, and ships this node's journal, here or to a ledger elsewhere.
 * `tell` reaches the server; `onStopped` is called once, when nothing is open any more.
 */
export function createLedgerHost(tell: (message: LedgerProcessOutput) => void, onStopped: () => void) {
  let reader: TailReader | undefined;
  let sequencer: Sequencer | undefined;
  let shipper: ReturnType<typeof createShipper> | undefined;
  let telling: NodeJS.Timeout | undefined;
  let starting: Promise<void> | undefined;
  let isStopping = false;

  return {
    receive(message: LedgerProcessInput): void {
      switch (message.kind) {
        case 'begin':
          starting ??= start(message.settings).catch((error: unknown) => onEvent({ kind: 'start-failed', error }));
          return;
        case 'head':
          reader?.advance(message.head);
          return;
        case 'ask':
          void reply(message.id, message.question);
          return;
        case 'stop':
          if (!isStopping) void stop().finally(onStopped);
          isStopping = true;
          return;
        default:
          never(message);
      }
    },
  };

  async function start({ journal, target }: LedgerSettings): Promise<void> {
    // Made first: heads that are told while the rest starts must not be lost.
    reader = createTailReader(journal);
    const { node, head, frames } = reader;
    const line = target.kind === 'remote' ? remoteLine(target) : localLine(await startSequencer(target));
    shipper = createShipper({
      journal: { node, head, frames: (from) => shippedFrames(frames(from)) },
      line,
      intervalMs: SHIP_INTERVAL_MS,
      nowMs: Date.now,
      onEvent,
      onShipped: (sequence) => tell({ kind: 'shipped', sequence }),
    });
  }

  async function startSequencer(target: Extract<LedgerSettings['target'], { kind: 'own' }>): Promise<Sequencer> {
    const identity = await openIdentity(target.keyFile, target.name);
    if (!identity.ok) throw new Error(identity.refusal.message);
    const witnessing = await openWitnessing(target.policyFile);
    if (!witnessing.ok) throw new Error(witnessing.refusal.message);
    const opened = createSequencer({
      ...(await openPlace(target.place, { databaseUrl: target.databaseUrl, ledger: identity.value.origin })),
      identity: identity.value,
      witnessing: witnessing.value,
      intervalMs: CHECKPOINT_INTERVAL_MS,
      nowMs: Date.now,
      onEvent,
    });
    sequencer = opened;
    // So that a start is no outage to this node's own shipper.
    await opened.tried;
    telling = setInterval(() => tell({ kind: 'status', status: opened.status() }), STATUS_INTERVAL_MS);
    return opened;
  }

  async function reply(id: number, { node, records }: { node: string; records: Parameters<Sequencer['append']>[1] }) {
    try {
      if (sequencer === undefined) throw new LedgerUnavailable('the ledger is still starting');
      tell({ kind: 'answer', id, value: await sequencer.append(node, records) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      tell({ kind: 'failed', id, isOutage: error instanceof LedgerUnavailable, message });
    }
  }

  async function stop(): Promise<void> {
    await starting;
    await shipper?.stop();
    await sequencer?.close();
    clearInterval(telling);
    if (sequencer !== undefined) tell({ kind: 'status', status: sequencer.status() });
  }

  function onEvent(event: LedgerProcessEvent): void {
    tell({ kind: 'event', event });
  }
}

async function* shippedFrames(frames: ReturnType<TailReader['frames']>): AsyncGenerator<ShippedFrame> {
  for await (const { frame, bytes } of frames) {
    const { sequence, previousHash, hash } = frame;
    yield { sequence, previousHash, hash, bytes };
  }
}

function localLine(sequencer: Sequencer): LedgerLine {
  return { ship: (node, frames) => sequencer.append(node, frames) };
}

function remoteLine({ url, tokenFile }: { readonly url: string; readonly tokenFile: string }): LedgerLine {
  return createHttpLedgerLine({ url, token: async () => tokenOfFile(await readFile(tokenFile, 'utf8')) });
}
