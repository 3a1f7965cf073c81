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
  before.told('hiding', 9, 8);
  clock.nowMs += 40_000;
  before.active('active');
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
  nodes.told('n', 1, 1);
  expect(nodes.changes()).toBe(once);
  nodes.heard('n', { ...word, hasLeft: true }, position(1));
  nodes.active('n');
  nodes.told('n', 2, 1);
  expect(nodes.changes()).toBe(once + 3);
});
