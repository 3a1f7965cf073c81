import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { openKeyRing, TokenKeysDamaged } from '#adapters/token-keys/key-ring.ts';
import { ACCESS_TOKEN_TTL_MS } from '#domain/identity/access-token.ts';
import { PUBLISHED_AHEAD_MS } from '#domain/identity/token-keys.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-token-keys-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String(++folders));

describe('the signing keys', () => {
  it.each([
    ['what is no key', 'nonsense'],
    [
      'a key of another kind',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
    ],
  ])('are not used with %s among them', async (_name, text) => {
    const folder = newFolder();
    await openKeyRing(folder, () => 1_800_000_000_000);
    writeFileSync(join(folder, '1800000000001.pem'), text, { mode: 0o600 });
    await expect(openKeyRing(folder, () => 0)).rejects.toBeInstanceOf(TokenKeysDamaged);
  });

  it('are not used when others could read one', async () => {
    const folder = newFolder();
    await openKeyRing(folder, () => 1_800_000_000_000);
    chmodSync(join(folder, '1800000000000.pem'), 0o644);
    await expect(openKeyRing(folder, () => 0)).rejects.toThrow('read by others');
  });

  it('are made on first use, for their owner only, named by their thumbprint, and found again', async () => {
    const folder = newFolder();
    const ring = await openKeyRing(folder, () => 1_800_000_000_000);
    const [key] = ring.published();
    if (key === undefined) throw new Error('no key');
    expect(key.kid).toBe(await calculateJwkThumbprint(key));
    expect(ring.current()).toMatchObject({ kid: key.kid, sinceMs: 1_800_000_000_000 });
    expect(statSync(join(folder, '1800000000000.pem')).mode & 0o777).toBe(0o600);
    expect((await openKeyRing(folder, () => 1)).published()).toEqual([key]);
  });

  it('overlap: the next is published before it signs, the earlier one until its last token has expired, then its file goes', async () => {
    const folder = newFolder();
    let nowMs = 1_800_000_000_000;
    const ring = await openKeyRing(folder, () => nowMs);
    const first = ring.current().kid;
    nowMs += 1000;
    const { kid: second, sinceMs } = await ring.rotate({ forget: false });
    expect(sinceMs).toBe(nowMs + PUBLISHED_AHEAD_MS);
    // Asked again while it waits, it is the same one: no key is ever published too late.
    expect(await ring.rotate({ forget: false })).toEqual({ kid: second, sinceMs });
    expect(ring.published().map(({ kid }) => kid)).toEqual([first, second]);
    nowMs = sinceMs - 1;
    expect([ring.current().kid, (await openKeyRing(folder, () => nowMs)).current().kid]).toEqual([first, first]);
    nowMs = sinceMs;
    expect(ring.current().kid).toBe(second);
    nowMs += ACCESS_TOKEN_TTL_MS;
    expect((await ring.find(first))?.kid).toBe(first);
    nowMs += 5_000;
    expect(await ring.find(first)).toBeUndefined();
    expect((await openKeyRing(folder, () => nowMs)).published().map(({ kid }) => kid)).toEqual([second]);
    expect(readdirSync(folder)).toHaveLength(2);
    await ring.tidy();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('go on with the one they have where the clock was set back', async () => {
    let nowMs = 1_800_000_000_000;
    const ring = await openKeyRing(newFolder(), () => nowMs);
    const first = ring.current().kid;
    nowMs -= 86_400_000;
    expect(ring.current().kid).toBe(first);
  });

  it('are forgotten together with one that waits to sign, and the new one signs at once', async () => {
    let nowMs = 1_800_000_000_000;
    const ring = await openKeyRing(newFolder(), () => nowMs);
    await ring.rotate({ forget: false });
    const { kid } = await ring.rotate({ forget: true });
    expect([ring.current().kid, ...ring.published().map((key) => key.kid)]).toEqual([kid, kid]);
    nowMs += 2 * PUBLISHED_AHEAD_MS;
    expect(ring.current().kid).toBe(kid);
  });

  it('are forgotten at once when others know them, also twice within a millisecond', async () => {
    const folder = newFolder();
    const ring = await openKeyRing(folder, () => 1_800_000_000_000);
    await ring.rotate({ forget: true });
    const { kid } = await ring.rotate({ forget: true });
    expect(ring.published().map((key) => key.kid)).toEqual([kid]);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});
