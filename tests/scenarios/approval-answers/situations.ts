import { setTimeout as pause } from 'node:timers/promises';
import type { Fate } from '#agents/simulate.ts';
import { agentToken, TOKENS } from '../../support/decision-service.ts';
import type { AskedEvent } from '../fail-modes/payloads.ts';
import type { AnswerWorld } from './world.ts';

/** One event of an agent in one situation: what becomes of the action at each attempt, in order. */
export interface Attempts {
  readonly asked: AskedEvent;
  readonly fates: readonly (readonly Fate[])[];
  /** What the agent was told at the last attempt. */
  readonly told: string;
}

export interface Situation {
  readonly name: string;
  readonly description: string;
  /** How long the hook waits: short where nobody answers within it. */
  readonly deadlineS: number;
  /** What each attempt must come to; `runs` only stands where a person has said yes. */
  readonly expected: readonly Fate[];
  /** Time passes in it, for all who play at once. */
  readonly passesTime?: true;
  play(world: AnswerWorld, asked: AskedEvent, command: string): Promise<Omit<Attempts, 'asked'>>;
}

/** Seconds. A held hook is answered 2 s before its deadline; the other is for a busy machine and is never waited for. */
const SHORT_S = 8;
const LONG_S = 120;
const MINUTE_MS = 60_000;

/** What happens to a request, and what the agent then does. Only in the first two has a person said yes in time. */
export const SITUATIONS: readonly Situation[] = [
  {
    name: 'approved in time',
    description: 'a person says yes while the hook is held open',
    deadlineS: LONG_S,
    expected: ['runs'],
    async play(world, asked, command) {
      const held = world.ask(asked);
      await world.answer(await waiting(world, command), 'granted');
      return only(await held);
    },
  },
  {
    name: 'approved late, then retried',
    description: 'the yes comes after the deadline; the agent repeats the action twice',
    deadlineS: SHORT_S,
    expected: ['blocked', 'runs', 'blocked'],
    async play(world, asked, command) {
      const first = await world.ask(asked);
      await world.answer(await waiting(world, command), 'granted');
      const second = await world.ask(asked);
      const third = await world.ask(asked);
      return { fates: [first.fates, second.fates, third.fates], told: third.told };
    },
  },
  {
    name: 'refused',
    description: 'a person says no while the hook is held open',
    deadlineS: LONG_S,
    expected: ['blocked'],
    async play(world, asked, command) {
      const held = world.ask(asked);
      await world.answer(await waiting(world, command), 'refused');
      return only(await held);
    },
  },
  {
    name: 'nobody answers',
    description: 'no approver is there until the deadline; the agent repeats the action',
    deadlineS: SHORT_S,
    expected: ['blocked', 'blocked'],
    async play(world, asked) {
      const first = await world.ask(asked);
      const second = await world.ask(asked);
      return { fates: [first.fates, second.fates], told: second.told };
    },
  },
  {
    name: 'the request expires',
    description: 'a person answers after `approvals.requestMinutes`, which is refused; the agent repeats the action',
    deadlineS: SHORT_S,
    expected: ['blocked', 'blocked'],
    passesTime: true,
    async play(world, asked, command) {
      const first = await world.ask(asked);
      const id = await waiting(world, command);
      await world.pass(481 * MINUTE_MS);
      await world.answer(id, 'granted', { code: 'approval-expired', token: TOKENS.operator });
      const second = await world.ask(asked);
      return { fates: [first.fates, second.fates], told: second.told };
    },
  },
  {
    name: 'the yes expires',
    description: 'the agent repeats the action after `limits.approvalMinutes`',
    deadlineS: SHORT_S,
    expected: ['blocked', 'blocked'],
    passesTime: true,
    async play(world, asked, command) {
      const first = await world.ask(asked);
      await world.answer(await waiting(world, command), 'granted');
      await world.pass(61 * MINUTE_MS);
      const second = await world.ask(asked);
      return { fates: [first.fates, second.fates], told: second.told };
    },
  },
  {
    name: 'answered by the asker',
    description: 'the agent approves its own request with its own token, which is refused, and repeats the action',
    deadlineS: SHORT_S,
    expected: ['blocked', 'blocked'],
    async play(world, asked, command) {
      const first = await world.ask(asked);
      const own = agentToken(asked.agent);
      await world.answer(await waiting(world, command), 'granted', { code: 'not-entitled', token: own });
      const second = await world.ask(asked);
      return { fates: [first.fates, second.fates], told: second.told };
    },
  },
];

function only(attempt: { readonly fates: readonly Fate[]; readonly told: string }): Omit<Attempts, 'asked'> {
  return { fates: [attempt.fates], told: attempt.told };
}

/** The id of the request for a command, as soon as there is one. */
async function waiting(world: AnswerWorld, command: string): Promise<string> {
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const id = await world.requestFor(command);
    if (id !== undefined) return id;
    await pause(20);
  }
  throw new Error(`nobody was asked about ${command}`);
}

/** Some minutes: a hook that never asks must not hold the test for ever. */
const LOOKS_MAX = 10_000;
