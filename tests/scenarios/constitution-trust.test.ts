import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileRegistry } from '#adapters/constitution-registry/file-registry.ts';
import { openConstitution } from '#apps/server/constitution-in-force.ts';
import { BUNDLE_PAYLOAD_TYPE } from '#domain/constitution/bundle.ts';
import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { canonicalConstitution } from '#domain/constitution/digest.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import type { ConstitutionRegistry, KeptConstitution } from '#domain/constitution/registry.ts';
import { canonicalJson, sha256Hex } from '#domain/json.ts';
import { signEnvelope } from '#domain/signature/dsse.ts';
import { ada, amend, ben, cem, eve, sampleConstitution, signed, signersOf } from '../support/lineage.ts';

const STARTER = fileURLToPath(new URL('../../constitution', import.meta.url));

/**
 * An installation that was founded by ada and ben, has rotated its keys with number 2, and decides by number 3. Each test spoils one
 * file of a copy, and starts.
 */
const founders = signersOf(2, ada, ben);
const one = sampleConstitution();
const two = amend(one, { signers: signersOf(2, ben, cem, eve) });
const three = amend(two, { title: 'The third' });
const folderOf = ({ number, digest }: Constitution) => join('constitutions', `${number}-${digest.slice(0, 16)}`);

let root: string;
let homes = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'acgs-trust-'));
  const registry = createFileRegistry(join(root, 'good'));
  await registry.found(founders);
  await registry.add(signed(one, ada, ben));
  await registry.add(signed(two, ada, ben));
  await registry.add(signed(three, ben, eve));
  await registry.putInForce(three);
  await registry.raiseHighWater(three);
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function installation(): Promise<{ readonly home: string; readonly registry: ConstitutionRegistry }> {
  const home = join(root, String(++homes));
  await cp(join(root, 'good'), home, { recursive: true });
  return { home, registry: createFileRegistry(home) };
}

/** How the start ends. The folder of the operator is never read: there is none. */
async function start(home: string): Promise<string> {
  try {
    const opened = await openConstitution({ registry: createFileRegistry(home), home, folder: join(home, 'none') });
    return opened.ok ? `number ${opened.value.inForce.constitution.number}` : opened.refusal.code;
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
}

async function change(path: string, edit: (text: string) => string): Promise<void> {
  const before = await readFile(path, 'utf8');
  const after = edit(before);
  if (after === before) throw new Error(`nothing to change in ${path}`);
  await writeFile(path, after);
}

/** Puts other bytes where a constitution is kept. */
async function overwrite(home: string, place: Constitution, kept: KeptConstitution): Promise<void> {
  await writeFile(join(home, folderOf(place), 'bundle.json'), kept.bytes);
  await writeFile(join(home, folderOf(place), 'envelope.json'), JSON.stringify(kept.envelope));
}

const editEnvelope = (home: string, edit: (envelope: { payloadType: string; signatures: object[] }) => object) =>
  change(join(home, folderOf(three), 'envelope.json'), (text) => JSON.stringify(edit(JSON.parse(text))));

describe('a node that starts from its registry', () => {
  it('goes on from what was in force, without Cedar and without the folder that it was founded from', async () => {
    const { home } = await installation();
    expect(await start(home)).toBe('number 3');
    expect(await start(home)).toBe('number 3');
  });

  it.each<[string, (home: string) => Promise<void>, string]>([
    [
      'a changed byte in the bundle',
      (home) => change(join(home, folderOf(three), 'bundle.json'), (text) => text.replace('The third', 'The fourth')),
      'lineage-digest',
    ],
    [
      'a changed byte in an ancestor',
      (home) => change(join(home, folderOf(one), 'bundle.json'), (text) => text.replace('A sample', 'An example')),
      'lineage-digest',
    ],
    ['a bundle that is missing', (home) => rm(join(home, folderOf(two)), { recursive: true }), 'lineage-missing'],
    ['an envelope that is missing', (home) => rm(join(home, folderOf(two), 'envelope.json')), 'envelope-malformed'],
    ['no signature', (home) => editEnvelope(home, (e) => ({ ...e, signatures: [] })), 'envelope-malformed'],
    [
      'a signature taken away',
      (home) => editEnvelope(home, (e) => ({ ...e, signatures: e.signatures.slice(0, 1) })),
      'signatures-too-few',
    ],
    [
      'its signatures in another order',
      (home) => editEnvelope(home, (e) => ({ ...e, signatures: e.signatures.toReversed() })),
      'signature-order',
    ],
    [
      'one signature twice',
      (home) => editEnvelope(home, (e) => ({ ...e, signatures: [e.signatures[0], e.signatures[0]] })),
      'signature-repeated',
    ],
    [
      'signatures of a founder, whose keys were rotated away',
      (home) => overwrite(home, three, signed(three, ada, ben)),
      'signature-foreign',
    ],
    [
      'another payload type',
      (home) => editEnvelope(home, (e) => ({ ...e, payloadType: 'text/plain' })),
      'envelope-type',
    ],
    [
      'an unknown field in its envelope',
      (home) => editEnvelope(home, (e) => ({ ...e, more: 1 })),
      'envelope-malformed',
    ],
    [
      'the signatures of its parent',
      (home) => overwrite(home, three, { ...signed(three), envelope: signed(two, ben, eve).envelope }),
      'envelope-payload',
    ],
    [
      'other founders',
      (home) => writeFile(join(home, 'founders.json'), JSON.stringify(signersOf(2, cem, eve))),
      'signature-foreign',
    ],
    ['no founders', (home) => rm(join(home, 'founders.json')), 'registry-empty'],
    ['founders that are no founders', (home) => writeFile(join(home, 'founders.json'), '{}'), 'RegistryUnavailable'],
    [
      'a fork that its signers have signed, in the place of what was in force',
      async (home) => {
        const fork = amend(two, { title: 'A fork' });
        await createFileRegistry(home).add(signed(fork, ben, cem));
        await createFileRegistry(home).putInForce(fork);
      },
      'high-water-fork',
    ],
    ['an old constitution back in force', (home) => createFileRegistry(home).putInForce(two), 'high-water-below'],
    [
      'an old copy of the registry in the place of the new one',
      async (home) => {
        await rm(join(home, folderOf(three)), { recursive: true });
        await createFileRegistry(home).putInForce(two);
      },
      'high-water-below',
    ],
    ['no high-water mark', (home) => rm(join(home, 'high-water.json')), 'high-water-missing'],
    [
      'constitutions without pointer and mark, which is no first start',
      async (home) => {
        await rm(join(home, 'high-water.json'));
        await rm(join(home, 'constitutions', 'in-force.json'));
      },
      'registry-empty',
    ],
    ['no pointer to what is in force', (home) => rm(join(home, 'constitutions', 'in-force.json')), 'registry-empty'],
    [
      'a pointer to nothing that is kept',
      (home) =>
        writeFile(join(home, 'constitutions', 'in-force.json'), JSON.stringify({ number: 4, digest: 'e'.repeat(64) })),
      'lineage-missing',
    ],
    [
      'a folder under another name',
      (home) => rename(join(home, folderOf(two)), join(home, 'constitutions', '2-0000000000000000')),
      'lineage-missing',
    ],
  ])('refuses %s', async (_name, spoil, code) => {
    const { home } = await installation();
    await spoil(home);
    expect(await start(home)).toBe(code);
  });

  it('goes on with a successor, and not back from it except by a further one', async () => {
    const { home, registry } = await installation();
    const four = amend(three, { title: 'A mistake' });
    await registry.add(signed(four, cem, eve));
    await registry.putInForce(four);
    expect(await start(home)).toBe('number 4');
    await registry.putInForce(three);
    expect(await start(home)).toBe('high-water-below');
    const rollback = amend(four, { title: three.title });
    await registry.add(signed(rollback, ben, cem));
    await registry.putInForce(rollback);
    expect(await start(home)).toBe('number 5');
  });

  it('does not decide by what was made for another release, nor by what does not come from the genesis', async () => {
    const { home, registry } = await installation();
    const orphan = sampleConstitution({ number: 4, parent: 'a'.repeat(64) });
    await registry.add(signed(orphan, ben, cem));
    await registry.putInForce(orphan);
    expect(await start(home)).toBe('lineage-missing');
    const bytes = Buffer.from(canonicalJson({ ...canonicalConstitution(amend(three)), effectCatalogueVersion: 999 }));
    const later = { number: 4, digest: sha256Hex(bytes) as ConstitutionDigest };
    await registry.add({ ...later, bytes, envelope: signEnvelope(BUNDLE_PAYLOAD_TYPE, bytes, [ben, cem]) });
    await registry.putInForce(later);
    expect(await start(home)).toBe('bundle-version');
  });
});

describe('the first start', () => {
  it('founds the installation with a key of its own, and a crash anywhere in it is made good by the next', async () => {
    const home = join(root, 'first');
    const opened = await openConstitution({ registry: createFileRegistry(home), home, folder: STARTER });
    if (!opened.ok) throw new Error(opened.refusal.message);
    const { constitution, signedBy } = opened.value.inForce;
    expect(constitution).toMatchObject({ number: 1, parent: GENESIS_DIGEST });
    expect(signedBy).toEqual(opened.value.founders.keys);
    expect((await readdir(home)).toSorted()).toEqual(['constitutions', 'founders.json', 'high-water.json', 'keys']);
    // As if it had died before each of its last steps.
    for (const left of [['constitutions/in-force.json'], ['constitutions/in-force.json', 'high-water.json']]) {
      for (const file of left) await rm(join(home, file));
      const again = await openConstitution({ registry: createFileRegistry(home), home, folder: STARTER });
      expect(again.ok && again.value.inForce.constitution.digest).toBe(constitution.digest);
      expect(again.ok && again.value.founders).toEqual(opened.value.founders);
    }
  }, 60_000);

  it('does not sign in the place of founders that the operator has named', async () => {
    const home = join(root, 'named');
    await createFileRegistry(home).found(signersOf(2, ada, ben));
    const opened = await openConstitution({ registry: createFileRegistry(home), home, folder: STARTER });
    expect(opened).toMatchObject({ ok: false, refusal: { code: 'signature-foreign' } });
    expect(opened.ok ? '' : opened.refusal.message).toContain('acgs constitution found');
    expect(await createFileRegistry(home).inForce()).toBeUndefined();
  }, 60_000);
});
