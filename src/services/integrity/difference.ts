import type { AdmitRefused, ShippedRecord } from '#domain/ledger/admit.ts';
import type { LedgerEntry } from '#domain/ledger/entry.ts';
import type { Leaf } from '#domain/ledger/grow.ts';
import { locate } from '#domain/ledger/locate.ts';
import type { LedgerStoreReader } from '#domain/ledger/store.ts';

/**
 * What is wrong with a record that was shipped again, when the ledger has another in its place; undefined when it has this one.
 * @param pending what is accepted and not in the tree of `size` entries
 */
export async function differenceFrom(
  { node, last }: { readonly node: string; readonly last: ShippedRecord },
  pending: readonly Leaf[],
  size: number,
  read: LedgerStoreReader['read'],
): Promise<AdmitRefused | undefined> {
  const isIt = ({ entry }: { readonly entry: LedgerEntry }): boolean =>
    entry.node === node && entry.sequence === last.sequence;
  const found = pending.find(isIt) ?? (await locate({ node, sequence: last.sequence }, size, read));
  if (found?.entry.hash === last.hash.toString('hex')) return undefined;
  const what = 'the ledger has another record at this place';
  return { kind: 'refused', code: 'record-different', sequence: last.sequence, what };
}
