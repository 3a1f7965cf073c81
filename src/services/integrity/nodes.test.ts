import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createNodesFile } from '#adapters/ledger-files/nodes-file.ts';
import { createNodes } from './nodes.ts';

const scratch: string[] = [];
afterEach(() => {
  for (const path of scratch.splice(0)) rmSync(path, { recursive: true, force: true });
});
function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'acgs-nodes-'));
  scratch.push(path);
  return path;
}

const HOUR_MS = 3_600_000;
const position = (sequence: number) => ({ sequence, hash: Buffer.alloc(32, sequence) });

it('a ledger that starts again still expects the nodes that it knew, and knows who had left', async () => {
  const file = createNodesFile(directory());
  const clock = { nowMs: 1_800_000_000_000 };
  const positions = new Map([
    ['speaking', position(5)],
    ['left', position(6)],
    ['active', position(7)],
    ['hiding', position(8)],
  ]);
  const before = createNodes(() => clock.nowMs);
  const speak = (nodes: typeof before, node: string, hasLeft = false): void => {
    const { sequence } = positions.get(node) ?? position(0);
    nodes.heard(node, { headSequence: sequence, hasLeft }, position(sequence));
  };
  for (const node of ['speaking', 'left', 'active', 'hiding']) speak(before, node, node === 'left');
  // It has no record in the ledger yet, and speaks.
  before.heard('new', { headSequence: 0, hasLeft: false }, position(0));
  before.told('hiding', { sequence: 9, by: 'executor', positionSequence: 8 });
  clock.nowMs += 40_000;
  before.active('active', { by: 'ci', positionSequence: 7 });
  await file.write(before.remembered());

  clock.nowMs += HOUR_MS / 2;
  const after = createNodes(() => clock.nowMs, await file.read());
  const states = () => Object.fromEntries(after.report(positions).map(({ node, state }) => [node, state]));
  // Those who only could not be heard have their time; who was told of is no less missed for that.
  expect(states()).toEqual({ speaking: 'current', left: 'left', active: 'current', hiding: 'behind', new: 'current' });
  clock.nowMs += 31_000;
  speak(after, 'speaking');
  expect(states()).toEqual({
    speaking: 'current',
    left: 'left',
    active: 'silent-while-active',
    hiding: 'silent-while-active',
    new: 'silent',
  });
  const tellers = Object.fromEntries(after.report(positions).map(({ node, toldBy }) => [node, toldBy]));
  expect(tellers).toEqual({ speaking: [], left: [], active: ['ci'], hiding: ['executor'], new: [] });
});

it('believes one caller of few nodes that it has never heard of, and of any that it has', () => {
  const nodes = createNodes(() => 1);
  const word = { sequence: 5, by: 'codex', positionSequence: 0 };
  const reported = () => nodes.report(new Map()).length;
  for (let made = 0; made < 8; made += 1) expect(nodes.told(`made-up-${made}`, word).ok).toBe(true);
  // Of the same again, by whichever way, and of one that has spoken or has records.
  expect(nodes.told('made-up-0', { ...word, sequence: 6 }).ok).toBe(true);
  expect(nodes.active('made-up-1', word).ok).toBe(true);
  nodes.heard('real', { headSequence: 1, hasLeft: false }, position(1));
  expect(nodes.told('real', word).ok).toBe(true);
  expect(nodes.told('in-the-ledger', { ...word, positionSequence: 2 }).ok).toBe(true);
  const before = reported();
  for (const taken of [nodes.told('one-more', word), nodes.active('one-more', word)]) {
    expect(taken).toMatchObject({ ok: false, refusal: { code: 'nodes-unknown-too-many' } });
  }
  expect(reported()).toBe(before);
  // It does not use up what others may tell of, and what turns out to be there counts no more.
  expect(nodes.told('one-more', { ...word, by: 'ci' }).ok).toBe(true);
  nodes.heard('made-up-0', { headSequence: 1, hasLeft: false }, position(1));
  expect(nodes.told('another', word).ok).toBe(true);
});

it('reads what was kept before tellers were', async () => {
  const root = directory();
  const kept = { heardMs: 1, headSequence: 5, hasLeft: true, told: { sequence: 9, sinceMs: 1, lastMs: 2 } };
  writeFileSync(join(root, 'nodes.json'), JSON.stringify({ format: 'acgs-ledger-nodes-v1', nodes: { n: kept } }));
  expect((await createNodesFile(root).read()).get('n')).toEqual({
    ...kept,
    behindSinceMs: undefined,
    activityMs: undefined,
    activityBy: undefined,
    told: { ...kept.told, by: [] },
  });
});

it('what cannot be read is forgotten, and the nodes of the ledger are expected as at a first start', async () => {
  const root = directory();
  const file = createNodesFile(root);
  expect((await file.read()).size).toBe(0);
  for (const text of ['', '{', '{"format":"acgs-ledger-nodes-v1","nodes":{"n":{"heardMs":"soon"}}}', '[]']) {
    writeFileSync(join(root, 'nodes.json'), text);
    expect((await file.read()).size, text).toBe(0);
  }
  rmSync(join(root, 'nodes.json'));
  mkdirSync(join(root, 'nodes.json'));
  expect((await file.read()).size).toBe(0);
  await expect(file.write(new Map())).rejects.toThrow();
});

it('only what is worth keeping counts as a change', () => {
  const nodes = createNodes(() => 1);
  const word = { headSequence: 1, hasLeft: false };
  nodes.heard('n', word, position(1));
  const once = nodes.changes();
  nodes.heard('n', word, position(1));
  nodes.told('n', { sequence: 1, by: 'x', positionSequence: 1 });
  expect(nodes.changes()).toBe(once);
  nodes.heard('n', { ...word, hasLeft: true }, position(1));
  nodes.active('n', { by: 'x', positionSequence: 1 });
  nodes.told('n', { sequence: 2, by: 'x', positionSequence: 1 });
  expect(nodes.changes()).toBe(once + 3);
});
