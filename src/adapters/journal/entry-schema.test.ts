import { describe, expect, it } from 'vitest';
import { parseEntry } from '#adapters/journal/entry-schema.ts';

const decision = {
  id: 'd',
  timeMs: 1,
  principal: { kind: 'agent', id: 'a' },
  agent: 'codex',
  actionKind: 'shell',
  action: { kind: 'shell' },
  actionDigest: 'a'.repeat(64),
  effects: [],
  verdict: { kind: 'allow' },
  reasons: [],
  constitution: { lineage: 'cdd01ef066bc6cf2', number: 1, digest: 'b'.repeat(64) },
};
const parse = (more: object) =>
  parseEntry(Buffer.from(JSON.stringify({ kind: 'decision', decision: { ...decision, ...more } })));

describe('a decision that comes back from the disk', () => {
  it.each(['sessionId', 'agentVersion', 'toolUseId', 'approvalId'])('is refused with a %s that is no text', (field) => {
    expect(parse({ [field]: 7 })).toMatchObject({ ok: false, refusal: { code: 'entry-malformed' } });
    expect(parse({ [field]: 'x' }).ok).toBe(true);
  });
});
