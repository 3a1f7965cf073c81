import { describe, expect, it } from 'vitest';
import { articlesOf, hoursText, minutesText, type Reading, sectionsOf } from './reading.ts';

const reading: Reading = {
  number: 2,
  digest: 'b'.repeat(64),
  parent: 'a'.repeat(64),
  title: 'A sample',
  articles: [
    { number: '1', title: 'The workspace', text: 'An agent works in its workspace.' },
    { number: '2', title: 'Secrets', text: 'What opens doors stays closed.' },
  ],
  policies: [
    {
      id: 'secrets-read',
      effect: 'forbid',
      article: '2',
      reason: 'A key that was read is a key that is out.',
      advice: 'Ask a person.',
    },
    { id: 'workspace-write', effect: 'permit', article: '1', reason: 'Work is writing.' },
    { id: 'secrets-print', effect: 'forbid', article: '2', reason: 'Logs are read by many.' },
  ],
  approverRoles: ['developer', 'security'],
  limits: { effectsPerAction: 10_000, policies: 500, approvalMinutes: 60 },
  signers: {
    threshold: 2,
    keys: [
      { name: 'ada', publicKey: 'x' },
      { name: 'ben', publicKey: 'y' },
    ],
  },
  roles: { propose: ['developer'], vote: ['developer'], veto: [], suspend: ['security'], operate: ['operator'] },
  approvals: { requestMinutes: 480, quorum: { security: 2 }, escalation: [{ afterMinutes: 15, to: 'next-role' }] },
  votes: { periodHours: 168, emergencyPeriodHours: 72, quorumPercent: 10, majorityPercent: 50, overridePercent: 67 },
  appeals: { windowHours: 48, panelSize: 3, answerWorkingDays: 5 },
  suspension: { hours: 96 },
  enforcement: [{ per: 'agent', denials: 3, withinMinutes: 60, step: 'suspend' }],
  rollOut: {
    shadowMinutes: 60,
    canaryMinutes: 90,
    canaryPercent: 10,
    canaryRepositories: ['shop'],
    objectives: {
      denyRisePercentMax: 5,
      askRisePercentMax: 10,
      errorRisePercentMax: 1,
      slowMs: 5,
      slowRisePercentMax: 1,
    },
  },
  bundle: { ageHoursMax: 96 },
};

const found = (q: string) =>
  articlesOf(reading, q).map(({ article, policies }) => [article.number, ...policies.map(({ id }) => id)]);

describe('a constitution that is read', () => {
  it('shows nothing that does not match, and a policy by its reason or advice', () => {
    expect(found('kubernetes')).toEqual([]);
    expect(found('LOGS many')).toEqual([['2', 'secrets-print']]);
    expect(found('ask a person')).toEqual([['2', 'secrets-read']]);
  });

  it('shows an article with all its policies where its own words match', () => {
    expect(found('doors')).toEqual([['2', 'secrets-read', 'secrets-print']]);
    expect(found('article 1')).toEqual([['1', 'workspace-write']]);
  });

  it('is whole, in its own order, where nothing is looked for', () => {
    expect(found(' ')).toEqual([
      ['1', 'workspace-write'],
      ['2', 'secrets-read', 'secrets-print'],
    ]);
  });

  it('says in words how it is changed', () => {
    const said = sectionsOf(reading).flatMap(({ facts }) => facts.map((fact) => fact.join(': ')));
    expect(said).toContain('Veto: nobody');
    expect(said).toContain('Sign the next one: 2 of ada, ben');
    expect(said).toContain('Persons who must agree: 2 of security; one where a role is not named');
    expect(said).toContain('Response 1: 3 denials of one agent within 1 h: suspend');
    expect(said).toContain('A vote is open for: 7 days; in an emergency 3 days');
  });

  it('says times in the unit that people use', () => {
    expect([minutesText(15), minutesText(90), minutesText(480), hoursText(36), hoursText(168)]).toEqual([
      '15 min',
      '90 min',
      '8 h',
      '36 h',
      '7 days',
    ]);
  });
});
