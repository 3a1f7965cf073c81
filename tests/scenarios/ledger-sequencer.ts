/**
 * A process that sequences as fast as it can, for the tests that kill it: `node ledger-sequencer.ts PLACE`, a directory, or the URL of a ledger in an S3-compatible store with its
 * key in `ACGS_TEST_S3_KEY` (`ID SECRET`).
 *
 * Prints, written synchronously, what must hold whatever happens next: `leading SIZE`, `signed SIZE ROOT` for each
 * checkpoint that was signed, before anybody can see it, and `answered NODE SEQUENCE HASH` for the last record of each request.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createIntakeSegments } from '#adapters/ledger-files/intake-segments.ts';
import { createFileLease, createLedgerFiles } from '#adapters/ledger-files/ledger-files.ts';
import { createLedgerS3 } from '#adapters/ledger-s3/ledger-s3.ts';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import type { ShippedRecord } from '#domain/ledger/admit.ts';
import { parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import { LeaseLost, LedgerConflict, type LedgerStore, LedgerUnavailable } from '#domain/ledger/store.ts';
import { recordAfter } from '#services/integrity/sample-records.ts';
import { type AppendAnswer, createSequencer } from '#services/integrity/sequencer.ts';
import { KILLED_SEQUENCER } from '../support/killed-sequencer.ts';

const NODES = ['a', 'b', 'c'];
const AGAIN_MS = 20;
const [place = ''] = process.argv.slice(2);
const tell = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const { store: kept, losing, ...storage } = place.startsWith('http') ? inS3() : inFiles();
const store: LedgerStore = {
  ...kept,
  replace(object, expected) {
    const parsed = parseCheckpoint(object.bytes.toString());
    if (!parsed.ok) throw new Error(parsed.refusal.message);
    const { size, root } = parsed.value.checkpoint;
    tell(`signed ${size} ${root.toString('hex')}`);
    return kept.replace(object, expected);
  },
};
const sequencer = createSequencer({
  ...KILLED_SEQUENCER,
  ...storage,
  store,
  onEvent(event) {
    if (event.kind === 'leading') tell(`leading ${event.size}`);
    if (event.kind === 'leading-lost') losing(event.error);
  },
});
await sequencer.tried;

function inFiles() {
  return {
    store: createLedgerFiles(place),
    intake: createIntakeSegments(place),
    acquireLease: createFileLease(place),
    losing(error: unknown): void {
      throw error; // nobody else is there, and the disk is whole
    },
  };
}

/** No lease at all: what keeps two of them apart are the conditions of its writes. */
function inS3() {
  const [accessKeyId = '', secretAccessKey = ''] = (process.env['ACGS_TEST_S3_KEY'] ?? '').split(' ');
  return {
    store: createLedgerS3({ url: place, region: 'us-east-1', accessKeyId, secretAccessKey }),
    acquireLease: async () => ({ holder: 'nobody', check: async () => {}, release: async () => {} }),
    losing(error: unknown): void {
      // What the killed one had sent may arrive yet, and take the place of our next batch. It is read, and gone on from.
      if (!(error instanceof LedgerConflict || error instanceof LeaseLost || error instanceof LedgerUnavailable))
        throw error;
      tell(`lost ${error.message}`);
    },
  };
}

/** The records of a node follow from its name, so that every life of the process goes on with the same journal. */
async function ship(node: string, count: number): Promise<never> {
  let position: ChainPosition = sequencer.status().positions.get(node) ?? genesisPosition(node);
  for (;;) {
    const records: ShippedRecord[] = [];
    while (records.length < count) records.push(recordAfter(records.at(-1) ?? position));
    const answer = await appendOrWait(node, records);
    if (answer.kind === 'refused') throw new Error(answer.refused.what);
    position = answer.position;
    tell(`answered ${node} ${position.sequence} ${position.hash.toString('hex')}`);
  }
}

/** It may take more than it can publish; it then turns away, and whoever ships comes again, as `createShipper` does. */
async function appendOrWait(node: string, records: readonly ShippedRecord[]): Promise<AppendAnswer> {
  for (;;) {
    try {
      return await sequencer.append(node, records);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      await sleep(AGAIN_MS);
    }
  }
}

await Promise.all(NODES.map((node, at) => ship(node, 1 + at * 40)));
