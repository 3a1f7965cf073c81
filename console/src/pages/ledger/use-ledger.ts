import { useQuery } from '@tanstack/react-query';
import { call, send } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { type Checked, type Cosigned, checkLedger, checkWitness, type Growth } from './check.ts';

const EVERY_MS = 3_000;

/**
 * By verifier key, what the first look since this page was loaded found: the tree against that of the visit before. That is what people want
 * to know, and the next look would hide it.
 */
const visits = new Map<string, Growth>();

/** Reads the published checkpoint again and again, and checks each against the last one, also that of earlier visits. */
export function useCheckedLedger(verifierKey: string) {
  return useQuery<Checked>({
    queryKey: ['GET /checkpoint', verifierKey],
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => {
      const checked = await checkLedger(verifierKey, {
        fetchCheckpoint: () => fetchCheckpoint(signal),
        fetchConsistency: async (from, to) =>
          (await call('GET /v1/ledger/consistency', { query: { from, to } }, { signal })).hashes,
        storage: localStorage,
        nowMs: Date.now,
      });
      if (checked.kind !== 'read') return checked;
      const atFirst = visits.get(verifierKey) ?? checked.growth;
      visits.set(verifierKey, atFirst);
      const isNews = checked.growth.kind === 'contradicts' || atFirst.kind === 'first';
      return { ...checked, growth: isNews ? checked.growth : atFirst };
    },
  });
}

/** How each witness, by its key, stands to the published checkpoint. */
export function useCosigned(checked: Checked | undefined, keys: readonly string[]) {
  const note = checked?.kind === 'read' ? checked.checkpoint : undefined;
  return useQuery<ReadonlyMap<string, Cosigned>>({
    queryKey: ['cosigned', note?.note.text, note?.note.signatures.length, keys],
    enabled: note !== undefined,
    placeholderData: (before) => before,
    queryFn: async () => {
      if (note === undefined) return new Map();
      return new Map(await Promise.all(keys.map(async (key) => [key, await checkWitness(note, key)] as const)));
    },
  });
}

async function fetchCheckpoint(signal: AbortSignal): Promise<string | undefined> {
  try {
    const text = await send('GET', '/checkpoint', { signal, headers: { accept: 'text/plain' } });
    return typeof text === 'string' ? text : undefined;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}
