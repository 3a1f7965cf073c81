import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileRegistry } from '#adapters/constitution-registry/file-registry.ts';
import { compareFolder, folderMessage } from '#apps/server/constitution-folder.ts';
import { openConstitution } from '#apps/server/constitution-in-force.ts';
import type { VerifiedLineage } from '#domain/constitution/load-verified.ts';

const STARTER = fileURLToPath(new URL('../../../constitution', import.meta.url));

let root: string;
let folder: string;
let lineage: VerifiedLineage;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'acgs-folder-'));
  folder = join(root, 'constitution');
  await cp(STARTER, folder, { recursive: true });
  const opened = await openConstitution({ registry: createFileRegistry(root), home: root, folder });
  if (!opened.ok) throw new Error(opened.refusal.message);
  lineage = opened.value;
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

const told = async (): Promise<string | undefined> =>
  folderMessage(await compareFolder({ folder, home: root, lineage }), folder, 1);

async function change(file: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(join(folder, file), 'utf8');
  await writeFile(join(folder, file), text.replace(from, to));
}

describe('the folder of the operator, once there is a registry', () => {
  it('is nothing to tell of while it says what is in force, in whatever layout', async () => {
    expect(await told()).toBeUndefined();
    await change('policies/03-git.cedar', 'permit (', '// laid out otherwise\npermit(');
    expect(await told()).toBeUndefined();
  }, 60_000);

  it('decides nothing when it differs, and says so with the way to change that', async () => {
    await change('constitution.yaml', 'effectsPerAction: 10000', 'effectsPerAction: 9999');
    const message = await told();
    expect(message).toContain('differs from number 1, which is in force, and decides nothing');
    expect(message).toContain(`"acgs constitution diff ${folder}"`);
    expect(message).toContain(`"acgs constitution propose ${folder}"`);
    const again = await openConstitution({ registry: createFileRegistry(root), home: root, folder });
    expect(again.ok && again.value.inForce.constitution.limits.effectsPerAction).toBe(10_000);
    await change('constitution.yaml', 'effectsPerAction: 9999', 'effectsPerAction: 10000');
  }, 60_000);

  it('is told when it is damaged or gone, and what is in force goes on', async () => {
    await change('constitution.yaml', 'number: 1', 'numbre: 1');
    expect(await told()).toContain('refused [constitution-document] and decides nothing; number 1 is in force');
    await change('constitution.yaml', 'numbre: 1', 'number: 1');
    expect(
      folderMessage(await compareFolder({ folder: join(root, 'gone'), home: root, lineage }), 'gone', 1),
    ).toContain('[constitution-unreadable]');
    await writeFile(join(root, 'constitutions', 'folder.json'), 'damaged');
    expect(await told()).toBeUndefined();
  }, 60_000);

  it('is called by its number when it is an earlier one', async () => {
    const later = {
      ...lineage,
      inForce: {
        ...lineage.inForce,
        constitution: { ...lineage.inForce.constitution, number: 2, digest: 'b'.repeat(64) as never },
      },
    };
    expect(folderMessage(await compareFolder({ folder, home: root, lineage: later }), folder, 2)).toBe(
      `The folder ${folder} is number 1 of the lineage; number 2 is in force.`,
    );
  }, 60_000);
});
