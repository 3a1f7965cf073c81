/**
 * A process that sequences as fast as it can, for the test that kills it: `node ledger-sequencer.ts DIRECTORY`.
 *
 * Prints, written synchronously, what must hold whatever happens next: `leading SIZE`, `signed SIZE ROOT` for each
 * checkpoint that was signed, before anybody can see it, and `answered NODE SEQUENCE HASH` for the last record of each request.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createIntakeSegments } from '#adapters/ledger-files/intake-segments.ts';
import { createFileLease, createLedgerFiles } from '#adapters/ledger-files/ledger-files.ts';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import type { ShippedRecord } from '#domain/ledger/admit.ts';
import { parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import { logIdentity } from '#domain/ledger/log-identity.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { type LedgerStore, LedgerUnavailable } from '#domain/ledger/store.ts';
import { recordAfter } from '#services/integrity/sample-records.ts';
import { type AppendAnswer, createSequencer } from '#services/integrity/sequencer.ts';

const NODES = ['a', 'b', 'c'];
const AGAIN_MS = 20;
const [directory = ''] = process.argv.slice(2);
const tell = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const files = createLedgerFiles(directory);
const store: LedgerStore = {
  ...files,
  replace(object, expected) {
    const parsed = parseCheckpoint(object.bytes.toString());
    if (!parsed.ok) throw new Error(parsed.refusal.message);
    const { size, root } = parsed.value.checkpoint;
    tell(`signed ${size} ${root.toString('hex')}`);
    return files.replace(object, expected);
  },
};
const key = sampleKey('log', 'log.example', 1);
const sequencer = createSequencer({
  store,
  intake: createIntakeSegments(directory),
  acquireLease: createFileLease(directory),
  identity: logIdentity(key.signer, key.name),
  witnessing: { witnesses: [], quorum: { kind: 'none' } },
  intervalMs: 5,
  nowMs: Date.now,
  onEvent(event) {
    if (event.kind === 'leading') tell(`leading ${event.size}`);
    if (event.kind === 'leading-lost') throw event.error;
  },
});
await sequencer.tried;

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
