import { expect, it } from 'vitest';
import type { ConstitutionRegistry } from '#domain/constitution/registry.ts';
import { ada, amend, ben, sampleConstitution, signed, signersOf } from '../../../tests/support/lineage.ts';

const founders = signersOf(1, ada);
const first = signed(sampleConstitution(), ada);
const second = signed(amend(sampleConstitution()), ada);
const rival = signed(amend(sampleConstitution(), { title: 'A rival' }), ada);
const markOf = ({ number, digest }: typeof first) => ({ number, digest });

/** What every registry does; `open` gives an empty one. */
export function registryContract(open: () => Promise<ConstitutionRegistry>): void {
  it('holds nothing at first', async () => {
    const registry = await open();
    expect(await registry.founders()).toBeUndefined();
    expect(await registry.inForce()).toBeUndefined();
    expect(await registry.highWater()).toBeUndefined();
    expect(await registry.list()).toEqual([]);
    expect(await registry.read(first.digest)).toBeUndefined();
  });

  it('pins the founders once', async () => {
    const registry = await open();
    expect(await registry.found(founders)).toEqual(founders);
    expect(await registry.found(signersOf(1, ben))).toEqual(founders);
    expect(await registry.founders()).toEqual(founders);
  });

  it('gives back the bytes and the envelope that were added, by digest', async () => {
    const registry = await open();
    for (const one of [rival, second, first]) await registry.add(one);
    const kept = await registry.read(second.digest);
    expect(Buffer.from(kept?.bytes ?? []).equals(Buffer.from(second.bytes))).toBe(true);
    expect(kept?.envelope).toEqual(second.envelope);
    const [a, b] = [markOf(second), markOf(rival)].toSorted((x, y) => (x.digest < y.digest ? -1 : 1));
    expect(await registry.list()).toEqual([markOf(first), a, b]);
  });

  it('leaves what is there as it is, also when the same is added by several at once', async () => {
    const registry = await open();
    await Promise.all([registry.add(first), registry.add(first), registry.add(first)]);
    await registry.add({ ...first, envelope: second.envelope });
    expect((await registry.read(first.digest))?.envelope).toEqual(first.envelope);
    expect(await registry.list()).toEqual([markOf(first)]);
  });

  it('switches what is in force, there and back', async () => {
    const registry = await open();
    for (const one of [first, second, first]) {
      // Given with more than a mark: only the mark is kept.
      await registry.putInForce(one);
      expect(await registry.inForce()).toEqual(markOf(one));
    }
  });

  it('never lowers the high-water mark, in whatever order it is raised', async () => {
    const registry = await open();
    await Promise.all([
      registry.raiseHighWater(markOf(second)),
      registry.raiseHighWater(markOf(first)),
      registry.raiseHighWater(markOf(rival)),
    ]);
    expect(await registry.highWater()).toEqual(markOf(second));
  });
}
