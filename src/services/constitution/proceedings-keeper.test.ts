import { describe, expect, it } from 'vitest';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import type { AmendmentStore, KeptEvents } from '#domain/amendment/amendment-store.ts';
import type { ClockReading } from '#domain/amendment/governance-clock.ts';
import type { SuspensionId } from '#domain/amendment/ids.ts';
import { AMENDMENT, FIRST, FOUNDERS, HOUR, MAX, START_MS } from '#domain/amendment/proceedings.fixture.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { JournalUnavailable } from '#domain/journal/journal.ts';
import { sha256Hex } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { ok } from '#domain/result.ts';
import { openProceedings } from '#services/constitution/proceedings-keeper.ts';

/** A store in memory, which can be tampered with. */
function memoryStore(): AmendmentStore & { kept: KeptEvents | undefined } {
  return {
    kept: undefined,
    async load() {
      return this.kept;
    },
    async save(kept) {
      this.kept = structuredClone(kept);
    },
  };
}

function parts() {
  const reading: ClockReading = { wallMs: START_MS, uptimeMs: HOUR, bootId: 'b' };
  const clock = { ...reading };
  const journal = createMemoryJournal('node');
  const store = memoryStore();
  let bundle = FIRST;
  let isTakenBack = false;
  const deps = {
    journal,
    store,
    roleHolders: { peopleWithRole: () => [{ id: MAX.id }] },
    readClock: () => ({ ...clock }),
    inForce: () => ({
      digest: sha256Hex(bundle) as ConstitutionDigest, // over a bundle's own bytes
      bytes: Buffer.from(bundle),
      nextSigners: FOUNDERS,
    }),
    takenBack: () => (isTakenBack ? { digest: sha256Hex(bundle), cause: 'c' } : undefined),
    onChange: () => undefined,
  };
  return {
    journal,
    store,
    clock,
    open: () => openProceedings(deps),
    put: (next: string) => {
      bundle = next;
    },
    takeBack: () => {
      isTakenBack = true;
    },
  };
}

const suspend = (id: string) => (at: { timeMs: number; reading: ClockReading }) =>
  ok({
    kind: 'policy-suspended',
    at,
    suspension: id as SuspensionId,
    by: MAX,
    policy: 'ordinary' as PolicyId,
    policyDigest: sha256Hex(id),
    reason: 'r',
    expiresMs: at.timeMs + 96 * HOUR,
  } as const);

describe('the keeper of proceedings', () => {
  it('lets nothing happen that the journal did not take', async () => {
    const { journal, open } = parts();
    const keeper = await open();
    journal.setWritable(false);
    await expect(keeper.record(suspend('s'))).rejects.toThrow(JournalUnavailable);
    expect(keeper.current().suspensions.size).toBe(0);
    journal.setWritable(true);
    expect((await keeper.record(suspend('s'))).ok).toBe(true);
    expect(keeper.current().suspensions.size).toBe(1);
  });

  it('writes nothing of what may not happen', async () => {
    const { journal, open } = parts();
    const keeper = await open();
    const before = journal.head().sequence;
    const refused = await keeper.record((at) =>
      ok({ kind: 'amendment-withdrawn', at, amendment: AMENDMENT, by: MAX } as const),
    );
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'amendment-unknown' } });
    expect(journal.head().sequence).toBe(before);
  });

  it('takes one after the other: of two that exclude each other, one happens', async () => {
    const { open } = parts();
    const keeper = await open();
    const [one, two] = await Promise.all([keeper.record(suspend('s')), keeper.record(suspend('s'))]);
    expect([one.ok, two.ok].filter(Boolean)).toHaveLength(1);
  });

  it('knows after a restart what it knew, with what it kept and without', async () => {
    const { store, journal, open, clock } = parts();
    const keeper = await open();
    await keeper.record(suspend('s'));
    await keeper.close();
    await journal.append({
      kind: 'identity',
      event: { kind: 'signed-out', timeMs: 1, personId: MAX.id, everywhere: true },
    });
    const again = await open();
    expect(again.current()).toEqual(keeper.current());
    store.kept = undefined;
    expect((await open()).current()).toEqual(keeper.current());
    // What happened while it was away is recorded when it opens.
    clock.wallMs += 100 * HOUR;
    clock.uptimeMs += 100 * HOUR;
    expect((await open()).current().suspensions.get('s' as SuspensionId)?.state).toBe('expired');
  });

  it.each<[string, (kept: KeptEvents) => KeptEvents]>([
    ['is of another journal', (kept) => ({ ...kept, hash: 'f'.repeat(64), events: [] })],
    ['is ahead of the journal', (kept) => ({ ...kept, sequence: kept.sequence + 9, events: [] })],
    ['has no place in it', (kept) => ({ ...kept, sequence: 0, events: [] })],
  ])('reads the whole journal when what was kept %s', async (_what, change) => {
    const { store, open } = parts();
    const keeper = await open();
    await keeper.record(suspend('s'));
    await keeper.close();
    if (store.kept === undefined) throw new Error('it was kept');
    store.kept = change(store.kept);
    expect((await open()).current()).toEqual(keeper.current());
  });

  it('does not govern by a journal that could not have been', async () => {
    const { journal, open } = parts();
    const keeper = await open();
    const { clock } = keeper.current();
    if (clock.kind !== 'set') throw new Error('it has a time');
    await journal.append({
      kind: 'amendment',
      event: { kind: 'amendment-activated', at: clock.last, amendment: AMENDMENT },
    });
    await expect(open()).rejects.toThrow(/record 4 .* could not have been|could not have been/);
  });

  it('records what was put in force without an amendment, and says so', async () => {
    const { journal, open, put } = parts();
    const keeper = await open();
    put(FIRST.replace('"title":"T"', '"title":"Other"'));
    await keeper.settle();
    const kinds = [];
    for await (const { entry } of journal.read(1)) if (entry.kind === 'amendment') kinds.push(entry.event.kind);
    expect(kinds).toEqual(['constitution-adopted', 'constitution-adopted']);
  });
});
