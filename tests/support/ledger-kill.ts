import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import { checkLedger } from '#domain/ledger/check.ts';
import { parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import { parseLedgerEntry } from '#domain/ledger/entry.ts';
import { readBundleBytes } from '#domain/ledger/locate.ts';
import { CHECKPOINT_PATH, type LedgerStoreReader } from '#domain/ledger/store.ts';
import type { Sequencer } from '#services/integrity/sequencer.ts';
import { KILLED_LOG } from './killed-sequencer.ts';
import { between, type Random, randomFrom } from './random.ts';

/** The sequencer as a process of its own; where its ledger is, is its argument. */
const SEQUENCER = join(import.meta.dirname, '../scenarios/ledger-sequencer.ts');
/** What it has printed before a kill, so that the kill meets it at work however busy the machine is: some tens of batches, some checkpoints. */
const LINES_BEFORE_MAX = 120;
/** And then a moment: a batch or an object takes a few milliseconds. */
const DELAY_MS_MAX = 30;
const policy = { logs: [{ key: KILLED_LOG.verifier }], witnesses: [], quorum: { kind: 'none' } } as const;

interface Moment {
  /** Lines that begin so are counted: all of them, or those that tell of a signature. */
  readonly prefix: '' | 'signed';
  readonly lines: number;
  readonly delayMs: number;
}

/** Every second one is near a publication, which takes as long as many batches do. */
export function momentFrom(random: Random, kill: number, linesMax = LINES_BEFORE_MAX): Moment {
  const delayMs = random() * DELAY_MS_MAX;
  return kill % 2 === 0
    ? { prefix: 'signed', lines: between(random, 1, 3), delayMs }
    : { prefix: '', lines: between(random, 1, linesMax), delayMs };
}

/** Runs until it has printed so many lines, and a moment longer; gives the whole lines that it printed. */
export async function runAndKill(
  words: readonly string[],
  moment: Moment,
  parts: { readonly seed: number; readonly cache: string; readonly seen: (line: string) => void },
): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: parts.cache },
  });
  let rest = '';
  let error = '';
  let printed = 0;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(parts.seen);
    const before = printed;
    printed += lines.filter((line) => line.startsWith(moment.prefix)).length;
    if (before < moment.lines && printed >= moment.lines) setTimeout(() => child.kill('SIGKILL'), moment.delayMs);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    error += text;
  });
  const [code, signal] = await once(child, 'close');
  if (signal !== 'SIGKILL') throw new Error(`seed ${parts.seed}: it ended by itself (${code}): ${error}`);
}

async function publishedSize(store: LedgerStoreReader): Promise<number> {
  const parsed = parseCheckpoint(((await store.read(CHECKPOINT_PATH)) ?? '').toString());
  return parsed.ok ? parsed.value.checkpoint.size : 0;
}

/** That every answered record, by `NODE SEQUENCE`, is in the published tree with its hash. Of the tree, which has millions, nothing is kept. */
export async function expectAnswered(
  store: LedgerStoreReader,
  answered: ReadonlyMap<string, string>,
  where: string,
): Promise<void> {
  const size = await publishedSize(store);
  const missing = new Set(answered.keys());
  for (let index = 0; index * 256 < size; index += 1) {
    for (const bytes of await readBundleBytes(size, index, store.read)) {
      const entry = parseLedgerEntry(bytes);
      if (!entry.ok) throw new Error(entry.refusal.message);
      const record = `${entry.value.node} ${entry.value.sequence}`;
      if (!missing.delete(record)) continue;
      expect(entry.value.hash, `${where}, record ${record}`).toBe(answered.get(record));
    }
  }
  expect([...missing].slice(0, 10), `${where}: answered, and not in the ledger`).toEqual([]);
}

export async function expectSound(store: LedgerStoreReader, where: string): Promise<void> {
  const check = await checkLedger({ store, policy, known: [], journals: new Map() });
  expect(check, where).toMatchObject({ kind: 'sound' });
}

/**
 * Kills the sequencer of a ledger again and again. What it had answered is in the ledger at the end, what was signed was one tree for each size, and what was published
 * was signed.
 */
export async function killSequencer(options: {
  readonly seed: number;
  readonly kills: number;
  /** How often the whole ledger is recomputed in between, which costs more each time; what was signed is compared at every kill. */
  readonly checks: number;
  /** What the process is told of where its ledger is. */
  readonly place: string;
  readonly cache: string;
  readonly store: LedgerStoreReader;
  /** Of a batch on this storage; the fewer, the slower it is. */
  readonly linesMax?: number;
  readonly openLast: () => Sequencer;
}): Promise<void> {
  const { seed, kills, store, cache } = options;
  const checkedEvery = Math.ceil(kills / options.checks);
  const random = randomFrom(seed);
  const answered = new Map<string, string>();
  const roots = new Map<number, string>();
  let signed = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const moment = momentFrom(random, kill, options.linesMax);
    const where = `seed ${seed}, kill ${kill}, after ${moment.lines} lines ${moment.prefix} and ${moment.delayMs.toFixed(1)} ms`;
    const seen = (line: string): void => {
      const [what = '', ...words] = line.split(' ');
      if (what === 'answered') answered.set(`${words[0]} ${words[1]}`, words[2] ?? '');
      if (what !== 'signed') return;
      signed += 1;
      const [size = '', root = ''] = words;
      expect(roots.get(Number(size)) ?? root, where).toBe(root);
      roots.set(Number(size), root);
    };
    await runAndKill([SEQUENCER, options.place], moment, { seed, cache, seen });
    // Published is what was signed, and the tree is whole at whatever point it was stopped.
    const size = await publishedSize(store);
    if (size > 0) expect(roots.has(size), where).toBe(true);
    // What was signed first is printed before there is a checkpoint at all.
    const isPublished = (await store.read(CHECKPOINT_PATH)) !== undefined;
    if (isPublished && kill % checkedEvery === 0) await expectSound(store, where);
  }
  const last = options.openLast();
  await last.tried;
  await last.close();
  await expectSound(store, `seed ${seed}, at the end`);
  await expectAnswered(store, answered, `seed ${seed}`);
  // A test that killed nothing at work would prove nothing.
  expect(answered.size).toBeGreaterThan(kills * 3);
  expect(signed).toBeGreaterThan(kills / 5);
}
