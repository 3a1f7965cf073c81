import type { AmendmentStore } from '#domain/amendment/amendment-store.ts';
import { applyEvent } from '#domain/amendment/apply.ts';
import { due } from '#domain/amendment/due.ts';
import type { AmendmentEvent } from '#domain/amendment/event.ts';
import { type ClockReading, type Moment, readClock } from '#domain/amendment/governance-clock.ts';
import type { RecordedEvent } from '#domain/amendment/history.ts';
import { type AmendmentRefusalCode, NO_PROCEEDINGS, type Proceedings } from '#domain/amendment/proceedings.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import type { RoleHolders } from '#domain/identity/directory.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { ok, type Result } from '#domain/result.ts';

/** A constitution in force, as the registry has it and `loadVerified` has verified it. */
export interface InForce {
  readonly digest: ConstitutionDigest;
  /** The bundle. */
  readonly bytes: Uint8Array;
  readonly nextSigners: Signers;
}

export interface ProceedingsKeeper {
  current(): Proceedings;
  /** Every event so far, in its place in the journal. */
  history(): readonly RecordedEvent[];
  /** The people who hold one of these roles now, by id. */
  holders(roles: readonly string[]): readonly PersonId[];
  /**
   * Makes an event of the moment and of the state that everything due has led to, and records it if it may happen. One after the other.
   * @throws {JournalUnavailable} nothing has happened then
   */
  record(
    make: (at: Moment, proceedings: Proceedings) => Result<AmendmentEvent, AmendmentRefusalCode>,
  ): Promise<Result<Proceedings, AmendmentRefusalCode>>;
  /** Records what time and the registry have brought about. */
  settle(): Promise<void>;
  /** Keeps how far the journal was read, so that the next start is quick. */
  close(): Promise<void>;
}

export interface ProceedingsKeeperDeps {
  readonly journal: Journal;
  readonly store: AmendmentStore;
  readonly roleHolders: RoleHolders;
  readonly readClock: () => ClockReading;
  /** What this node decides by. */
  readonly inForce: () => InForce;
  /** After each event, once it is durable. */
  readonly onChange: (proceedings: Proceedings) => void;
  /** The roll-out that ended last, if its candidate was taken back. */
  readonly takenBack: () => { readonly digest: string; readonly cause: string } | undefined;
}

/**
 * The one writer of a lineage's proceedings: everything that people, time and roll-outs do to it becomes an event in this node's
 * journal, before it counts. A lineage has one keeper; its other nodes follow.
 *
 * @throws when the journal holds an event that could not have been: whoever governs by it must look first (`acgs constitution history`).
 */
export async function openProceedings(deps: ProceedingsKeeperDeps): Promise<ProceedingsKeeper> {
  const recalled = await recall(deps);
  let { proceedings } = recalled;
  const { events } = recalled;
  let turn: Promise<unknown> = Promise.resolve();

  function holders(roles: readonly string[]): readonly PersonId[] {
    const ids = roles.flatMap((role) => deps.roleHolders.peopleWithRole(role).map(({ id }) => id));
    return [...new Set(ids)].sort();
  }

  function moment(): Moment {
    return readClock(proceedings.clock, deps.readClock()).last;
  }

  /** To the journal, and only then into the state. */
  async function write(event: AmendmentEvent, after: Proceedings): Promise<void> {
    const { sequence, hash } = await deps.journal.append({ kind: 'amendment', event });
    events.push({ sequence, hash, event });
    proceedings = after;
    deps.onChange(proceedings);
  }

  async function writeIfPossible(event: AmendmentEvent): Promise<Result<Proceedings, AmendmentRefusalCode>> {
    const applied = applyEvent(proceedings, event);
    if (applied.ok) await write(event, applied.value);
    return applied;
  }

  /** What the registry says is in force came by an amendment, or somebody has put it there. */
  async function followInForce(): Promise<void> {
    const inForce = deps.inForce();
    if (proceedings.inForce?.content.constitution.digest === inForce.digest) return;
    const amendment = [...proceedings.amendments.values()].find(
      ({ content, state }) => content.constitution.digest === inForce.digest && state.kind === 'signed',
    );
    const at = moment();
    const bundle = Buffer.from(inForce.bytes).toString('utf8');
    const written = await writeIfPossible(
      amendment === undefined
        ? { kind: 'constitution-adopted', at, bundle, signers: inForce.nextSigners }
        : { kind: 'amendment-activated', at, amendment: amendment.id },
    );
    if (!written.ok) throw new Error(`what is in force cannot be followed: ${written.refusal.message}`);
  }

  /** A candidate that was taken back in its roll-out is not tried again: what was wrong with it is for another amendment. */
  async function followRollOut(): Promise<void> {
    const takenBack = deps.takenBack();
    const amendment = [...proceedings.amendments.values()].find(
      ({ content, state }) => content.constitution.digest === takenBack?.digest && state.kind === 'signed',
    );
    if (takenBack === undefined || amendment === undefined) return;
    const { cause } = takenBack;
    await writeIfPossible({ kind: 'amendment-rolled-back', at: moment(), amendment: amendment.id, cause });
  }

  async function settleNow(): Promise<void> {
    await followInForce();
    await followRollOut();
    const { roles } = proceedings.inForce?.content.rules ?? {};
    for (const event of due(proceedings, moment(), holders(roles?.vote ?? [])).events) {
      const written = await writeIfPossible(event);
      if (!written.ok) throw new Error(`a due event was refused: ${written.refusal.message}`);
    }
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work, work);
    turn = done.catch(() => undefined);
    return done;
  }

  await inTurn(settleNow);
  return {
    current: () => proceedings,
    history: () => events,
    holders,
    record: (make) =>
      inTurn(async () => {
        await settleNow();
        const event = make(moment(), proceedings);
        if (!event.ok) return event;
        const written = await writeIfPossible(event.value);
        // A vote that opens at once, an appeal that nobody can be drawn for: what follows is there before the answer is.
        if (written.ok) await settleNow();
        return written.ok ? ok(proceedings) : written;
      }),
    settle: () => inTurn(settleNow),
    async close() {
      await turn;
      const { sequence, hash } = deps.journal.head();
      await deps.store.save({ sequence, hash, events });
    },
  };
}

/** Folds the events that were kept, and those that the journal holds after them; or all of them, where what was kept is not its beginning. */
async function recall({
  journal,
  store,
}: ProceedingsKeeperDeps): Promise<{ readonly proceedings: Proceedings; readonly events: RecordedEvent[] }> {
  const kept = await store.load();
  const isKept = kept !== undefined && (await isIn(journal, kept));
  const events: RecordedEvent[] = isKept ? [...kept.events] : [];
  let proceedings = NO_PROCEEDINGS;
  for (const recorded of events) proceedings = folded(proceedings, recorded);
  for await (const { sequence, hash, entry } of journal.read(isKept ? kept.sequence + 1 : 1)) {
    if (entry.kind !== 'amendment') continue;
    const recorded = { sequence, hash, event: entry.event };
    proceedings = folded(proceedings, recorded);
    events.push(recorded);
  }
  return { proceedings, events };
}

async function isIn(journal: Journal, kept: { readonly sequence: number; readonly hash: string }): Promise<boolean> {
  if (kept.sequence < 1 || kept.sequence > journal.head().sequence) return false;
  for await (const { hash } of journal.read(kept.sequence)) return hash === kept.hash;
  return false;
}

function folded(before: Proceedings, { event, sequence }: RecordedEvent): Proceedings {
  const applied = applyEvent(before, event);
  if (applied.ok) return applied.value;
  throw new Error(`record ${sequence} of the journal (${event.kind}) could not have been: ${applied.refusal.message}`);
}
