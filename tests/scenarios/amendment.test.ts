import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournalReader } from '#adapters/journal/inspect.ts';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { openJournal } from '#adapters/journal/open-journal.ts';
import { createKeyFile, readKeyFile } from '#adapters/key-file/key-file.ts';
import { FOUNDER_KEY_FILE } from '#apps/server/constitution-in-force.ts';
import type { AmendmentEvent } from '#domain/amendment/event.ts';
import { proveHistory } from '#domain/amendment/history.ts';
import { commitmentTo, drawPanel } from '#domain/amendment/lot.ts';
import { BUNDLE_PAYLOAD_TYPE } from '#domain/constitution/bundle.ts';
import type { JournalEntry } from '#domain/journal/journal.ts';
import { signEnvelope } from '#domain/signature/dsse.ts';
import type { Signer } from '#domain/signature/ed25519.ts';
import { foundRepublic, type Republic } from '../support/republic.ts';
import { amendToSecond } from '../support/second-constitution.ts';
import { until } from '../support/server-process.ts';

/** A Wednesday at noon UTC. */
const START_MS = Date.UTC(2026, 0, 14, 12);
const PATIENCE_MS = 120_000;

const at = { cwd: '/w', workspaceRoots: ['/w'] };
const legacy = { kind: 'mcp', server: 'legacy', tool: 'list_issues', input: {}, ...at };
const readme = { kind: 'file', operation: 'read', path: '/w/README.md', ...at };
const wipe = { kind: 'shell', command: 'rm -rf /', background: false, ...at };

/**
 * The life of a lineage, from a draft to law and back, in one server process with its real journal, over HTTP and the real command line.
 * Each step builds on the one before it; the last one proves all of it from the journal alone.
 */
describe('amending the constitution', { timeout: 300_000 }, () => {
  let republic: Republic;
  let keys: readonly Signer[];
  let folder: string;
  /** Set by a step for those after it. */
  const told = { passed: '', appealed: '', amendment: '' };

  beforeAll(async () => {
    republic = await foundRepublic(START_MS);
    await republic.start();
    keys = await Promise.all(['ada', 'ben', 'cem'].map((name) => createKeyFile(join(republic.root, `${name}.pem`))));
    const { body } = await republic.call('ops', 'GET', '/v1/constitution');
    folder = republic.folder('second', (read, write) => amendToSecond(read, write, body.ref.digest, keys));
  }, 300_000);
  afterAll(() => republic.end());

  async function propose(): Promise<string> {
    const proposed = await republic.acgs('ada', 'propose', folder, '--title', 'Move the legacy tracker', '--json');
    expect(proposed).toMatchObject({ code: 0, err: '' });
    return JSON.parse(proposed.out).id;
  }

  async function stateOf(id: string) {
    return (await republic.call('ada', 'GET', `/v1/amendments/${id}`)).body.state;
  }

  /** Time passes; the server notices within its second. */
  async function pass(hours: number, done: () => Promise<boolean>): Promise<void> {
    republic.clock.pass(hours);
    await until(done, PATIENCE_MS);
  }

  async function rollOut(candidate: string): Promise<void> {
    const begun = await republic.call('ops', 'POST', '/v1/roll-out', { candidate });
    expect([begun.status, begun.body.rollOut?.stage.kind ?? begun.body]).toEqual([200, 'shadow']);
    for (const stage of ['canary', 'active']) {
      const moved = await republic.call('ops', 'POST', '/v1/roll-out/advance');
      expect([moved.status, moved.body.rollOut?.stage.kind ?? moved.body]).toEqual([200, stage]);
    }
    await until(async () => {
      const { body } = await republic.call('ops', 'GET', '/v1/constitution');
      return body.ref.digest === candidate;
    }, PATIENCE_MS);
  }

  /** An envelope that no honest command line would make. */
  async function forge(id: string, signers: readonly Signer[]) {
    const bundle = join(republic.root, `${id}.bundle`);
    await republic.acgs('ops', 'fetch', id, bundle);
    const envelope = join(republic.root, `${id}.forged.json`);
    writeFileSync(envelope, JSON.stringify(signEnvelope(BUNDLE_PAYLOAD_TYPE, readFileSync(bundle), signers)));
    return republic.acgs('ops', 'submit', id, envelope);
  }

  /** As signers do it: fetched, signed by one after the other, handed in. */
  async function sign(id: string, ...keyFiles: readonly string[]) {
    const bundle = join(republic.root, `${id}.bundle`);
    expect(await republic.acgs('ops', 'fetch', id, bundle)).toMatchObject({ code: 0 });
    for (const key of keyFiles) {
      expect(await republic.acgs('ops', 'sign', bundle, '--key', key)).toMatchObject({ code: 0, err: '' });
    }
    return republic.acgs('ops', 'submit', id, `${bundle}.envelope.json`);
  }

  it('refuses strangers, agents and nonsense', async () => {
    expect((await republic.call('nobody', 'GET', '/v1/amendments')).status).toBe(401);
    expect((await republic.call('codex', 'POST', '/v1/amendments', { title: 'x' })).body.code).toBe('not-entitled');
    const unsound = republic.folder('unsound', (_read, write) => write('policies/10-tools.cedar', 'permit('));
    const refused = await republic.acgs('ada', 'propose', unsound, '--title', 'x');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('[constitution-policies]') });
    const starter = republic.folder('same', () => {});
    const wrong = await republic.acgs('ada', 'propose', starter, '--title', 'x');
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('[amendment-parent]') });
  });

  it('shows what a draft would change, before anyone votes', async () => {
    expect((await republic.decide('codex', legacy)).verdict).toBe('allow');
    expect((await republic.decide('codex', readme)).verdict).toBe('allow');
    const drafted = await republic.acgs('ada', 'propose', folder, '--title', 'Move the tracker', '--draft');
    expect(drafted).toMatchObject({ code: 0, err: '' });
    expect(drafted.out).toMatch(/^article 10: new: tools-legacy$/m);
    expect(drafted.out).toMatch(/^also changed: enforcement, signers$/m);
    expect(drafted.out).toMatch(/of the last 2 recorded decisions:\n {2}0 newly allowed\n {2}1 newly asked\n/);
    expect(drafted.out).toContain('(allow → ask security)');
    expect(drafted.out).toMatch(/^draft {2}number 2/m);
    const listed = await republic.acgs('ada', 'amendments', '--json');
    const [draft] = listed.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(draft.impact.impact.examples.failures).toEqual([]);
    const blind = { impact: '0'.repeat(64) };
    const refused = await republic.call('ada', 'POST', `/v1/amendments/${draft.id}/proposal`, blind);
    expect(refused.body.code).toBe('impact-mismatch');
  });

  it('fails without a quorum, at the time that was fixed, whatever the wall clock is set to', async () => {
    const id = await propose();
    republic.clock.set(24 * 365);
    await new Promise((resolve) => setTimeout(resolve, 2_500)); // two looks of the server
    expect(await stateOf(id)).toEqual({ kind: 'voting' });
    republic.clock.set(-24 * 365);
    await pass(24 * 7 - 1, async () => true);
    expect(await stateOf(id)).toEqual({ kind: 'voting' });
    await pass(1, async () => (await stateOf(id)).kind !== 'voting');
    expect(await stateOf(id)).toEqual({ kind: 'failed', why: 'no-quorum' });
    const late = await republic.call('ada', 'POST', `/v1/ballots/amendment:${id}/votes`, { choice: 'for' });
    expect(late.body.code).toBe('ballot-closed');
  });

  it('counts votes once, is vetoed, sleeps through the deadline, and is overridden by two thirds', async () => {
    const id = await propose();
    told.amendment = id;
    for (const who of ['ada', 'ben', 'cem', 'dia']) {
      expect(await republic.acgs(who, 'vote', id, 'for')).toMatchObject({ code: 0 });
    }
    for (const who of ['eva', 'sec']) expect((await republic.acgs(who, 'vote', id, 'against')).code).toBe(0);
    const again = await republic.call('eva', 'POST', `/v1/ballots/amendment:${id}/votes`, { choice: 'for' });
    expect(again.body.code).toBe('vote-repeated');
    expect(await republic.acgs('ada', 'veto', id, 'no')).toMatchObject({ code: 1, err: /role-missing/ });
    expect(await republic.acgs('sec', 'veto', id, 'It is too early')).toMatchObject({ code: 0 });
    const early = await forge(id, keys.slice(0, 2));
    expect(early).toMatchObject({ code: 1, err: expect.stringContaining('[amendment-state]') });

    // The node sleeps through the deadline: it closes the vote as it stood, and opens the one on the veto.
    await republic.stop();
    republic.clock.pass(24 * 9);
    await republic.start();
    expect(await stateOf(id)).toEqual({ kind: 'vetoed' });
    for (const who of ['ada', 'ben', 'cem', 'dia', 'max', 'ops']) {
      expect((await republic.acgs(who, 'vote', `override:${id}`, 'for')).code).toBe(0);
    }
    for (const who of ['eva', 'sec'])
      expect((await republic.acgs(who, 'vote', `override:${id}`, 'against')).code).toBe(0);
    await pass(24 * 7, async () => (await stateOf(id)).kind !== 'vetoed');
    expect(await stateOf(id)).toEqual({ kind: 'overridden' });
  });

  it('comes into force signed by those whom the constitution in force names, and by no others', async () => {
    const id = told.amendment;
    const digest = (await republic.call('ada', 'GET', `/v1/amendments/${id}`)).body.constitution.digest;
    const unsigned = await republic.call('ops', 'POST', '/v1/roll-out', { candidate: digest });
    expect([unsigned.status, unsigned.body.code]).toEqual([409, 'amendment-not-passed']);
    const foreign = await forge(id, keys.slice(0, 2));
    expect(foreign).toMatchObject({ code: 1, err: expect.stringContaining('[signatures-refused]') });
    expect(await sign(id, join(republic.home, FOUNDER_KEY_FILE))).toMatchObject({ code: 0, err: '' });
    expect(await stateOf(id)).toEqual({ kind: 'signed' });
    expect((await republic.decide('codex', legacy)).verdict).toBe('allow');
    await rollOut(digest);
    expect((await republic.decide('codex', legacy)).verdict).toBe('ask security');
    await until(async () => (await stateOf(id)).kind === 'active', PATIENCE_MS);
  });

  it('suspends a policy at once, stricter only, and lets it end by itself', async () => {
    const harmful = await republic.acgs('max', 'suspend', 'files-whole', 'x');
    expect(harmful).toMatchObject({ code: 1, err: expect.stringContaining('[suspension-without-effect]') });
    expect(await republic.acgs('ada', 'suspend', 'files-ordinary', 'x')).toMatchObject({
      code: 1,
      err: /role-missing/,
    });
    expect((await republic.decide('codex', readme)).verdict).toBe('allow');
    const suspended = await republic.acgs('max', 'suspend', 'files-ordinary', 'A leak is under way', '--json');
    expect(suspended).toMatchObject({ code: 0, err: '' });
    expect((await republic.decide('codex', readme)).verdict).toBe('deny');
    // Nobody ratifies it: the emergency vote ends after 3 days, the suspension after 4.
    const { id } = JSON.parse(suspended.out);
    const state = async () => {
      const { body } = await republic.call('ada', 'GET', '/v1/suspensions');
      return body.suspensions.find((one: { id: string }) => one.id === id).state;
    };
    await pass(24 * 3, async () => {
      const { body } = await republic.call('ada', 'GET', '/v1/ballots');
      return body.ballots.some((one: { id: string; result?: object }) => one.id === `ratification:${id}` && one.result);
    });
    expect((await republic.decide('codex', readme)).verdict).toBe('deny');
    await pass(24, async () => (await state()) === 'expired');
    expect((await republic.decide('codex', readme)).verdict).toBe('allow');
    const repeated = await republic.acgs('max', 'suspend', 'files-ordinary', 'again');
    expect(repeated).toMatchObject({ code: 1, err: expect.stringContaining('[suspension-repeated]') });
  });

  it('suspends an agent that keeps trying, until a person lets it go on', async () => {
    for (let count = 0; count < 3; count += 1) {
      expect((await republic.decide('cursor', wipe)).verdict).toBe('deny');
    }
    expect((await republic.decide('cursor', readme)).verdict).toBe('deny');
    expect((await republic.decide('codex', readme)).verdict).toBe('allow');
    await until(async () => {
      const { body } = await republic.call('max', 'GET', '/v1/suspensions');
      return body.agents.some(({ agent }: { agent: string }) => agent === 'cursor');
    }, PATIENCE_MS);
    // The count is long over, the suspension is not; also after a restart.
    republic.clock.pass(2);
    await republic.stop();
    await republic.start();
    expect((await republic.decide('cursor', readme)).verdict).toBe('deny');
    expect(await republic.acgs('ada', 'reinstate', 'cursor', 'x')).toMatchObject({ code: 1 });
    expect(await republic.acgs('max', 'reinstate', 'cursor', 'Its prompt was wrong')).toMatchObject({ code: 0 });
    expect((await republic.decide('cursor', readme)).verdict).toBe('allow');
  });

  it('answers an appeal by a panel that was drawn by lot, and a contested answer by a vote', async () => {
    const allowed = await republic.decide('codex', readme);
    const senseless = await republic.acgs('ada', 'appeal', '--decision', allowed.id, 'x');
    expect(senseless).toMatchObject({ code: 1, err: expect.stringContaining('[appeal-not-denied]') });
    const stale = await republic.decide('codex', wipe);
    republic.clock.pass(48);
    const late = await republic.acgs('ada', 'appeal', '--decision', stale.id, 'x');
    expect(late).toMatchObject({ code: 1, err: expect.stringContaining('[appeal-late]') });

    const denied = await republic.decide('codex', wipe);
    const filed = await republic.acgs('ada', 'appeal', '--decision', denied.id, 'It was a container', '--json');
    expect(filed).toMatchObject({ code: 0, err: '' });
    const { id, panel, pool } = JSON.parse(filed.out);
    told.appealed = id;
    expect(panel).toHaveLength(3);
    expect(pool).not.toContain('ada');
    const outside = pool.find((one: string) => !panel.includes(one));
    expect(await republic.acgs(outside, 'answer', id, 'uphold', 'x')).toMatchObject({ code: 1, err: /not-member/ });
    for (const who of panel.slice(0, 2)) {
      expect((await republic.acgs(who, 'answer', id, 'overturn', 'So it was')).code).toBe(0);
    }
    expect((await republic.acgs(outside, 'contest', id)).code).toBe(0);
    for (const who of ['ada', 'ben', 'cem']) {
      expect((await republic.acgs(who, 'vote', `appeal:${id}`, 'against')).code).toBe(0);
    }
    const state = async () => {
      const { body } = await republic.call('ada', 'GET', '/v1/appeals');
      return body.appeals.find((one: { id: string }) => one.id === id).state;
    };
    await pass(24 * 7, async () => (await state()).kind === 'closed');
    expect(await state()).toMatchObject({ outcome: 'upheld' });
  });

  it('goes back by an amendment that needs the signatures of the new signers, and no vote', async () => {
    const old = await republic.call('ada', 'POST', '/v1/amendments/rollback', { title: 'Back' });
    expect(old.body.code).toBe('role-missing');
    const drafted = await republic.call('ops', 'POST', '/v1/amendments/rollback', { title: 'The tracker stays' });
    expect(drafted.body).toMatchObject({ rollback: true, constitution: { number: 3 }, state: { kind: 'passed' } });
    const { id, constitution } = drafted.body;
    const founder = await readKeyFile(join(republic.home, FOUNDER_KEY_FILE));
    if (!founder.ok) throw new Error(founder.refusal.message);
    expect(await forge(id, [founder.value])).toMatchObject({ code: 1, err: /signatures-refused/ });
    expect(await forge(id, keys.slice(0, 1))).toMatchObject({ code: 1, err: /signatures-refused/ });
    const [, ben, cem] = ['ada', 'ben', 'cem'].map((name) => join(republic.root, `${name}.pem`));
    expect(await sign(id, ben ?? '', cem ?? '')).toMatchObject({ code: 0, err: '' });
    await rollOut(constitution.digest);
    await until(async () => (await stateOf(told.amendment)).kind === 'rolled-back', PATIENCE_MS);
    expect((await republic.decide('codex', legacy)).verdict).toBe('allow');
  });

  it('is all in the journal, and proved from the journal alone', async () => {
    await republic.stop();
    const history = await republic.acgs('nobody', 'history');
    expect(history).toMatchObject({ code: 0, err: '' });
    expect(history.out).toMatch(/^proved {3}\d+ events follow from each other$/m);
    const events = await eventsOf(republic.journal);
    const kinds = new Set(events.map(({ kind }) => kind));
    for (const kind of [
      'constitution-adopted',
      'impact-attached',
      'ballot-closed',
      'amendment-vetoed',
      'amendment-signed',
      'amendment-activated',
      'policy-suspended',
      'suspension-ended',
      'agent-suspended',
      'agent-reinstated',
      'appeal-filed',
      'panel-drawn',
      'appeal-contested',
      'appeal-closed',
    ] as const) {
      expect(kinds).toContain(kind);
    }

    // The lot once more, by hand: committed to before it was drawn, and it gives this panel.
    const filed = events.findIndex((event) => event.kind === 'appeal-filed');
    const drawn = events.findIndex((event) => event.kind === 'panel-drawn');
    const [commitment, draw] = [events[filed], events[drawn]];
    if (commitment?.kind !== 'appeal-filed' || draw?.kind !== 'panel-drawn') throw new Error('there was an appeal');
    expect(filed).toBeLessThan(drawn);
    expect(commitmentTo(draw.lot.seed, draw.appeal)).toBe(commitment.commitment);
    expect(drawPanel(draw.lot, draw.appeal, commitment.pool, 3)).toEqual(draw.panel);
    expect(existsSync(join(republic.home, 'proceedings', 'events.json'))).toBe(true);
  });

  it.each<[string, (event: AmendmentEvent) => AmendmentEvent | undefined]>([
    [
      'a vote was turned',
      (event) => (event.kind === 'vote-cast' && event.by.id === 'eva' ? { ...event, choice: 'for' } : event),
    ],
    ['a vote was left out', (event) => (event.kind === 'vote-cast' && event.by.id === 'sec' ? undefined : event)],
    [
      'the panel was chosen',
      (event) => (event.kind === 'panel-drawn' ? { ...event, panel: event.panel.toReversed() } : event),
    ],
    [
      'the signatures were stripped',
      (event) =>
        event.kind === 'amendment-signed'
          ? { ...event, envelope: { ...event.envelope, signatures: event.envelope.signatures.slice(1) } }
          : event,
    ],
    [
      'a vote was closed early',
      (event) =>
        event.kind === 'ballot-closed' ? { ...event, at: { ...event.at, timeMs: event.at.timeMs - 3_600_000 } } : event,
    ],
    ['the veto was left out', (event) => (event.kind === 'amendment-vetoed' ? undefined : event)],
  ])('is refuted in a journal that was written anew, where %s', async (_name, forge) => {
    const forged = createMemoryJournal('forged');
    for (const event of await eventsOf(republic.journal)) {
      const told = forge(event);
      if (told !== undefined) await forged.append({ kind: 'amendment', event: told });
    }
    expect(await proveHistory(forged.read(1))).toMatchObject({ kind: 'refuted' });
  });

  it('ends the command with 1 when the journal does not prove it', async () => {
    const directory = join(republic.root, 'forged');
    const opened = await openJournal({ directory });
    if (!opened.ok) throw new Error(opened.refusal.message);
    for (const event of await eventsOf(republic.journal)) {
      const told: JournalEntry = {
        kind: 'amendment',
        event: event.kind === 'vote-cast' ? { ...event, choice: 'against' } : event,
      };
      await opened.value.append(told);
    }
    await opened.value.close();
    const history = await republic.acgs('nobody', 'history', directory);
    expect(history).toMatchObject({ code: 1, err: expect.stringContaining('REFUTED') });
  });
});

async function eventsOf(directory: string): Promise<readonly AmendmentEvent[]> {
  const reader = await openJournalReader(directory);
  if (!reader.ok) throw new Error(reader.refusal.message);
  const events: AmendmentEvent[] = [];
  for await (const { entry } of reader.value.read(1)) if (entry.kind === 'amendment') events.push(entry.event);
  return events;
}
