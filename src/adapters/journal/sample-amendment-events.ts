import type { AmendmentEvent, AmendmentEventOf } from '#domain/amendment/event.ts';
import { sha256Hex } from '#domain/json.ts';

/**
 * One amendment event of every kind, as JSON holds it: the shape of real ones, not their sense. A new kind does not compile until it
 * is here, and then not until the journal can read it.
 */
const digest = sha256Hex('sample');
const by = { id: 'ada', roles: ['maintainer'] };
const amendment = 'amendment-1';
const suspension = 'suspension-1';
const appeal = 'appeal-1';

const FIELDS: { readonly [Kind in AmendmentEvent['kind']]: Fields<AmendmentEventOf<Kind>> } = {
  'constitution-adopted': { bundle: '{}', signers: { threshold: 1, keys: [{ name: 'ada', publicKey: 'AA==' }] } },
  'amendment-drafted': { amendment, by, title: 'Ask less', emergency: false, isRollback: false, bundle: '{}' },
  'impact-attached': {
    amendment,
    digest,
    impact: {
      current: digest,
      draft: digest,
      articles: [{ article: '3', text: 'same', added: ['git-new'], removed: [], changed: ['git-push'] }],
      sections: ['limits'],
      examples: { run: 2, failures: ['tests/03-git.yaml, example 3: expected deny, got allow'] },
      replay: {
        decisions: 3,
        otherwiseThanRecorded: 0,
        changes: [
          {
            change: 'newly-asked',
            count: 1,
            examples: [
              {
                decision: 'd-1',
                agent: 'codex',
                action: 'git push',
                before: 'allow',
                after: 'ask developer',
                policies: [],
              },
            ],
          },
        ],
      },
    },
  },
  'amendment-proposed': { amendment, by, impact: digest },
  'amendment-withdrawn': { amendment, by },
  'amendment-vetoed': { amendment, by, reason: 'It opens the network.' },
  'amendment-signed': {
    amendment,
    envelope: { payloadType: 'application/json', payload: 'e30=', signatures: [{ keyid: digest, sig: 'AA==' }] },
  },
  'amendment-superseded': { amendment },
  'amendment-activated': { amendment },
  'amendment-rolled-back': { amendment, cause: 'deny-rate' },
  'ballot-opened': { subject: { kind: 'amendment', amendment }, electorate: ['ada', 'ben'], closesMs: 10 },
  'vote-cast': { ballot: 'amendment:amendment-1', by, choice: 'for' },
  'ballot-closed': {
    ballot: 'amendment:amendment-1',
    result: { entitled: 2, for: 1, against: 0, abstain: 0, outcome: 'passed' },
  },
  'policy-suspended': { suspension, by, policy: 'git-push', policyDigest: digest, reason: 'A leak.', expiresMs: 10 },
  'suspension-lifted': { suspension, by },
  'suspension-ended': { suspension, outcome: 'expired' },
  'appeal-filed': {
    appeal,
    by,
    against: { kind: 'decision', decision: 'd-1', decidedMs: 1, principal: 'codex', policies: ['git-push'] },
    grounds: 'It was my own branch.',
    parties: ['ada'],
    pool: ['ben'],
    commitment: digest,
  },
  'panel-drawn': { appeal, lot: { seed: digest, nonce: digest }, panel: ['ben'], answerByMs: 10 },
  'panel-answered': { appeal, by, answer: 'overturn', reason: 'So it was.' },
  'appeal-contested': { appeal, cause: 'contested', by },
  'appeal-closed': { appeal, outcome: 'overturned' },
  'agent-suspended': {
    agent: 'codex',
    rule: { per: 'agent', article: '2', denials: 20, withinMinutes: 60, step: 'suspend' },
    repository: '/home/u/project',
    decisions: ['d-1'],
  },
  'agent-reinstated': { agent: 'codex', by, reason: 'Its prompt was wrong.' },
};

export const SAMPLE_AMENDMENT_EVENTS: readonly AmendmentEvent[] = Object.entries(FIELDS).map(
  ([kind, fields]) =>
    // The table has checked that these fields are those of this kind.
    ({ kind, at: { timeMs: 7, reading: { wallMs: 7.5, uptimeMs: 3, bootId: 'boot-1' } }, ...fields }) as AmendmentEvent,
);

/** The fields of an event without their brands. */
type Fields<Event> = { readonly [Key in Exclude<keyof Event, 'kind' | 'at'>]: Unbranded<Event[Key]> };
type Unbranded<T> = T extends string
  ? string
  : T extends number | boolean | undefined
    ? T
    : { readonly [Key in keyof T]: Unbranded<T[Key]> };
