import { visible } from '#apps/cli/output.ts';
import type { BallotSubject } from '#domain/amendment/ballot.ts';
import type { AmendmentEvent } from '#domain/amendment/event.ts';
import { sha256Hex } from '#domain/json.ts';
import { never } from '#domain/result.ts';

/** One event of a lineage on one line, for people: when, what, and who. */
export function describeEvent(event: AmendmentEvent): string {
  return `${new Date(event.at.timeMs).toISOString()}  ${event.kind}  ${visible(factsOf(event))}`;
}

function factsOf(event: AmendmentEvent): string {
  switch (event.kind) {
    case 'constitution-adopted':
      return `digest ${sha256Hex(event.bundle)}, without an amendment`;
    case 'amendment-drafted':
      return `${event.amendment} by ${event.by.id}: ${event.title} (digest ${sha256Hex(event.bundle)})`;
    case 'impact-attached':
      return `${event.amendment} impact ${event.digest}`;
    case 'amendment-proposed':
    case 'amendment-withdrawn':
      return `${event.amendment} by ${event.by.id}`;
    case 'amendment-vetoed':
      return `${event.amendment} by ${event.by.id}: ${event.reason}`;
    case 'amendment-signed':
      return `${event.amendment} by keys ${event.envelope.signatures.map(({ keyid }) => keyid.slice(0, 16)).join(', ')}`;
    case 'amendment-superseded':
    case 'amendment-activated':
      return event.amendment;
    case 'amendment-rolled-back':
      return `${event.amendment}: ${event.cause}`;
    case 'ballot-opened': {
      const until = new Date(event.closesMs).toISOString();
      return `${subjectText(event.subject)}, ${event.electorate.length} entitled, until ${until}`;
    }
    case 'vote-cast':
      return `${event.ballot} ${event.by.id}: ${event.choice}`;
    case 'ballot-closed': {
      const { for: inFavour, against, abstain, entitled, outcome } = event.result;
      return `${event.ballot} ${outcome}: ${inFavour} for, ${against} against, ${abstain} abstained, of ${entitled}`;
    }
    case 'policy-suspended':
      return `${event.suspension} ${event.policy} by ${event.by.id}: ${event.reason}`;
    case 'suspension-lifted':
      return `${event.suspension} by ${event.by.id}`;
    case 'suspension-ended':
      return `${event.suspension} ${event.outcome}`;
    case 'appeal-filed':
      return `${event.appeal} by ${event.by.id}: ${event.grounds} (commitment ${event.commitment.slice(0, 16)})`;
    case 'panel-drawn':
      return `${event.appeal} ${event.panel.join(', ')} (seed ${event.lot.seed.slice(0, 16)}…)`;
    case 'panel-answered':
      return `${event.appeal} ${event.by.id}: ${event.answer}, ${event.reason}`;
    case 'appeal-contested':
      return `${event.appeal} ${event.cause}${event.by === undefined ? '' : ` by ${event.by.id}`}`;
    case 'appeal-closed':
      return `${event.appeal} ${event.outcome}`;
    case 'agent-suspended':
      return `${event.agent} after ${event.rule.denials} denials within ${event.rule.withinMinutes} minutes`;
    case 'agent-reinstated':
      return `${event.agent} by ${event.by.id}: ${event.reason}`;
    default:
      return never(event);
  }
}

function subjectText(subject: BallotSubject): string {
  switch (subject.kind) {
    case 'amendment':
    case 'override':
      return `${subject.kind} ${subject.amendment}`;
    case 'ratification':
      return `ratification ${subject.suspension}`;
    case 'appeal':
      return `appeal ${subject.appeal}`;
    default:
      return never(subject);
  }
}
