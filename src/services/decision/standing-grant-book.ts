import type { AmendmentEvent } from '#domain/amendment/event.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import type { StandingGrantEvent, StandingGrantFile, StandingGrantId } from '#domain/standing-grant/standing-grant.ts';

/** Grants that are remembered, those that are over among them; past it the oldest are forgotten, and their agents are asked again. */
const FILES_MAX = 10_000;

/** What people have granted for a while: a bounded fold over the journal. */
export function createStandingGrantBook() {
  const files = new Map<StandingGrantId, StandingGrantFile>();
  const byPrincipal = new Map<string, Set<StandingGrantId>>();

  function put(file: StandingGrantFile): void {
    const { id, principalId } = file.grant;
    files.set(id, file);
    const own = byPrincipal.get(principalId) ?? new Set();
    byPrincipal.set(principalId, own.add(id));
    const oldest = files.values().next();
    if (files.size <= FILES_MAX || oldest.done === true) return;
    files.delete(oldest.value.grant.id);
    byPrincipal.get(oldest.value.grant.principalId)?.delete(oldest.value.grant.id);
  }

  /** For good: an agent that comes back has what people give it then. */
  function endAll(principalId: string, timeMs: number): void {
    for (const file of filesOf(principalId)) {
      if (file.ended === undefined) put({ ...file, ended: { kind: 'agent-stopped', timeMs } });
    }
  }

  function filesOf(principalId: string): readonly StandingGrantFile[] {
    const ids = [...(byPrincipal.get(principalId) ?? [])];
    return ids.map((id) => files.get(id)).filter((file) => file !== undefined);
  }

  return {
    apply(event: StandingGrantEvent): void {
      if (event.kind === 'proposed') {
        const { grant, timeMs, by, outstanding } = event;
        put({ grant, proposedMs: timeMs, agreed: [by.id], outstanding });
        return;
      }
      const file = files.get(event.id);
      if (file === undefined) return; // proposed before what a starting node reads
      const { by, timeMs } = event;
      if (event.kind === 'revoked') put({ ...file, ended: { kind: 'revoked', by: by.id, timeMs } });
      else put({ ...file, agreed: [...file.agreed, by.id], outstanding: event.outstanding });
    },

    /** An agent that may not act keeps nothing that it could do without asking. */
    applyIdentity(event: IdentityEvent): void {
      if (event.kind === 'agent-status-set' && event.status !== 'active') endAll(event.agentId, event.timeMs);
    },

    applyAmendment(event: AmendmentEvent): void {
      if (event.kind === 'agent-suspended') endAll(event.agent, event.at.timeMs);
    },

    file: (id: StandingGrantId): StandingGrantFile | undefined => files.get(id),

    /** Oldest first. */
    files: (): readonly StandingGrantFile[] => [...files.values()],

    filesOf,
  };
}

export type StandingGrantBook = ReturnType<typeof createStandingGrantBook>;
