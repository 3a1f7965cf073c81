/**
 * A process that appends as fast as it can, for the tests that kill or trace it:
 *
 *   node journal-appender.ts DIRECTORY APPENDERS COUNT
 *
 * Prints one line `SEQUENCE HASH` for each acknowledged record, written synchronously: what stands in the output was
 * answered. COUNT 0: until killed.
 */
import { writeSync } from 'node:fs';
import { openJournal } from '#adapters/journal/open-journal.ts';
import { sampleEntry } from '#adapters/journal/sample-entries.ts';

const [directory = '', appenders = '1', count = '0'] = process.argv.slice(2);
const total = Number(count) === 0 ? Number.POSITIVE_INFINITY : Number(count);

// Small segments, so that kills also meet the moments when a new one is made.
const opened = await openJournal({ directory, segmentBytesMax: 64 * 1024 });
if (!opened.ok) {
  process.stderr.write(`${opened.refusal.message}\n`);
  process.exit(1);
}
const journal = opened.value;
writeSync(1, `opened ${journal.recovered.records} ${journal.recovered.tornBytes}\n`);

let begun = 0;
async function append(): Promise<void> {
  while (begun < total) {
    begun += 1;
    const { sequence, hash } = await journal.append(sampleEntry(begun));
    writeSync(1, `${sequence} ${hash}\n`);
  }
}
await Promise.all(Array.from({ length: Number(appenders) }, append));
await journal.close();
