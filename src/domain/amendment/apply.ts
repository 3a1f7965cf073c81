import { applyAmendment } from '#domain/amendment/apply-amendment.ts';
import { applyAppeal } from '#domain/amendment/apply-appeal.ts';
import { applyBallot } from '#domain/amendment/apply-ballot.ts';
import { applySuspension } from '#domain/amendment/apply-suspension.ts';
import { readBundle } from '#domain/amendment/bundle-content.ts';
import type { AmendmentEvent } from '#domain/amendment/event.ts';
import { followClock } from '#domain/amendment/governance-clock.ts';
import type { Applied, Proceedings } from '#domain/amendment/proceedings.ts';
import { never, ok, refuse } from '#domain/result.ts';

/**
 * The one place where it is decided whether something may happen: a command makes the event that it asks for and puts it to this
 * function before it is written, and whoever checks a journal afterwards puts the recorded events to it again. Pure.
 */
export function applyEvent(before: Proceedings, event: AmendmentEvent): Applied {
  const clock = followClock(before.clock, event.at);
  if (!clock.ok) return clock;
  const proceedings = { ...before, clock: clock.value };
  if (event.kind === 'constitution-adopted') {
    const content = readBundle(event.bundle, event.signers);
    return content.ok ? ok({ ...proceedings, inForce: { content: content.value } }) : content;
  }
  if (proceedings.inForce === undefined) {
    return refuse('nothing-in-force', 'No constitution is in force, so there are no rules to go by.');
  }
  const inForce = { ...proceedings, inForce: proceedings.inForce };
  switch (event.kind) {
    case 'amendment-drafted':
    case 'impact-attached':
    case 'amendment-proposed':
    case 'amendment-withdrawn':
    case 'amendment-vetoed':
    case 'amendment-signed':
    case 'amendment-superseded':
    case 'amendment-activated':
    case 'amendment-rolled-back':
      return applyAmendment(inForce, event);
    case 'ballot-opened':
    case 'vote-cast':
    case 'ballot-closed':
      return applyBallot(inForce, event);
    case 'policy-suspended':
    case 'suspension-lifted':
    case 'suspension-ended':
    case 'agent-suspended':
    case 'agent-reinstated':
      return applySuspension(inForce, event);
    case 'appeal-filed':
    case 'panel-drawn':
    case 'panel-answered':
    case 'appeal-contested':
    case 'appeal-closed':
      return applyAppeal(inForce, event);
    default:
      return never(event);
  }
}
