import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { loadConstitution } from '#adapters/constitution-files/load.ts';
import { runCedarTask } from '#apps/server/cedar-process/run.ts';

const STARTER = fileURLToPath(new URL('../../../../constitution', import.meta.url));

describe('a task for Cedar in a process of its own', { timeout: 120_000 }, () => {
  it('throws what the task threw', async () => {
    await expect(runCedarTask({ kind: 'access', folder: '/nonexistent' })).rejects.toThrow('ENOENT');
  });

  it('is refused as it is without the process', async () => {
    const here = await loadConstitution('/nonexistent', cedarLanguage);
    expect(here.ok).toBe(false);
    expect(await runCedarTask({ kind: 'constitution', folder: '/nonexistent' })).toEqual(here);
  });

  it('gives the same constitution, whole', async () => {
    const here = await loadConstitution(STARTER, cedarLanguage);
    expect(here.ok).toBe(true);
    expect(await runCedarTask({ kind: 'constitution', folder: STARTER })).toEqual(here);
  });
});
