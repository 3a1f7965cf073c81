import { ballotIdOf } from '#domain/amendment/ballot.ts';
import { type BundleContent, readBundle } from '#domain/amendment/bundle-content.ts';
import type { AmendmentEventOf } from '#domain/amendment/event.ts';
import { impactDigest } from '#domain/amendment/impact.ts';
import {
  type Amendment,
  type AmendmentState,
  type Applied,
  type Governed,
  holdsRole,
} from '#domain/amendment/proceedings.ts';
import { checkedSignatures } from '#domain/amendment/signatures.ts';
import { canonicalJson, type JsonObject } from '#domain/json.ts';
import { never, ok, refuse } from '#domain/result.ts';

type Kind =
  | 'amendment-drafted'
  | 'impact-attached'
  | 'amendment-proposed'
  | 'amendment-withdrawn'
  | 'amendment-vetoed'
  | 'amendment-signed'
  | 'amendment-superseded'
  | 'amendment-activated'
  | 'amendment-rolled-back';

/** From draft to law and back. */
export function applyAmendment(before: Governed, event: AmendmentEventOf<Kind>): Applied {
  if (event.kind === 'amendment-drafted') return draft(before, event);
  const amendment = before.amendments.get(event.amendment);
  if (amendment === undefined) return refuse('amendment-unknown', 'There is no such amendment.');
  switch (event.kind) {
    case 'impact-attached':
      if (amendment.state.kind !== 'draft') return wrongState(amendment, 'given an impact');
      if (impactDigest(event.impact) !== event.digest) {
        return refuse('impact-mismatch', 'The digest is not that of the impact.');
      }
      if (
        event.impact.draft !== amendment.content.constitution.digest ||
        event.impact.current !== amendment.content.parent
      ) {
        return refuse('impact-mismatch', 'The impact is that of another draft, or of another constitution in force.');
      }
      return ok(withAmendment(before, { ...amendment, impact: { digest: event.digest, impact: event.impact } }));
    case 'amendment-proposed':
      return propose(before, amendment, event);
    case 'amendment-withdrawn':
      if (event.by.id !== amendment.proposer) {
        return refuse('amendment-not-own', 'Only who proposed an amendment withdraws it.');
      }
      // Once people vote, it is theirs.
      if (!isIn(amendment, 'draft', 'proposed')) return wrongState(amendment, 'withdrawn');
      return ok(withState(before, amendment, { kind: 'withdrawn' }));
    case 'amendment-vetoed':
      return veto(before, amendment, event);
    case 'amendment-signed':
      return sign(before, amendment, event);
    case 'amendment-superseded':
      if (!isSuperseded(before, amendment)) return wrongState(amendment, 'superseded');
      return ok(withState(before, amendment, { kind: 'superseded' }));
    case 'amendment-activated':
      return activate(before, amendment, event);
    case 'amendment-rolled-back':
      return endRollOut(before, amendment, event.cause);
    default:
      return never(event);
  }
}

function draft(before: Governed, event: AmendmentEventOf<'amendment-drafted'>): Applied {
  const { inForce } = before;
  const { amendment: id, by, title, emergency, isRollback, bundle } = event;
  const { propose: proposers, operate, suspend } = inForce.content.rules.roles;
  if (before.amendments.has(id)) return refuse('amendment-exists', 'There is an amendment of this id.');
  if (isRollback && !holdsRole(by, operate)) return missing(operate, 'roll back');
  if (!isRollback && !holdsRole(by, proposers)) return missing(proposers, 'propose an amendment');
  if (emergency && !holdsRole(by, suspend)) return missing(suspend, 'call an emergency');
  const content = readBundle(bundle, inForce.content.rules.signers);
  if (!content.ok) return content;
  const { digest, number } = inForce.content.constitution;
  if (content.value.parent !== digest || content.value.constitution.number !== number + 1) {
    return refuse(
      'amendment-parent',
      `It must amend the constitution in force: number ${number + 1}, parent ${digest}.`,
    );
  }
  const isSameSigners = canonicalJson(signersForm(content.value)) === canonicalJson(signersForm(inForce.content));
  if (isRollback && (content.value.contentDigest !== inForce.before?.contentDigest || !isSameSigners)) {
    return refuse(
      'rollback-other',
      'A rollback brings back what was in force before, and leaves who signs as it is; all else is voted on.',
    );
  }
  const named = { id, title, proposer: by.id, emergency, isRollback, content: content.value, bundle };
  // What a rollback brings back was voted on in its time: it needs its signatures only.
  const state: AmendmentState = isRollback ? { kind: 'passed' } : { kind: 'draft' };
  return ok(withAmendment(before, { ...named, vetoes: [], state, isRollbackOwed: false }));
}

function propose(before: Governed, amendment: Amendment, event: AmendmentEventOf<'amendment-proposed'>): Applied {
  if (event.by.id !== amendment.proposer) {
    return refuse('amendment-not-own', 'Only who drafted an amendment puts it to the vote.');
  }
  if (!holdsRole(event.by, before.inForce.content.rules.roles.propose)) {
    return missing(before.inForce.content.rules.roles.propose, 'propose an amendment');
  }
  if (amendment.state.kind !== 'draft') return wrongState(amendment, 'proposed');
  if (amendment.content.parent !== before.inForce.content.constitution.digest) {
    return refuse('amendment-parent', 'Another constitution is in force than the one that it amends.');
  }
  if (amendment.impact === undefined) {
    return refuse('impact-missing', 'Nobody votes on what they could not see: its impact must be attached first.');
  }
  if (amendment.impact.digest !== event.impact) {
    return refuse('impact-mismatch', 'The impact that was seen is not the one that is attached.');
  }
  return ok(withState(before, amendment, { kind: 'proposed' }));
}

function signersForm({ rules }: BundleContent): JsonObject {
  const { threshold, keys } = rules.signers;
  return { threshold, keys: keys.map(({ name, publicKey }) => ({ name, publicKey })) };
}

/** A veto is open until the amendment is active, so there is no race between those who veto and those who sign. */
function veto(before: Governed, amendment: Amendment, event: AmendmentEventOf<'amendment-vetoed'>): Applied {
  if (!holdsRole(event.by, before.inForce.content.rules.roles.veto)) {
    return missing(before.inForce.content.rules.roles.veto, 'veto an amendment');
  }
  if (!isIn(amendment, 'proposed', 'voting', 'passed', 'overridden', 'signed', 'vetoed')) {
    return wrongState(amendment, 'vetoed');
  }
  if (amendment.vetoes.some(({ by }) => by === event.by.id)) {
    return refuse('veto-repeated', 'This person has vetoed it already.');
  }
  if (before.ballots.get(ballotIdOf({ kind: 'override', amendment: amendment.id }))?.result !== undefined) {
    return refuse(
      'veto-overridden',
      'A veto on it was overridden; a second one would only put the same question again.',
    );
  }
  const vetoes = [...amendment.vetoes, { by: event.by.id, reason: event.reason }];
  const state: AmendmentState = isIn(amendment, 'proposed', 'voting') ? amendment.state : { kind: 'vetoed' };
  return ok(withAmendment(before, { ...amendment, vetoes, state }));
}

function sign(before: Governed, amendment: Amendment, event: AmendmentEventOf<'amendment-signed'>): Applied {
  if (!isIn(amendment, 'passed', 'overridden')) return wrongState(amendment, 'signed');
  const { signers } = before.inForce.content.rules;
  const signed = checkedSignatures(event.envelope, amendment, signers);
  if (!signed.ok) return signed;
  return ok(withAmendment(before, { ...amendment, envelope: event.envelope, state: { kind: 'signed' } }));
}

function activate(before: Governed, amendment: Amendment, event: AmendmentEventOf<'amendment-activated'>): Applied {
  if (amendment.state.kind !== 'signed') return wrongState(amendment, 'activated');
  if (amendment.content.parent !== before.inForce.content.constitution.digest) {
    return refuse('amendment-parent', 'Another constitution is in force than the one that it amends.');
  }
  const active = withState(before, amendment, { kind: 'active', sinceMs: event.at.timeMs });
  const after = { ...active, inForce: { content: amendment.content, before: before.inForce.content } };
  const undone = [...before.amendments.values()].find(
    ({ state, content }) => state.kind === 'active' && content.constitution.digest === amendment.content.parent,
  );
  if (undone === undefined || !amendment.isRollback) return ok(after);
  return ok(withState(after, undone, { kind: 'rolled-back', cause: amendment.title }));
}

/** While it is being rolled out only the roll-out ends; once active it takes an amendment that brings the former one back. */
function endRollOut(before: Governed, amendment: Amendment, cause: string): Applied {
  if (amendment.state.kind !== 'signed') return wrongState(amendment, 'taken out of its roll-out');
  return ok(withState(before, amendment, { kind: 'rolled-back', cause }));
}

/** What no longer amends the constitution in force cannot become law any more. */
export function isSuperseded(proceedings: Governed, amendment: Amendment): boolean {
  return (
    isIn(amendment, 'draft', 'proposed', 'voting', 'passed', 'vetoed', 'overridden', 'signed') &&
    amendment.content.parent !== proceedings.inForce.content.constitution.digest
  );
}

export function withState(before: Governed, amendment: Amendment, state: AmendmentState): Governed {
  return withAmendment(before, { ...amendment, state });
}

export function withAmendment(before: Governed, amendment: Amendment): Governed {
  return { ...before, amendments: new Map(before.amendments).set(amendment.id, amendment) };
}

function isIn(amendment: Amendment, ...kinds: readonly AmendmentState['kind'][]): boolean {
  return kinds.includes(amendment.state.kind);
}

function wrongState(amendment: Amendment, what: string) {
  return refuse('amendment-state', `The amendment is ${amendment.state.kind}: it cannot be ${what}.`);
}

export function missing(roles: readonly string[], what: string) {
  return refuse('role-missing', `To ${what} takes one of the roles: ${roles.join(', ') || 'none is named'}.`);
}
