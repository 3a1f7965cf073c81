import { describe, expect, it } from 'vitest';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import type { JournalReader } from '#domain/journal/journal.ts';
import { createLiveFeed, WATCHERS_MAX, type Watcher } from '#services/gateway/live-feed.ts';
import { until } from '../../../tests/support/server-process.ts';

const WAIT_MS_MAX = 20_000;

function watcher(fits: (text: string) => boolean = () => true) {
  const seen: string[] = [];
  let isCutOff = false;
  const one: Watcher = {
    write(text) {
      seen.push(text);
      return fits(text);
    },
    cutOff: () => {
      isCutOff = true;
    },
  };
  return { one, text: () => seen.join(''), isCutOff: () => isCutOff };
}

const event = (timeMs: number) =>
  ({ kind: 'identity', event: { kind: 'signed-out', timeMs, personId: 'p' as never, everywhere: false } }) as const;

function feedOf(journal: JournalReader) {
  const errors: unknown[] = [];
  return { feed: createLiveFeed({ journal, onError: (error) => errors.push(error) }), errors };
}

describe('the live feed', () => {
  it('cuts off whoever does not read, and goes on for everybody else', async () => {
    const journal = createMemoryJournal('n');
    const { feed } = feedOf(journal);
    const slow = watcher((text) => !text.includes('event: change'));
    const quick = watcher();
    feed.watch(slow.one, undefined);
    feed.watch(quick.one, undefined);
    await until(async () => quick.text().includes('event: here'), WAIT_MS_MAX);
    await journal.append(event(1));
    await until(async () => slow.isCutOff() && quick.text().includes('id: n:1'), WAIT_MS_MAX);
    await journal.append(event(2));
    await until(async () => quick.text().includes('id: n:2'), WAIT_MS_MAX);
    expect(quick.isCutOff()).toBe(false);
    expect(slow.text()).not.toContain('id: n:2');
    feed.close();
  });

  it('shortens a burst to its end, and says that it did', async () => {
    const journal = createMemoryJournal('n');
    const { feed } = feedOf(journal);
    const one = watcher();
    feed.watch(one.one, undefined);
    await until(async () => one.text().includes('event: here'), WAIT_MS_MAX);
    // Without a pause between them: the feed looks once they are all there.
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => journal.append(event(index))));
    await until(async () => one.text().includes('event: reset'), WAIT_MS_MAX);
    expect(one.text()).toContain('id: n:1000\n');
    expect(one.text()).not.toContain('id: n:2\n');
    feed.close();
  });

  it('tells nothing twice and leaves nothing out, however often one comes again', async () => {
    const journal = createMemoryJournal('n');
    const { feed } = feedOf(journal);
    const stays = watcher();
    feed.watch(stays.one, undefined);
    await until(async () => stays.text().includes('event: here'), WAIT_MS_MAX);
    let last = 'n:0';
    const ids: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const one = watcher();
      const leave = feed.watch(one.one, last);
      await journal.append(event(2 * round));
      await journal.append(event(2 * round + 1));
      await until(async () => one.text().includes(`id: n:${2 * round + 2}\nevent: change`), WAIT_MS_MAX);
      leave?.();
      const told = [...one.text().matchAll(/^id: n:(\d+)\nevent: change$/gm)].map(([, sequence]) => Number(sequence));
      ids.push(...told);
      last = `n:${told.at(-1)}`;
    }
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    feed.close();
  });

  it('has room for a number of people, and for one more when one has left', () => {
    const { feed } = feedOf(createMemoryJournal('n'));
    const leaves = Array.from({ length: WATCHERS_MAX }, () => feed.watch(watcher().one, undefined));
    expect(leaves.every((leave) => leave !== undefined)).toBe(true);
    expect(feed.watch(watcher().one, undefined)).toBeUndefined();
    leaves[0]?.();
    expect(feed.watch(watcher().one, undefined)).toBeDefined();
    feed.close();
  });

  it('lets everybody go when the journal cannot be read, and serves whoever comes again', async () => {
    const journal = createMemoryJournal('n');
    let isBroken = false;
    const { feed, errors } = feedOf({
      node: 'n',
      head: journal.head,
      read(from) {
        if (isBroken) throw new Error('the disk does not answer');
        return journal.read(from);
      },
    });
    const one = watcher();
    feed.watch(one.one, undefined);
    await until(async () => one.text().includes('event: here'), WAIT_MS_MAX);
    isBroken = true;
    await journal.append(event(1));
    await until(async () => one.isCutOff(), WAIT_MS_MAX);
    expect(errors).toHaveLength(1);
    isBroken = false;
    const again = watcher();
    feed.watch(again.one, 'n:0');
    await until(async () => again.text().includes('id: n:1\nevent: change'), WAIT_MS_MAX);
    feed.close();
  });
});
