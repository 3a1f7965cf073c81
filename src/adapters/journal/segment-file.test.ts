import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectJournal } from './inspect.ts';
import { openJournal } from './open-journal.ts';
import { sampleEntry } from './sample-entries.ts';
import { scratchDirectory } from './scratch.ts';

describe('a journal that is being written', () => {
  it('writes zeros ahead in the last segment only, which nobody takes for a torn record, and none once it is closed', async () => {
    using scratch = scratchDirectory();
    const opened = await openJournal({ directory: scratch.path, segmentBytesMax: 8_192, batchBytesMax: 4_000 });
    if (!opened.ok) throw new Error(opened.refusal.message);
    const journal = opened.value;
    for (let number = 0; number < 12; number += 1) await journal.append(sampleEntry(number));
    const files = readdirSync(scratch.path)
      .filter((name) => name.endsWith('.segment'))
      .toSorted();
    const endsInZeros = () => files.map((name) => readFileSync(join(scratch.path, name)).at(-1) === 0);
    expect(files.length).toBeGreaterThan(1);
    expect(endsInZeros()).toEqual(files.map((_, at) => at === files.length - 1));
    expect(statSync(join(scratch.path, files.at(-1) ?? '')).size).toBe(8_192);
    expect(await inspectJournal(scratch.path)).toMatchObject({ kind: 'sound', records: 12, tornBytes: 0 });
    await journal.close();
    expect(endsInZeros()).toEqual(files.map(() => false));
  });
});
