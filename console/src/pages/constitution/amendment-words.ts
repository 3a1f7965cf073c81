import type { Reply } from '../../api/client.ts';
import { spanText } from '../../components/time.tsx';
import type { Tone } from '../../components/tone.ts';

export type Amendment = Reply<'GET /v1/amendments'>['amendments'][number];
export type Ballot = Amendment['ballots'][number];
export type Step = Reply<'GET /v1/amendments/{id}/timeline'>['steps'][number];

export const STATE_TONES: Readonly<Record<string, Tone>> = {
  draft: 'plain',
  proposed: 'waiting',
  voting: 'waiting',
  passed: 'waiting',
  vetoed: 'bad',
  overridden: 'waiting',
  signed: 'waiting',
  active: 'good',
  failed: 'bad',
  'rolled-back': 'bad',
  withdrawn: 'plain',
  superseded: 'plain',
};

/** What is missing until it is in force, in a sentence. */
export function missingText(amendment: Amendment, nowMs: number): string {
  const { state, ballots, signing } = amendment;
  const open = ballots.find(({ result }) => result === undefined);
  switch (state.kind) {
    case 'draft':
      return 'Its impact is worked out. Whoever drafted it puts it to the vote.';
    case 'proposed':
    case 'voting':
      return open === undefined ? 'Its vote opens.' : voteText(open, nowMs);
    case 'passed':
    case 'overridden':
      return `It has its majority. ${signingText(signing)}`;
    case 'vetoed':
      return open === undefined
        ? 'It was vetoed: a vote on overriding the veto opens.'
        : `It was vetoed. ${voteText(open, nowMs)}`;
    case 'signed':
      return 'It is signed: whoever operates rolls it out, stage by stage.';
    case 'active':
      return amendment.rollbackOwed
        ? 'An appeal was upheld against it: it is to be rolled back.'
        : 'It is in force, or was.';
    case 'failed':
      return FAILED[String(state['why'])] ?? 'It failed.';
    case 'rolled-back':
      return `It was taken back: ${String(state['cause'] ?? '')}`;
    case 'withdrawn':
      return 'Whoever drafted it has withdrawn it.';
    case 'superseded':
      return 'Another constitution came into force than the one that it amends: it is to be drafted anew.';
    default:
      return '';
  }
}

const FAILED: Readonly<Record<string, string>> = {
  'no-quorum': 'It failed: too few took part.',
  'no-majority': 'It failed: too few voted for it.',
  veto: 'It failed: the veto was not overridden.',
};

/** Who is still needed, and until when. */
function voteText(ballot: Ballot, nowMs: number): string {
  const needed = Math.max(votersNeeded(ballot) - ballot.voted, 0);
  const closes = ballot.closesMs > nowMs ? `closes in ${spanText(ballot.closesMs - nowMs)}` : 'is being counted';
  const quorum = needed === 0 ? 'enough for the quorum' : `${needed} more for the quorum`;
  return `${ballot.voted} of ${ballot.entitled} have voted (${quorum}); the vote ${closes}.`;
}

/** In whole people, and nobody at all is never enough. */
export function votersNeeded({ entitled, rules }: Pick<Ballot, 'entitled' | 'rules'>): number {
  return Math.max(1, Math.ceil((rules.quorumPercent * entitled) / 100));
}

function signingText(signing: Amendment['signing']): string {
  if (signing === undefined) return 'It waits for its signatures.';
  return `It waits for the signatures of ${signing.threshold} of ${signing.keys.map(({ name }) => name).join(', ')}.`;
}

const STEP_TEXTS: Readonly<Record<string, string>> = {
  'amendment-drafted': 'drafted',
  'impact-attached': 'impact worked out',
  'amendment-proposed': 'put to the vote',
  'amendment-withdrawn': 'withdrawn',
  'amendment-vetoed': 'vetoed',
  'amendment-signed': 'signed',
  'amendment-superseded': 'superseded by another constitution',
  'amendment-activated': 'came into force',
  'amendment-rolled-back': 'taken back',
  'ballot-opened': 'vote opened',
  'vote-cast': 'a vote was cast',
  'ballot-closed': 'vote counted',
};

export function stepText({ kind, what }: Step): string {
  const text = STEP_TEXTS[kind] ?? kind;
  if (what === undefined || (kind === 'ballot-opened' && what === 'amendment')) return text;
  if (kind === 'ballot-opened') return 'vote on overriding the veto opened';
  return `${text}: ${what}`;
}

/** What may be done now, by somebody with these roles. The server decides; this is what is offered. */
export function offersOf(
  amendment: Amendment,
  me: { readonly id: string; readonly roles: readonly string[] },
  rules: { readonly veto: readonly string[]; readonly operate: readonly string[] },
) {
  const has = (roles: readonly string[]) => me.roles.some((role) => roles.includes(role));
  const { kind } = amendment.state;
  const isOwn = amendment.proposer === me.id;
  return {
    propose: isOwn && kind === 'draft' && amendment.impact !== undefined,
    withdraw: isOwn && (kind === 'draft' || kind === 'proposed'),
    veto:
      has(rules.veto) &&
      ['proposed', 'voting', 'passed', 'overridden', 'signed', 'vetoed'].includes(kind) &&
      !amendment.vetoes.some(({ by }) => by === me.id),
    sign: kind === 'passed' || kind === 'overridden',
    rollOut: has(rules.operate) && kind === 'signed',
    vote: amendment.ballots.find(
      ({ result, own }) => result === undefined && own?.isEntitled === true && own.choice === undefined,
    ),
  };
}
