import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LedgerGauges } from '#adapters/telemetry/ledger.ts';
import { superviseProcess } from '#apps/server/child-process.ts';
import type {
  FromLedgerProcess,
  LedgerProcessEvent,
  LedgerQuestion,
  LedgerSettings,
  ToLedgerProcess,
} from '#apps/server/ledger-process/protocol.ts';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import type { Journal } from '#domain/journal/journal.ts';
import type { LedgerMetrics } from '#domain/ledger/ledger-metrics.ts';
import type { RememberedNodes } from '#domain/ledger/node-state.ts';
import { LedgerUnavailable } from '#domain/ledger/store.ts';
import { never } from '#domain/result.ts';
import { createNodes } from '#services/integrity/nodes.ts';
import type { AppendAnswer, Sequencer, SequencerStatus } from '#services/integrity/sequencer.ts';
import { createLedgerWatch } from '#services/integrity/watch.ts';

const PROCESS = fileURLToPath(new URL(`./ledger-process/main${extname(import.meta.url)}`, import.meta.url));
/** How often the head is told, in milliseconds: part of a checkpoint's age. */
const TELL_INTERVAL_MS = 100;
/** How often nodes are looked over, in milliseconds: whether one is an incident, and whether there is something to remember. */
const LOOK_INTERVAL_MS = 5_000;

export type LedgerEvent =
  | Exclude<LedgerProcessEvent, { readonly kind: 'published' }>
  /** The ledger's process ended without being asked to, and is started again. */
  | { readonly kind: 'ledger-process-ended'; readonly how: string }
  /** An incident: nothing is heard of this node, and somebody has seen its agents act. Told once, until it speaks. */
  | {
      readonly kind: 'node-silent-while-active';
      readonly node: string;
      readonly missing: number;
      /** On whose word. */
      readonly toldBy: readonly string[];
    }
  /** What is known of nodes could not be kept: a restart would forget it. */
  | { readonly kind: 'nodes-not-kept'; readonly error: unknown };

/** Where what is known of nodes is kept over restarts. */
export interface NodeMemory {
  readonly remembered: RememberedNodes;
  keep(nodes: RememberedNodes): Promise<void>;
}

const NOTHING_YET: SequencerStatus = {
  isLeading: false,
  size: 0,
  publishedSize: 0,
  pendingSinceMs: undefined,
  positions: new Map<string, ChainPosition>(),
};

/**
 * The ledger of a server, in a process of its own: it reads this node's journal from its files up to the head that it is told,
 * and sequences it together with what other nodes ship; or ships it to the ledger of another server. Nothing waits for it.
 */
export function startLedger(options: {
  readonly settings: Pick<LedgerSettings, 'target'>;
  readonly journal: Pick<Journal, 'node' | 'head'> & { readonly directory: string };
  /** Of a ledger of one's own. */
  readonly memory?: NodeMemory;
  readonly ledgerMetrics: (gauges: LedgerGauges) => LedgerMetrics;
  readonly nowMs: () => number;
  readonly onEvent: (event: LedgerEvent) => void;
}) {
  const { settings, journal, memory, nowMs, onEvent } = options;
  const nodes = createNodes(nowMs, memory?.remembered);
  let kept = 0;
  /** Silent nodes that were told of. */
  let toldOf: ReadonlySet<string> = new Set();
  const watch = createLedgerWatch(journal.node, nowMs);
  let status = NOTHING_YET;
  /** Last record of this node's journal that the ledger is known to have. */
  let shipped = 0;
  let told = 0;
  const lagRecords = (): number => Math.max(journal.head().sequence - shipped, 0);
  const metrics = options.ledgerMetrics({
    isLeading: () => status.isLeading,
    size: () => status.size,
    publishedSize: () => status.publishedSize,
    checkpointAgeSeconds: () =>
      status.pendingSinceMs === undefined ? 0 : Math.max(0, nowMs() - status.pendingSinceMs) / 1000,
    shipLagRecords: lagRecords,
    nodes: () => nodes.report(status.positions),
  });

  const supervised = superviseProcess<LedgerSettings, LedgerQuestion, ToLedgerProcess, FromLedgerProcess>({
    file: PROCESS,
    settings() {
      const head = journal.head();
      told = head.sequence;
      return { ...settings, journal: { directory: journal.directory, node: journal.node, head } };
    },
    receive,
    outage: (message) => new LedgerUnavailable(`the ledger: ${message}`),
    onEnded(how) {
      status = { ...status, isLeading: false };
      watch.see({ kind: 'ledger-process-ended', how });
      onEvent({ kind: 'ledger-process-ended', how });
    },
  });
  const telling = setInterval(tellHead, TELL_INTERVAL_MS).unref();
  const looking = setInterval(() => void lookOver(), LOOK_INTERVAL_MS).unref();

  async function lookOver(): Promise<void> {
    const silent = nodes.report(status.positions).filter(({ state }) => state === 'silent-while-active');
    for (const { node, missing, toldBy } of silent) {
      if (!toldOf.has(node)) onEvent({ kind: 'node-silent-while-active', node, missing, toldBy });
    }
    toldOf = new Set(silent.map(({ node }) => node));
    if (nodes.changes() !== kept) await keep();
  }

  async function keep(): Promise<void> {
    kept = nodes.changes();
    await memory?.keep(nodes.remembered()).catch((error: unknown) => onEvent({ kind: 'nodes-not-kept', error }));
  }

  function receive(message: FromLedgerProcess): void {
    switch (message.kind) {
      case 'status':
        status = message.status;
        if (settings.target.kind === 'own') speak(journal);
        return;
      case 'shipped':
        shipped = message.sequence;
        return;
      case 'event':
        count(message.event);
        watch.see(message.event);
        // Every second, and nothing to be told of.
        if (message.event.kind !== 'published') onEvent(message.event);
        return;
      default:
        never(message);
    }
  }

  /** This node is heard of without HTTP. */
  function speak({ node, head }: Pick<Journal, 'node' | 'head'>): void {
    const position = status.positions.get(node) ?? genesisPosition(node);
    nodes.heard(node, { headSequence: head().sequence, hasLeft: false }, position);
  }

  function count(event: LedgerProcessEvent): void {
    switch (event.kind) {
      case 'published':
        metrics.published(event.oldestMs);
        return;
      case 'records-refused':
        metrics.incident(event.refused.code);
        return;
      case 'journal-refused':
        metrics.incident(event.code);
        return;
      case 'leading-lost':
        metrics.leadingLost();
        return;
      case 'quorum-missed':
        metrics.quorumMissed();
        return;
      case 'not-cosigned':
        metrics.notCosigned(event.witness, event.reply.kind);
        return;
      case 'leading':
      case 'ledger-up':
      case 'ledger-down':
      case 'start-failed':
        return;
      default:
        never(event);
    }
  }

  function tellHead(): void {
    const head = journal.head();
    if (head.sequence === told || !supervised.isConnected()) return;
    told = head.sequence;
    supervised.post({ kind: 'head', head });
  }

  const sequencer: Pick<Sequencer, 'append' | 'status'> = {
    append: (node, records) => supervised.ask({ node, records }) as Promise<AppendAnswer>, // what `append` gave over there
    status: () => status,
  };

  return {
    sequencer,
    nodes,
    watch,
    lagRecords,
    pid: supervised.pid,
    async close(): Promise<void> {
      clearInterval(telling);
      clearInterval(looking);
      tellHead();
      await supervised.close();
      await keep();
    },
  };
}
