import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addCheckpointText } from '#domain/ledger/add-checkpoint.ts';
import { signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { cosignatureTime } from '#domain/ledger/cosignature.ts';
import { EMPTY_EDGE, integrate, type ReadTiles } from '#domain/ledger/integrate.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { proveConsistency } from '#domain/ledger/proof.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { parseSignatureLines } from '#domain/ledger/signed-note.ts';
import { tilePath } from '#domain/ledger/tile.ts';
import { parseVerifierKey, type VerifierKey, verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { between, type Random, randomFrom } from '../support/random.ts';
import { startWitnessProcess } from '../support/witness-process.ts';

/** Kills in each test run; `npm run test:kill-witness` makes 500. */
const KILLS = Number(process.env['ACGS_WITNESS_KILLS'] ?? 30);
/** One witness's life; the next begins with an empty state. */
const KILLS_OF_ONE_WITNESS = 10;
/** Witnesses at a time: on two cores more of them would only wait for each other. */
const LANES = 2;
/** Answers that are waited for before a kill, so that it meets a witness at work however busy the machine is. */
const ANSWERS_BEFORE_MAX = 24;
/** And then a moment: a request takes a few milliseconds, most of them the disk's. */
const DELAY_MS_MAX = 12;
/** Set ACGS_TEST_SEED to repeat a failure. */
const SEED = Number(process.env['ACGS_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const log = sampleKey('log', 'acgs.example/ledger', 1);

describe(`kill -9 of a witness that a dishonest log asks (seed ${SEED})`, () => {
  it(`at ${KILLS} random points never gives two cosigned trees of one size, and its state never goes back`, {
    timeout: 60_000 + KILLS * 20_000,
  }, async () => {
    const lives = Array.from({ length: Math.ceil(KILLS / KILLS_OF_ONE_WITNESS) }, (_, at) => ({
      seed: SEED + at,
      kills: Math.min(KILLS_OF_ONE_WITNESS, KILLS - at * KILLS_OF_ONE_WITNESS),
    }));
    const totals = { kills: 0, cosigned: 0, undecided: 0 };
    const lane = async (): Promise<void> => {
      for (let life = lives.pop(); life !== undefined; life = lives.pop()) {
        const { cosigned, undecided } = await killAgainAndAgain(life.seed, life.kills);
        totals.kills += life.kills;
        totals.cosigned += cosigned;
        totals.undecided += undecided;
        console.log(`${totals.kills} kills, ${totals.cosigned} cosignatures, ${totals.undecided} met an open request`);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    console.log(
      `${totals.kills} kills, ${totals.cosigned} cosignatures, ${totals.undecided} kills met an open request`,
    );
    // A test that killed nothing under load would prove nothing.
    expect(totals.kills).toBe(KILLS);
    expect(totals.cosigned).toBeGreaterThan(KILLS);
    expect(totals.undecided).toBeGreaterThan(KILLS / 10);
  });
});

/** A tree that the log claims to have: the one that was cosigned last, and more. */
interface Candidate {
  readonly leaves: readonly Buffer[];
  readonly root: Buffer;
}

/** What is known about one witness, over all its lives. */
interface Seen {
  /** Root of each size that a cosignature was seen of. */
  readonly roots: Map<number, string>;
  /** The largest size that it has told or cosigned. */
  size: number;
  cosigned: number;
}

async function killAgainAndAgain(seed: number, kills: number) {
  const random = randomFrom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'acgs-witness-'));
  const seen: Seen = { roots: new Map(), size: 0, cosigned: 0 };
  let history: Candidate = { leaves: [], root: Buffer.alloc(0) };
  let open: readonly Candidate[] = [];
  let undecided = 0;
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const where = `seed ${seed}, kill ${kill}`;
      const witness = await startWitnessProcess({
        folder,
        name: 'w1.example',
        logVkey: verifierKeyText(log.verifier),
      });
      const ask = createAsk(witness, seen, where);
      history = await settle(ask, history, open, seen, where);
      const answersBefore = between(random, 0, ANSWERS_BEFORE_MAX);
      const delayMs = random() * DELAY_MS_MAX;
      const killed = Promise.withResolvers<boolean>();
      const killSoon = () => setTimeout(() => killed.resolve(witness.kill('SIGKILL')), delayMs);
      let answers = 0;
      const counted: Ask = async (oldLeaves, candidate) => {
        const answer = ask(oldLeaves, candidate);
        if (answersBefore === 0 && answers === 0) killSoon();
        const answered = await answer;
        answers += 1;
        if (answers === answersBefore) killSoon();
        return answered;
      };
      ({ history, open } = await askUntilGone(counted, history, random));
      expect(await killed.promise, `${where}: the witness ended by itself`).toBe(true);
      if (open.length > 0) undecided += 1;
    }
    return { cosigned: seen.cosigned, undecided };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Ask = (oldLeaves: readonly Buffer[], candidate: Candidate) => Promise<'cosigned' | number | 'gone'>;

/** Asks for a cosignature and takes down what is answered: a size, a cosignature that has to be right, or nothing. */
function createAsk({ url, vkey }: { readonly url: string; readonly vkey: string }, seen: Seen, where: string): Ask {
  const parsed = parseVerifierKey(vkey);
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return async (oldLeaves, { leaves, root }) => {
    const note = signCheckpoint(log.name, { size: leaves.length, root }, log.signer);
    const proof = await proveConsistency(oldLeaves.length, leaves.length, tilesOf(leaves));
    const answer = await post(`${url}/add-checkpoint`, addCheckpointText(oldLeaves.length, proof, note));
    if (answer === undefined) return 'gone';
    if (answer.status === 409) {
      const size = Number(answer.text);
      expect(size, `${where}: it went back`).toBeGreaterThanOrEqual(seen.size);
      seen.size = size;
      return size;
    }
    expect(answer, where).toMatchObject({ status: 200 });
    expectCosigned(answer.text, note.text, parsed.value, where);
    const earlier = seen.roots.get(leaves.length);
    const rootText = root.toString('hex');
    expect(earlier ?? rootText, `${where}: two trees of ${leaves.length} entries are cosigned`).toBe(rootText);
    expect(leaves.length, `${where}: it cosigned a smaller tree`).toBeGreaterThanOrEqual(seen.size);
    seen.roots.set(leaves.length, rootText);
    seen.size = leaves.length;
    seen.cosigned += 1;
    return 'cosigned';
  };
}

function expectCosigned(lines: string, text: string, key: VerifierKey, where: string): void {
  const parsed = parseSignatureLines(lines);
  const [line] = parsed.ok ? parsed.value : [];
  expect(line && cosignatureTime(text, line, key), where).toBeGreaterThan(0);
}

/** After a restart: which of the trees that were being asked for was kept, if one was. No two of them can have been. */
async function settle(
  ask: Ask,
  history: Candidate,
  open: readonly Candidate[],
  seen: Seen,
  where: string,
): Promise<Candidate> {
  // A tree of one leaf that nobody will ever see again: whatever the witness has, it answers with its size.
  const probe = candidateOf([leafHash(Buffer.from('probe'))]);
  const size = await ask(probe.leaves, probe);
  if (typeof size !== 'number') throw new Error(`${where}: the probe was answered by ${size}`);
  expect(
    [history, ...open].map(({ leaves }) => leaves.length),
    where,
  ).toContain(size);
  if (size === history.leaves.length) return history;
  const kept: Candidate[] = [];
  for (const candidate of open.filter(({ leaves }) => leaves.length === size)) {
    if ((await ask(candidate.leaves, candidate)) === 'cosigned') kept.push(candidate);
  }
  expect(kept, `${where}: exactly one tree of ${size} was kept`).toHaveLength(1);
  expect(seen.size, where).toBe(size);
  return kept[0] ?? history;
}

/**
 * Round after round asks for four trees at once that all continue the last one, two of them of one size. One is cosigned, and
 * the others then are stale. Ends when the witness is gone, with the trees of the round that was not answered to its end.
 */
async function askUntilGone(ask: Ask, from: Candidate, random: Random) {
  let history = from;
  for (;;) {
    const length = between(random, 1, 6);
    const open = [length, length, length + 1, between(random, 1, 12)].map((more) =>
      candidateOf([...history.leaves, ...Array.from({ length: more }, () => leafHash(Buffer.from(String(random()))))]),
    );
    const before = history;
    const answers = await Promise.all(open.map((candidate) => ask(before.leaves, candidate)));
    const cosigned = open.filter((_, at) => answers[at] === 'cosigned');
    expect(cosigned.length).toBeLessThanOrEqual(1);
    history = cosigned[0] ?? history;
    if (answers.includes('gone')) return { history, open: cosigned.length === 1 ? [] : open };
  }
}

function candidateOf(leaves: readonly Buffer[]): Candidate {
  return { leaves, root: integrate(EMPTY_EDGE, leaves).root };
}

function tilesOf(leaves: readonly Buffer[]): ReadTiles {
  const stored = new Map(integrate(EMPTY_EDGE, leaves).tiles.map(({ id, bytes }) => [tilePath(id), bytes]));
  return async (tiles) => tiles.map((id) => stored.get(tilePath(id)) ?? Buffer.alloc(0));
}

/** Undefined when the process died before its answer was here whole. */
async function post(
  url: string,
  body: string,
): Promise<{ readonly status: number; readonly text: string } | undefined> {
  try {
    const response = await fetch(url, { method: 'POST', body });
    return { status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
}
