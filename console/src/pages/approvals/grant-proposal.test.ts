import { describe, expect, it } from 'vitest';
import { askedAbout, expiryMs, hoursText, proposalOf, spansHours, wideningFieldsOf } from './grant-proposal.ts';

const ID = '01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d';
const HOUR_MS = 3_600_000;

describe('the fields that a proposal can be wider in', () => {
  it.each([
    [
      { kind: 'git', operation: 'push', ref: 'feature/x/y', force: true },
      { name: 'ref', usual: 'feature/x/*' },
    ],
    [
      { kind: 'git', operation: 'push', ref: 'main', force: true },
      { name: 'ref', usual: '' },
    ],
    [
      { kind: 'run', program: 'npm', arguments: ['run', 'e2e'] },
      { name: 'line', usual: 'npm run *' },
    ],
    [
      { kind: 'run', program: 'make', arguments: [] },
      { name: 'line', usual: '' },
    ],
    [
      { kind: 'delete', path: '/w/src/old', recursive: true },
      { name: 'below', usual: '/w/src' },
    ],
    [
      { kind: 'write', path: '/etc', recursive: false },
      { name: 'below', usual: '' },
    ],
    [
      { kind: 'connect', host: 'api.example.org' },
      { name: 'domain', usual: 'example.org' },
    ],
    [
      { kind: 'send', host: 'example.org', source: 'file' },
      { name: 'domain', usual: '' },
    ],
    [
      { kind: 'connect', host: '10.1.2.3' },
      { name: 'domain', usual: '' },
    ],
    [{ kind: 'install', package: 'left-pad' }, { name: 'anyVersion' }],
    [{ kind: 'deploy', environment: 'production' }, { name: 'anyArtifact' }],
  ])('%j: %j', (effect, field) => {
    expect(wideningFieldsOf([effect])).toEqual([expect.objectContaining(field)]);
  });

  it.each(['credential', 'destroy', 'dynamic', 'call', 'persist'])('%s: none', (kind) => {
    expect(wideningFieldsOf([{ kind }])).toEqual([]);
  });

  it('are none twice, and none for a push that names no ref', () => {
    const folder = (path: string) => ({ kind: 'delete', path, recursive: false });
    expect(wideningFieldsOf([folder('/w/a'), folder('/w/b')])).toHaveLength(1);
    expect(wideningFieldsOf([{ kind: 'git', operation: 'push' }])).toEqual([]);
  });
});

describe('a proposal', () => {
  it('is about the effects that the reasons name, and no other', () => {
    const effects = [{ kind: 'run' }, { kind: 'git' }];
    const reasons = [{ policy: 'p', reason: 'r', effect: 'git push' }];
    const texts = [{ text: 'run git push' }, { text: 'git push' }];
    expect(askedAbout({ effects, reasons }, texts)).toEqual([effects[1]]);
    expect(askedAbout({ effects, reasons }, [])).toEqual([]);
  });

  it('says nothing of fields that are empty', () => {
    expect(proposalOf(ID, 5, {})).toEqual({ decisionId: ID, expiresMs: 5 });
    expect(proposalOf(ID, 5, { ref: '  ', domain: '' })).toEqual({ decisionId: ID, expiresMs: 5 });
    expect(proposalOf(ID, 5, { ref: ' feature/* ', anyVersion: true }).widen).toEqual({
      ref: 'feature/*',
      anyVersion: true,
    });
  });

  it.each([
    [1, [1]],
    [8, [1, 8]],
    [100, [1, 8, 24, 72, 100]],
    [168, [1, 8, 24, 72, 168]],
    [744, [1, 8, 24, 72, 168, 744]],
  ])('lasts no longer than the constitution lets it: %i h', (hoursMax, spans) => {
    expect(spansHours(hoursMax)).toEqual(spans);
    const latestMs = Math.max(...spans.map((hours) => expiryMs(hours, hoursMax, 0)));
    expect(latestMs).toBeLessThan(hoursMax * HOUR_MS);
    expect(latestMs).toBeGreaterThan((hoursMax - 1) * HOUR_MS);
  });

  it('says its length as people do', () => {
    expect([1, 8, 24, 36, 168].map(hoursText)).toEqual(['1 hour', '8 hours', '1 day', '36 hours', '7 days']);
  });
});
