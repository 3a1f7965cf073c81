import { describe, expect, it } from 'vitest';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { canonicalConstitution, constitutionDigest } from '#domain/constitution/digest.ts';
import { DEFAULT_SECTIONS } from '#domain/constitution/sections.ts';
import { canonicalJson } from '#domain/json.ts';

const CONTENT: Omit<Constitution, 'digest'> = {
  number: 1,
  title: 'T',
  parent: '00',
  articles: [{ number: '1', title: 'A', text: 'B' }],
  approverRoles: ['developer', 'security'],
  policies: {
    a: { effect: 'permit', annotations: { id: 'a', reason: 'r' }, conditions: [] },
    b: { effect: 'forbid', annotations: { id: 'b', reason: 'r' }, conditions: [{ kind: 'when', body: { Value: 1 } }] },
  },
  annotations: new Map(),
  schema: { '': { entityTypes: {}, actions: {} } },
  limits: { effectsPerAction: 10, policies: 5, approvalMinutes: 60 },
  ...DEFAULT_SECTIONS,
};

describe('constitutionDigest', () => {
  // A golden vector: it changes only with the format, the default sections, the versions of the action model and effect catalogue, or by mistake.
  it('is the SHA-256 of the canonical form', () => {
    expect(canonicalJson(canonicalConstitution(CONTENT))).toBe(
      '{"actionVersion":1,"appeals":{"answerWorkingDays":5,"panelSize":3,"windowHours":48},' +
        '"approvals":{"escalation":[{"afterMinutes":15,"to":"next-role"},{"afterMinutes":30,"to":"on-call"}],' +
        '"quorum":{},"requestMinutes":480},"approverRoles":["developer","security"],"articles":[{"number":"1","text":"B","title":"A"}],' +
        '"bundle":{"ageHoursMax":96},"effectCatalogueVersion":1,"enforcement":[],"entities":[],"format":2,' +
        '"limits":{"approvalMinutes":60,"effectsPerAction":10,"policies":5},"number":1,"parent":"00",' +
        '"policies":{"a":{"annotations":{"id":"a","reason":"r"},"conditions":[],"effect":"permit"},' +
        '"b":{"annotations":{"id":"b","reason":"r"},"conditions":[{"body":{"Value":1},"kind":"when"}],"effect":"forbid"}},' +
        '"roles":{"operate":["operator"],"propose":["developer","maintainer","security","operator"],' +
        '"suspend":["maintainer","security","operator"],"veto":["security"],' +
        '"vote":["developer","maintainer","security","operator"]},' +
        '"rollOut":{"canaryMinutes":60,"canaryPercent":10,"canaryRepositories":[],"objectives":{"askRisePercentMax":10,' +
        '"denyRisePercentMax":5,"errorRisePercentMax":1,"slowMs":5,"slowRisePercentMax":1},"shadowMinutes":60},' +
        '"schema":{"":{"actions":{},"entityTypes":{}}},"signers":"founders","suspension":{"hours":96},"templates":{},' +
        '"title":"T","votes":{"emergencyPeriodHours":72,"majorityPercent":50,"overridePercent":67,"periodHours":168,' +
        '"quorumPercent":10}}',
    );
    expect(constitutionDigest(CONTENT)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not depend on the order in which policies were read', () => {
    const reordered = { ...CONTENT, policies: Object.fromEntries(Object.entries(CONTENT.policies).reverse()) };
    expect(constitutionDigest(reordered)).toBe(constitutionDigest(CONTENT));
  });

  const changes: readonly [string, Partial<Constitution>][] = [
    ['a limit', { limits: { ...CONTENT.limits, effectsPerAction: 11 } }],
    ['a quorum', { approvals: { ...CONTENT.approvals, quorum: { security: 2 } } }],
    ['the order of roles', { approverRoles: ['security', 'developer'] }],
    [
      'a literal',
      {
        policies: {
          ...CONTENT.policies,
          b: { ...CONTENT.policies['b'], conditions: [{ kind: 'when', body: { Value: 2 } }] },
        },
      },
    ],
    [
      'a reason',
      { policies: { ...CONTENT.policies, a: { ...CONTENT.policies['a'], annotations: { id: 'a', reason: 's' } } } },
    ],
    ['an effect', { policies: { ...CONTENT.policies, a: { ...CONTENT.policies['a'], effect: 'forbid' } } }],
    ['the schema', { schema: { '': { entityTypes: { A: {} }, actions: {} } } }],
    ['an article', { articles: [{ number: '1', title: 'A', text: 'C' }] }],
    ['the parent', { parent: '01' }],
    ['the number', { number: 2 }],
  ];
  it.each(changes)('changes with %s', (_, change) => {
    expect(constitutionDigest({ ...CONTENT, ...change })).not.toBe(constitutionDigest(CONTENT));
  });
});
