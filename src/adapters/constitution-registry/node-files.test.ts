import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConfirmation } from '#adapters/constitution-registry/confirmation-file.ts';
import { createRollOutFile } from '#adapters/constitution-registry/roll-out-file.ts';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { RegistryUnavailable } from '#domain/constitution/registry.ts';
import type { RollOutEvent, RollOutId } from '#domain/rollout/roll-out.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'acgs-node-files-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('when a node was last confirmed', () => {
  it.each([
    ['nothing', undefined],
    ['an empty file', ''],
    ['half a number', '17000'],
    ['words', 'yesterday\n'],
    ['a time before time', '-1\n'],
    ['too much', `${'1'.repeat(100)}\n`],
  ])('is never, by %s on the disk', async (_name, text) => {
    if (text !== undefined) writeFileSync(join(home, 'confirmed'), text);
    expect((await openConfirmation(home, () => 5)).atMs()).toBeUndefined();
  });

  it('is remembered over a restart, written once a minute', async () => {
    let nowMs = 1_700_000_000_000;
    const confirmation = await openConfirmation(home, () => nowMs);
    await confirmation.now();
    nowMs += 30_000;
    await confirmation.now();
    expect(confirmation.atMs()).toBe(nowMs);
    expect((await openConfirmation(home, () => nowMs)).atMs()).toBe(nowMs - 30_000);
    nowMs += 60_000;
    await confirmation.now();
    expect((await openConfirmation(home, () => nowMs)).atMs()).toBe(nowMs);
  });

  it('counts also where the disk does not take it', async () => {
    const confirmation = await openConfirmation(join(home, 'confirmed', 'no', 'folder'), () => 1_700_000_000_000);
    writeFileSync(join(home, 'confirmed'), 'in the way');
    await confirmation.now();
    expect(confirmation.atMs()).toBe(1_700_000_000_000);
  });
});

describe('the last roll-out', () => {
  const rolledBack: RollOutEvent = {
    kind: 'rolled-back',
    timeMs: 2,
    id: 'one' as RollOutId,
    cause: { kind: 'person', by: 'ops', why: 'a line\nand another' },
  };

  it('is nothing at first, and what was saved last after that', async () => {
    const file = createRollOutFile(home, parseEntry);
    expect(await file.load()).toBeUndefined();
    await file.save({ sequence: 7, events: [rolledBack] });
    await file.save({ sequence: 9, events: [rolledBack, rolledBack] });
    expect(await file.load()).toEqual({ sequence: 9, events: [rolledBack, rolledBack] });
  });

  it.each(['', 'x\n', '1\n{}\n', '1\n{"kind":"roll-out"}\n', `1\n${JSON.stringify(rolledBack)}\n`])(
    'is refused as %j',
    async (text) => {
      const file = createRollOutFile(home, parseEntry);
      await file.save({ sequence: 1, events: [] });
      writeFileSync(join(home, 'constitutions', 'roll-out.json'), text);
      await expect(file.load()).rejects.toThrow(RegistryUnavailable);
    },
  );
});
