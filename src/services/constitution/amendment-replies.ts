import { type Ballot, ballotIdOf } from '#domain/amendment/ballot.ts';
import type { Amendment, Proceedings } from '#domain/amendment/proceedings.ts';
import { keysOf } from '#domain/constitution/signed-by.ts';
import type { Principal } from '#domain/identity/principal.ts';

/** An amendment as the API shows it to this caller. */
export function amendmentReply(amendment: Amendment, proceedings: Proceedings, caller: Principal) {
  const { id, title, proposer, emergency, isRollback, content, state, vetoes, isRollbackOwed, impact } = amendment;
  const own = (['amendment', 'override'] as const)
    .map((kind) => proceedings.ballots.get(ballotIdOf({ kind, amendment: id })))
    .filter((ballot) => ballot !== undefined);
  return {
    id,
    title,
    proposer,
    emergency,
    rollback: isRollback,
    constitution: content.constitution,
    parent: content.parent,
    state,
    vetoes,
    rollbackOwed: isRollbackOwed,
    ...(impact === undefined ? {} : { impact }),
    ballots: own.map((ballot) => ballotReply(ballot, caller)),
    ...signing(amendment, proceedings),
  };
}

/** How people voted is in the journal; while they vote, only how many, and to each their own vote. */
export function ballotReply(ballot: Ballot, caller: Principal) {
  const { id, subject, openedMs, closesMs, electorate, rules, votes, result } = ballot;
  const isOverride = subject.kind === 'override';
  return {
    id,
    subject,
    openedMs,
    closesMs,
    entitled: electorate.size,
    voted: votes.size,
    rules: {
      quorumPercent: rules.quorumPercent,
      winPercent: isOverride ? rules.overridePercent : rules.majorityPercent,
      isMoreThan: !isOverride,
    },
    ...ownVote(ballot, caller),
    ...(result === undefined ? {} : { result }),
  };
}

function ownVote({ electorate, votes }: Ballot, caller: Principal) {
  if (caller.kind !== 'person') return {};
  const choice = votes.get(caller.id);
  return { own: { isEntitled: electorate.has(caller.id), ...(choice === undefined ? {} : { choice }) } };
}

/** Of an amendment of what is in force: of an older one the lineage says who signed it. */
function signing({ content, envelope }: Amendment, { inForce }: Proceedings) {
  if (inForce === undefined || content.parent !== inForce.content.constitution.digest) return {};
  const { signers } = inForce.content.rules;
  const given = new Set(envelope?.signatures.map(({ keyid }) => keyid));
  const ids = keysOf(signers);
  return {
    signing: {
      threshold: signers.threshold,
      keys: signers.keys.map(({ name }, at) => {
        const keyId: string = ids[at]?.id ?? '';
        return { name, keyId, hasSigned: given.has(keyId) };
      }),
    },
  };
}
