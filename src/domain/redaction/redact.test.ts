import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleDecision } from '#adapters/journal/sample-entries.ts';
import { parseShell } from '#adapters/shell-parser/parse.ts';
import type { Action } from '#domain/action/action.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import { createEffectsOf } from '#domain/action/effects.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { JsonValue } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { effectText } from '#domain/policy/effect-text.ts';
import { verifyDisclosure } from './disclosure.ts';
import { HARMLESS_COMMANDS, PLANTED_SECRETS } from './planted-secrets.ts';
import { redact } from './redact.ts';

const effectsOf = createEffectsOf({
  parseShell,
  resolveLinks: (path) => path,
  home: '/home/u',
  temporaryDirectories: ['/tmp'],
  nowMs: () => 0,
});

/** A decision as `decide` makes it, with a reason for every effect. */
function decided(action: Action): Decision {
  const canonical = canonicalAction(action);
  const effects = effectsOf(action);
  return {
    ...sampleDecision(1),
    actionKind: action.kind,
    action: canonical,
    actionDigest: actionDigest(canonical),
    effects,
    reasons: effects.map((effect) => ({
      policy: 'p' as PolicyId,
      reason: 'why',
      effect: effectText(effect),
      ...(effect.span === undefined ? {} : { span: effect.span }),
    })),
  };
}

const where = { cwd: '/home/u/p', workspaceRoots: ['/home/u/p'] };
const shell = (command: string): Action => ({ kind: 'shell', command, background: false, ...where });
const tool = (input: JsonValue): Action => ({ kind: 'mcp', server: 's', tool: 't', input, ...where });

/** Salts that tell each other apart; that they are random is the caller's business. */
function salts(): () => string {
  let next = 0;
  return () => (++next).toString(16).padStart(64, '0');
}

function restored(decision: Decision): { redacted: Decision; action: unknown } {
  const { decision: redacted, details } = redact(decision, salts());
  const verified = verifyDisclosure(redacted, { decisionId: decision.id, details });
  if (!verified.ok) throw new Error(verified.refusal.message);
  expect(verified.value).toMatchObject({ isWhole: true, closed: [] });
  return { redacted, action: verified.value.action };
}

describe('a record', () => {
  it.each(PLANTED_SECRETS)('does not hold $name', ({ command, secrets }) => {
    const decision = decided(shell(command));
    const { redacted, action } = restored(decision);
    const record = JSON.stringify(redacted);
    for (const secret of secrets) {
      expect(record).not.toContain(secret);
      expect(record).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
    expect(redacted.actionDigest).toBe(decision.actionDigest);
    expect(action).toEqual(decision.action);
  });

  it.each(HARMLESS_COMMANDS)('keeps what is no secret: %s', (command) => {
    const decision = decided(shell(command));
    const { decision: redacted, details } = redact(decision, salts());
    expect(details).toEqual([]);
    expect(redacted).toBe(decision);
  });

  it('keeps where the agent is, whatever it is called: sessions are folded from it', () => {
    const decision = decided({ ...shell('mytool --password Zitrone-4711'), cwd: '/w/password=Zitrone-4711' });
    const { decision: redacted } = redact(decision, salts());
    expect(redacted.action.cwd).toBe('/w/password=Zitrone-4711');
    expect(redacted.action.command).toBe('mytool --password [redacted:password:1]');
  });

  it('has one marker for one value, wherever it stands', () => {
    const { redacted } = restored(decided(shell('mytool --password Zitrone-4711 && echo Zitrone-4711')));
    expect(redacted.action.command).toBe('mytool --password [redacted:password:1] && echo [redacted:password:1]');
    expect(redacted.redactions).toHaveLength(1);
    expect(redacted.effects[0]).toMatchObject({ arguments: ['--password', '[redacted:password:1]'] });
    expect(redacted.reasons[0]?.effect).toBe('run mytool --password [redacted:password:1]');
  });

  it('moves the spans with the text', () => {
    const command = 'mytool --password Zitrone-4711 && rm -rf build';
    const { redacted } = restored(decided(shell(command)));
    const text = String(redacted.action.command);
    const spanned = redacted.effects.map(({ kind, span }) => `${kind} ${text.slice(span?.start, span?.end)}`);
    expect(spanned).toContain('run mytool --password [redacted:password:1]');
    expect(spanned).toContain('run rm -rf build');
    expect(redacted.reasons.map(({ span }) => span)).toEqual(redacted.effects.map(({ span }) => span));
  });

  it('does not let an agent write a marker of its own', () => {
    const { redacted } = restored(decided(shell('echo "[redacted:password:1]"; mytool --password Zitrone-4711')));
    expect(redacted.action.command).not.toContain('"[redacted:password:1]"');
    expect(redacted.redactions?.[0]?.kind).toBe('marker');
  });

  it('holds nothing of the secrets in a tool’s input', () => {
    const input = {
      url: 'https://u:Zitrone-4711@x.io',
      password: 'Quitte 99',
      pin: 1,
      credentials: { user: 'a', pass: ['Birne7'] },
      token: 4711,
      [`ghp_${'aB3'.repeat(12)}`]: 'x',
    };
    const { redacted, action } = restored(decided(tool({ deep: [input, 'plain'] })));
    const record = JSON.stringify(redacted);
    for (const secret of ['Zitrone-4711', 'Quitte', 'Birne7', '4711', 'ghp_']) expect(record).not.toContain(secret);
    expect(action).toEqual(decided(tool({ deep: [input, 'plain'] })).action);
  });

  it('keeps a text that is longer than what is searched closed from there on', () => {
    const { redacted } = restored(
      decided({ kind: 'network', operation: 'search', target: `token=${'x'.repeat(2 ** 20)}`, ...where }),
    );
    expect(JSON.stringify(redacted).length).toBeLessThan(4096);
  });

  it('leads back to the action and holds no planted secret, whatever is around it', () => {
    const around = fc.string({ maxLength: 30 });
    const secret = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/);
    const text = fc.tuple(
      around,
      secret,
      fc.constantFrom('--password ', ' API_TOKEN=', '"secret": "', ' X-Api-Key: '),
      around,
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (parts) => {
        const command = parts.map(([before, value, lead, after]) => `${before}\n${lead}${value}" ${after}`).join('\n');
        for (const action of [tool(command), tool({ a: [command] })]) {
          const decision = decided(action);
          const { redacted, action: back } = restored(decision);
          expect(back).toEqual(decision.action);
          for (const [, value] of parts) expect(JSON.stringify(redacted)).not.toContain(value);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('leads back to any action', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (input, command) => {
        for (const action of [tool(input as JsonValue), shell(`${command} --token ${command}`)]) {
          const decision = decided(action);
          expect(restored(decision).action).toEqual(decision.action);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a disclosure', () => {
  const decision = decided(shell('A_TOKEN=Zitrone-4711 mytool --password Quitte-99'));
  const { decision: record, details } = redact(decision, salts());
  const [first, second] = details;
  if (first === undefined || second === undefined) throw new Error('two secrets are planted');
  const codeOf = (disclosure: Parameters<typeof verifyDisclosure>[1], of: Decision = record) => {
    const verified = verifyDisclosure(of, disclosure);
    return verified.ok ? 'verified' : verified.refusal.code;
  };

  it.each([
    ['of another decision', { decisionId: 'x', details }, 'disclosure-other-decision'],
    [
      'of what the record does not have',
      { decisionId: decision.id, details: [{ ...first, number: 3 }] },
      'disclosure-unknown',
    ],
    ['with another value', { decisionId: decision.id, details: [{ ...first, value: 'x' }] }, 'disclosure-wrong'],
    ['with another salt', { decisionId: decision.id, details: [{ ...first, salt: second.salt }] }, 'disclosure-wrong'],
    ['in the place of another', { decisionId: decision.id, details: [{ ...first, number: 2 }] }, 'disclosure-wrong'],
    ['under another kind', { decisionId: decision.id, details: [{ ...first, kind: 'x' }] }, 'disclosure-wrong'],
  ])('%s is refused', (_name, disclosure, code) => {
    expect(codeOf(disclosure)).toBe(code);
  });

  it('is refused against a record whose text around the markers was changed', () => {
    const changed = { ...record, action: { ...record.action, command: `${record.action.command} --force` } };
    expect(codeOf({ decisionId: decision.id, details }, changed)).toBe('action-different');
  });

  it('of a part proves that part, and says what stays closed', () => {
    expect(verifyDisclosure(record, { decisionId: decision.id, details: [second] })).toEqual({
      ok: true,
      value: {
        action: { ...record.action, command: 'A_TOKEN=[redacted:token:1] mytool --password Quitte-99' },
        closed: [1],
        isWhole: false,
      },
    });
  });

  it('commits to the same secret differently in each decision', () => {
    const again = redact({ ...decision, id: `${decision.id.slice(0, -1)}9` as Decision['id'] }, salts());
    expect(again.decision.redactions?.[0]?.commitment).not.toBe(record.redactions?.[0]?.commitment);
  });
});
