import { join } from 'node:path';
import { readIfThere, writeDurably } from '#adapters/durable-file.ts';
import { RegistryUnavailable } from '#domain/constitution/registry.ts';
import type { JournalEntry } from '#domain/journal/journal.ts';
import type { Result } from '#domain/result.ts';
import type { RollOutEvent } from '#domain/rollout/roll-out.ts';
import type { RollOutStore } from '#domain/rollout/roll-out-store.ts';

/** Four events at most, each below a kibibyte but for the plan's repositories. */
const FILE_BYTES_MAX = 1 << 20;

/**
 * The last roll-out in `constitutions/roll-out.json` of the state folder: a line with the sequence, then one line for each event, as
 * the journal has it and as `parseEntry` reads it.
 */
export function createRollOutFile(home: string, parseEntry: (payload: Buffer) => Result<JournalEntry>): RollOutStore {
  const path = join(home, 'constitutions', 'roll-out.json');
  return {
    async load() {
      const text = await available(() => readIfThere(path, FILE_BYTES_MAX));
      if (text === undefined) return undefined;
      const [sequence = '', ...lines] = text.toString('utf8').trimEnd().split('\n');
      const events = lines.map((line) => eventOf(parseEntry(Buffer.from(line))));
      if (!/^\d{1,15}$/.test(sequence) || events.some((event) => event === undefined)) {
        throw new RegistryUnavailable(`${path} is damaged: it is not what ACGS writes there`);
      }
      return { sequence: Number(sequence), events: events.filter((event) => event !== undefined) };
    },
    save: ({ sequence, events }) =>
      available(() => {
        const lines = events.map((event) => JSON.stringify({ kind: 'roll-out', event } satisfies JournalEntry));
        return writeDurably(path, `${[String(sequence), ...lines].join('\n')}\n`);
      }),
  };
}

function eventOf(parsed: Result<JournalEntry>): RollOutEvent | undefined {
  return parsed.ok && parsed.value.kind === 'roll-out' ? parsed.value.event : undefined;
}

async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RegistryUnavailable(`The roll-out cannot be kept: ${why}`, { cause: error });
  }
}
